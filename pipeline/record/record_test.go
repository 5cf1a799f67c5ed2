package record_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cohortcounts/pipeline/record"
)

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *record.Record {
	t.Helper()
	r, err := record.Open(context.Background(), filepath.Join(t.TempDir(), "a folder?#", "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func request(actions ...string) *record.Request {
	dirty := true
	q := &record.Request{
		Identifier: record.NewIdentifier(), Actions: actions, RequestedBy: "someone", Commit: "abc", Dirty: &dirty, Project: "version: 4", Backend: "dummy", CreatedAt: noon,
		StartedAt: &noon,
	}
	for _, action := range actions {
		q.Jobs = append(q.Jobs, record.Job{
			Identifier: record.NewIdentifier(), Action: action, Stage: "counts", Needs: []string{"zero"}, Command: []string{"a", "b c"}, State: record.Pending, Code: record.Created, CreatedAt: noon,
		})
	}
	return q
}

// TestKept: what is put in comes out.
func TestKept(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := open(t)
	q := request("one", "two")
	if err := r.Add(ctx, q); err != nil {
		t.Fatal(err)
	}
	exit, later := 3, noon.Add(1500*time.Millisecond)
	q.Jobs[0].State, q.Jobs[0].Code, q.Jobs[0].Message = record.Failed, record.NonzeroExit, "ended"
	q.Jobs[0].StartedAt, q.Jobs[0].FinishedAt, q.Jobs[0].ExitStatus = &noon, &later, &exit
	q.Jobs[0].CPU, q.Jobs[0].PeakCPU, q.Jobs[0].PeakMemory, q.Jobs[0].MeanMemory = time.Second, 1.5, 1<<40, 1<<30
	rows := int64(7)
	q.Jobs[0].Outputs = []record.Output{{Path: "output/a.csv", Level: "moderately_sensitive", ID: "a", Size: 12, Hash: "ff", Withheld: "large", Rows: &rows}}
	made := &record.Made{Action: "one", Job: q.Jobs[0].Identifier, Request: q.ID, Fingerprint: json.RawMessage(`{"a":1}`), Outputs: json.RawMessage(`[]`)}
	if err := r.SetJob(ctx, q.Jobs[0], made); err != nil {
		t.Fatal(err)
	}
	got, err := r.Request(ctx, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*q, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	all, err := r.Made(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]record.Made{"one": *made}, all); diff != "" {
		t.Error(diff)
	}
	if got.Status() != "running" {
		t.Errorf("status of a failed and a pending job: %s", got.Status())
	}
}

// TestRecover: jobs that a killed program left open become failed, with the
// reason; others stay.
func TestRecover(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := open(t)
	q := request("done", "running", "pending")
	q.Jobs[0].State, q.Jobs[0].Code = record.Succeeded, record.Done
	q.Jobs[1].State, q.Jobs[1].Code = record.Running, record.Executing
	if err := r.Add(ctx, q); err != nil {
		t.Fatal(err)
	}
	jobs, err := r.Recover(ctx, "someone", noon)
	if err != nil || len(jobs) != 2 {
		t.Fatalf("recovered %d jobs, %v", len(jobs), err)
	}
	got, err := r.Request(ctx, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		state   record.State
		code    record.Code
		message string
	}{
		{record.Succeeded, record.Done, ""},
		{record.Failed, record.InternalError, "the driver ended while this job was running"},
		{record.Failed, record.InternalError, "the driver ended before this job could start"},
	} {
		if j := got.Jobs[i]; j.State != want.state || j.Code != want.code || j.Message != want.message {
			t.Errorf("job %d: %s %s %q", i, j.State, j.Code, j.Message)
		}
	}
	if got.FinishedAt == nil || got.Status() != "failed" {
		t.Errorf("the request is %s and finished at %v", got.Status(), got.FinishedAt)
	}
}

// TestCancel: only a request that is not over can be cancelled; who did is in
// the audit, which only grows (R2).
func TestCancel(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := open(t)
	q := request("one")
	if err := r.Add(ctx, q); err != nil {
		t.Fatal(err)
	}
	if running, err := r.Cancel(ctx, q.ID, "another", noon); err != nil || !running {
		t.Fatalf("running %t, %v", running, err)
	}
	if cancelled, err := r.Cancelled(ctx, q.ID); err != nil || !cancelled {
		t.Fatalf("cancelled %t, %v", cancelled, err)
	}
	if err := r.Finish(ctx, q.ID, noon); err != nil {
		t.Fatal(err)
	}
	if running, err := r.Cancel(ctx, q.ID, "another", noon); err != nil || running {
		t.Fatalf("running after its end: %t, %v", running, err)
	}
	if _, err := r.Cancel(ctx, 99, "another", noon); err == nil {
		t.Error("cancelled a request that there is not")
	}
	events, err := r.Events(ctx, 10)
	if err != nil || len(events) != 2 || events[0].What != "cancelled" || events[0].Who != "another" || events[1].What != "ran" {
		t.Errorf("audit: %+v, %v", events, err)
	}
}

// TestNone: looking makes no record.
func TestNone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none", "record.db")
	if _, err := record.OpenExisting(context.Background(), path); !errors.Is(err, record.ErrNone) {
		t.Fatalf("got %v", err)
	}
}
