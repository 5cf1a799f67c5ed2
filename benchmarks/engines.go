package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed peers.py
var peers []byte

// engine is a program that makes the table of counts of a cohort.
type engine struct {
	name    string
	version string
	command func(input, output string) []string
}

// findEngines are ours and those that the Python has.
func findEngines(ctx context.Context, program string, o options) ([]engine, error) {
	engines := []engine{{
		name: "cohortcounts",
		command: func(input, output string) []string {
			return []string{program, "--quiet", "--input", input, "--output", output}
		},
	}}
	script := filepath.Join(o.dir, "peers.py")
	if err := os.WriteFile(script, peers, 0o600); err != nil {
		return nil, err
	}
	for _, name := range []string{"pandas", "pyarrow", "polars", "duckdb"} {
		out, err := exec.CommandContext(ctx, o.python, "-c", "import "+name+"; print("+name+".__version__)").Output()
		if err != nil {
			continue
		}
		engines = append(engines, engine{
			name: name, version: strings.TrimSpace(string(out)),
			command: func(input, output string) []string { return []string{o.python, script, name, input, output} },
		})
	}
	return engines, nil
}

// result is the runs of one engine on one cohort.
type result struct {
	engine string
	format string
	rows   int
	times  []time.Duration // wall clock, in order of length
	cpus   []time.Duration // processor time, in order of length
	memory int64           // most resident bytes of any run; 0: not known

	skipped string // why it was not run; nothing of the above is set then
}

func (r *result) median() time.Duration { return r.times[len(r.times)/2] }

func (r *result) add(o outcome) {
	r.times = append(r.times, o.wall)
	r.cpus = append(r.cpus, o.cpu)
	r.memory = max(r.memory, o.memory)
}

// Needs of a peer in memory, in bytes for each patient, as it was measured on
// cohorts of this shape at a million, and a quarter more. Those who read what
// they need piece by piece need some hundred MB at any size.
var needs = map[string]int64{"pandas": 2500, "pyarrow": 1700, "polars": 200, "duckdb": 450}

// skip says why an engine is not run on a cohort, or nothing.
func skip(e engine, rows int, available int64) string {
	need := needs[e.name] * int64(rows)
	if available > 0 && need > available {
		return fmt.Sprintf("needs some %.1f GB of memory, %.1f are free", float64(need)/1e9, float64(available)/1e9)
	}
	return ""
}

// available is how many bytes of memory are free, or 0 where the system does
// not tell.
func available() (bytes int64) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d kB", &bytes); n == 1 {
			return bytes << 10
		}
	}
	return 0
}

// largeRows is from how many patients on a cohort is counted twice only, and the
// pass that checks is one of the two: it takes minutes, and the spread is small.
const largeRows = 2_000_000

// measure checks that all engines agree and then runs them in turns.
func measure(ctx context.Context, engines []engine, input string, rows int, format string, o options, progress io.Writer) ([]result, error) {
	results := make([]result, len(engines))
	var want []byte
	for i, e := range engines {
		results[i] = result{engine: e.name, format: format, rows: rows}
		if results[i].skipped = skip(e, rows, available()); results[i].skipped != "" {
			fmt.Fprintf(progress, "%s: %s is left out: %s\n", input, e.name, results[i].skipped)
			continue
		}
		fmt.Fprintf(progress, "%s: checking %s\n", input, e.name)
		output := filepath.Join(o.dir, e.name+".csv")
		first, err := once(ctx, e.command(input, output))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		if rows > largeRows {
			results[i].add(first)
		}
		got, err := os.ReadFile(output)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			want = got
		} else if !bytes.Equal(got, want) {
			return nil, fmt.Errorf("%s makes another table than cohortcounts of %s", e.name, input)
		}
	}
	runs := o.runs
	if rows > largeRows {
		runs = 1
	}
	for n := range runs {
		fmt.Fprintf(progress, "%s: run %d of %d\n", input, n+1, runs)
		for i, e := range engines {
			if results[i].skipped != "" {
				continue
			}
			r, err := once(ctx, e.command(input, filepath.Join(o.dir, e.name+".csv")))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.name, err)
			}
			results[i].add(r)
		}
	}
	for i := range results {
		if results[i].skipped != "" {
			continue
		}
		slices.Sort(results[i].times)
		slices.Sort(results[i].cpus)
	}
	return results, nil
}

// outcome is one run.
type outcome struct {
	wall, cpu time.Duration
	memory    int64
}

// once runs a command from its start to its end.
func once(ctx context.Context, args []string) (outcome, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return outcome{}, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var r outcome
	for {
		select {
		case err := <-done:
			r.wall = time.Since(begun)
			if err != nil {
				return r, errors.Join(err, errors.New(stderr.String()))
			}
			r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			return r, nil
		case <-time.After(5 * time.Millisecond):
			r.memory = max(r.memory, resident(cmd.Process.Pid))
		}
	}
}

// resident is the most memory that a running process has had so far, mapped
// files included, or 0 where the system does not tell.
func resident(pid int) (bytes int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &bytes); n == 1 {
			return bytes << 10
		}
	}
	return 0
}
