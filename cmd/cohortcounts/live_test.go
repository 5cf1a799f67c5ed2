//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// liveProject is one stage that takes some time and one program that prints a
// line and then waits for a file.
const liveProject = `version: '3.0'
expectations: {population_size: 400000}
actions:
  generate_cohort:
    run: cohortextractor:latest generate_cohort --study-definition study_definition --output-format csv
    outputs: {highly_sensitive: {cohort: output/input.csv}}
  speaks:
    run: sh:v1 sh -c 'echo first line; sleep 60'
    outputs: {highly_sensitive: {none: output/none.txt}}
`

// TestLive: another process sees how far a running job is and what it has
// printed, and nothing of that once it is over.
func TestLive(t *testing.T) {
	t.Parallel()
	binary := program(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "project.yaml"), liveProject)
	w, err := pipeline.OpenWorkspace(dir, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	run := exec.CommandContext(ctx, binary, "run", "--allow-local-commands", "--project", dir, "run_all")
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	var moving, spoke bool
	var last pipeline.Live
	for start := time.Now(); (!moving || !spoke) && time.Since(start) < time.Minute; time.Sleep(5 * time.Millisecond) {
		for _, job := range latest(t, w).Jobs {
			printed, _ := os.ReadFile(w.PrintedPath(job.Identifier)) // it may not be there yet
			spoke = spoke || job.Action == "speaks" && string(printed) == "first line\n" && job.Code == record.Executing
			live, ok := w.Live(job.Identifier)
			if !ok {
				continue
			}
			if job.Action != "generate_cohort" || live.Total != 400_000 {
				t.Fatalf("%s tells %+v", job.Action, live)
			}
			moving = moving || last.Done > 0 && live.Done > last.Done
			last = live
		}
	}
	stop()
	_ = run.Wait() // it was interrupted
	if !moving || !spoke {
		t.Errorf("progress seen to move: %t; lines seen: %t\n%s", moving, spoke, out.String())
	}
	for _, job := range latest(t, w).Jobs {
		if live, ok := w.Live(job.Identifier); ok {
			t.Errorf("%s is over and tells %+v", job.Action, live)
		}
	}
	for _, crafted := range []string{"", "../../x", strings.Repeat("a", 17), "ABCDEFGHIJKLMNOP", "aaaaaaaaaaaaaaa/"} {
		if path := w.PrintedPath(crafted); path != "" {
			t.Errorf("a job named %q leads to %s", crafted, path)
		}
	}
}

// latest is the newest request, or none.
func latest(t *testing.T, w *pipeline.Workspace) record.Request {
	t.Helper()
	r, err := record.OpenExisting(context.Background(), w.RecordPath())
	if err != nil {
		return record.Request{}
	}
	defer r.Close() //nolint:errcheck // it was only read
	requests, err := r.Requests(context.Background(), 1)
	if err != nil || len(requests) == 0 {
		return record.Request{}
	}
	return requests[0]
}
