package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cohortcounts/pipeline/record"
)

// listener keeps what it is told.
type listener struct {
	mutex    sync.Mutex
	running  int
	most     int // running at once
	finished []Progress
	warnings []string
}

func (l *listener) Planned(*Plan) {}

func (l *listener) Warn(message string) { l.warnings = append(l.warnings, message) }

func (l *listener) Started(Progress) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.running++
	l.most = max(l.most, l.running)
}

func (l *listener) Finished(p Progress) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if p.StartedAt != nil {
		l.running--
	}
	l.finished = append(l.finished, p)
}

func options(t testing.TB, dir string, actions ...string) (Options, *listener) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{}
	return Options{
		Project: dir, Actions: actions, AllowLocalCommands: true, Program: program, Version: "test", Who: "someone", Now: time.Now, Listener: l,
		Environment: []string{"PATH=" + os.Getenv("PATH")},
		Memory:      1 << 46, // the race detector reserves much
	}, l
}

// layers is a project of layers of actions, of which each needs all of the
// layer before.
func layers(depth, width int) string {
	var b strings.Builder
	b.WriteString("version: 4\nactions:\n")
	for layer := range depth {
		for i := range width {
			var needs, read []string
			for k := range width {
				if layer > 0 {
					needs = append(needs, fmt.Sprintf("a%d_%d", layer-1, k))
					read = append(read, fmt.Sprintf("output/%d_%d.txt", layer-1, k))
				}
			}
			name := fmt.Sprintf("%d_%d", layer, i)
			fmt.Fprintf(&b, "  a%s:\n    run: sh:v1 sh -c 'cat analysis/seed.txt %s >output/%s.txt; echo %s >>output/%s.txt'\n    needs: [%s]\n",
				name, strings.Join(read, " "), name, name, name, strings.Join(needs, ", "))
			fmt.Fprintf(&b, "    outputs: {highly_sensitive: {text: output/%s.txt}}\n", name)
		}
	}
	return b.String()
}

// TestRunLayers: every action runs once, after its needs, some at once.
func TestRunLayers(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": layers(3, 3), "analysis/seed.txt": "seed\n"})
	o, l := options(t, s.Workspace.project, "run_all")
	o.Jobs = 3
	result, err := Run(context.Background(), o)
	if err != nil {
		t.Fatalf("%v: %+v", err, l.finished)
	}
	if len(l.finished) != 9 || l.most < 2 || l.most > 3 || result.Request.Status() != "succeeded" {
		t.Errorf("%d jobs, %d at once, %s", len(l.finished), l.most, result.Request.Status())
	}
	last, err := os.ReadFile(filepath.Join(s.Workspace.project, "output", "2_2.txt"))
	if err != nil || strings.Count(string(last), "seed") != 13 || !strings.HasSuffix(string(last), "2_2\n") {
		t.Errorf("the last output is %q, %v", last, err)
	}

	o, l = options(t, s.Workspace.project, "run_all")
	if result, err = Run(context.Background(), o); err != nil || len(l.finished) != 0 || result.Request.Status() != "nothing_to_do" {
		t.Errorf("run again: %d jobs, %s, %v", len(l.finished), result.Request.Status(), err)
	}
}

// TestContinueOnError: a failure stops what needs it; others go on only when
// told to.
func TestContinueOnError(t *testing.T) {
	t.Parallel()
	const text = `version: 4
actions:
  fails: {run: "sh:v1 sh -c 'exit 7'", outputs: {highly_sensitive: {a: output/a.txt}}}
  needs: {run: "sh:v1 sh -c 'echo >output/b.txt'", needs: [fails], outputs: {highly_sensitive: {a: output/b.txt}}}
  other: {run: "sh:v1 sh -c 'echo >output/c.txt'", outputs: {highly_sensitive: {a: output/c.txt}}}
`
	for _, goOn := range []bool{false, true} {
		s := setup(t, map[string]string{"project.yaml": text})
		o, l := options(t, s.Workspace.project, "run_all")
		o.Jobs, o.ContinueOnError = 1, goOn
		if _, err := Run(context.Background(), o); !errors.Is(err, ErrFailed) {
			t.Fatalf("got %v", err)
		}
		codes := map[string]record.Code{}
		for _, p := range l.finished {
			codes[p.Action] = p.Code
		}
		want := map[string]record.Code{"fails": record.NonzeroExit, "needs": record.DependencyFailed, "other": record.CancelledByUser}
		if goOn {
			want["other"] = record.Done
		}
		for action, code := range want {
			if codes[action] != code {
				t.Errorf("go on %t: %s is %s, want %s", goOn, action, codes[action], code)
			}
		}
	}
}

// TestStaleDependency: outputs of dependencies that are not as they were are
// never used silently (J1), whatever their times say.
func TestStaleDependency(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": layers(2, 1), "analysis/seed.txt": "seed\n"})
	dir := s.Workspace.project
	o, _ := options(t, dir, "a1_0")
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	reasons := func() []string {
		plan, err := Explain(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, step := range plan.Steps {
			all = append(all, step.Reasons...)
		}
		return all
	}
	if got := reasons(); len(got) != 0 {
		t.Fatalf("after a run: %q", got)
	}
	output := filepath.Join(dir, "output", "0_0.txt")
	info, err := os.Stat(output)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(output, []byte("SEED\n0_0\n"), 0o600); err != nil { // of the same size
		t.Fatal(err)
	}
	if err := os.Chtimes(output, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got := reasons(); !slices.Equal(got, []string{"output changed: output/0_0.txt"}) {
		t.Errorf("after a forged output: %q", got)
	}
}

// TestCancelled: cancelling through the record ends the jobs, and says so.
func TestCancelled(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": "version: 4\nactions:\n  a:\n    run: sh:v1 sh -c 'sleep 60'\n    outputs: {highly_sensitive: {a: output/a.txt}}\n"})
	o, l := options(t, s.Workspace.project, "a")
	over := make(chan error)
	go func() {
		_, err := Run(context.Background(), o)
		over <- err
	}()
	for running := false; !running; time.Sleep(10 * time.Millisecond) {
		r, err := record.OpenExisting(context.Background(), s.Workspace.RecordPath())
		if errors.Is(err, record.ErrNone) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		requests, err := r.Requests(context.Background(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(requests) == 1 && requests[0].Jobs[0].Code == record.Executing {
			running = true
			if _, err := r.Cancel(context.Background(), requests[0].ID, "another", time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-over; !errors.Is(err, ErrFailed) {
		t.Errorf("got %v", err)
	}
	if len(l.finished) != 1 || l.finished[0].Code != record.CancelledByUser {
		t.Errorf("got %+v", l.finished)
	}
}

// TestTwoDrivers: while one runs, another is told who does, and changes nothing.
func TestTwoDrivers(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": "version: 4\nactions:\n  a:\n    run: sh:v1 sh -c 'echo >output/a.txt'\n    outputs: {highly_sensitive: {a: output/a.txt}}\n"})
	o, _ := options(t, s.Workspace.project, "a")
	var second error
	o.Listener = &meanwhile{do: func() {
		other, l := options(t, s.Workspace.project, "a")
		other.Who = "another"
		_, second = Run(context.Background(), other)
		if len(l.finished)+len(l.warnings) > 0 {
			t.Errorf("the other one did something: %+v %v", l.finished, l.warnings)
		}
		if _, err := Prune(context.Background(), PruneOptions{Options: other}); err == nil {
			t.Error("the other one may prune")
		}
		if err := Repair(context.Background(), other); err != nil {
			t.Errorf("whoever only looks is refused: %v", err)
		}
	}}
	result, err := Run(context.Background(), o)
	if err != nil || result.Request.Status() != "succeeded" {
		t.Errorf("the first: %v, %v", result.Request.Status(), err)
	}
	if want := fmt.Sprintf("another run is going on in %s: process %d of someone, since ", s.Workspace.project, os.Getpid()); second == nil || !strings.HasPrefix(second.Error(), want) {
		t.Errorf("the second: %v", second)
	}
}

// meanwhile does something while a job runs.
type meanwhile struct {
	nobody
	do func()
}

func (m *meanwhile) Started(Progress) { m.do() }

// TestClockJumps: whatever the clock does, a job does not end before it began,
// and what is up to date stays so.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": layers(2, 2), "analysis/seed.txt": "seed\n"})
	o, _ := options(t, s.Workspace.project, "run_all")
	var mutex sync.Mutex
	calls := 0
	o.Now = func() time.Time {
		mutex.Lock()
		defer mutex.Unlock()
		calls++
		return time.Unix(1_700_000_000, 0).Add(time.Duration((calls*7919)%13-6) * 24 * time.Hour)
	}
	result, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range result.Request.Jobs {
		if job.FinishedAt.Before(*job.StartedAt) || job.MeanCPU() < 0 {
			t.Errorf("%s began %v and ended %v", job.Action, job.StartedAt, job.FinishedAt)
		}
	}
	if q := result.Request; q.FinishedAt.Before(*q.StartedAt) || q.Runtime(o.Now()) < 0 {
		t.Errorf("the request began %v and ended %v", q.StartedAt, q.FinishedAt)
	}
	if again, err := Run(context.Background(), o); err != nil || again.Request.Status() != "nothing_to_do" {
		t.Errorf("run again: %v, %v", again.Request.Status(), err)
	}
}
