package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

type recordEvent = record.Event

func openWorkspace(t *testing.T, dir string) *pipeline.Workspace {
	t.Helper()
	w, err := pipeline.OpenWorkspace(dir, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// addUnfinished adds a request to the record that nobody runs.
func addUnfinished(t *testing.T, w *pipeline.Workspace) {
	t.Helper()
	r, err := record.Open(context.Background(), w.RecordPath())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // Add tells what went wrong
	now := time.Now()
	q := &record.Request{
		Identifier: record.NewIdentifier(), Actions: []string{"open"}, RequestedBy: "tester", Project: testProject, CreatedAt: now, StartedAt: &now,
		Jobs: []record.Job{{Identifier: record.NewIdentifier(), Action: "open", State: record.Running, Code: record.Executing, CreatedAt: now, StartedAt: &now}},
	}
	if err := r.Add(context.Background(), q); err != nil {
		t.Fatal(err)
	}
}

// stream opens a live stream. It is read until enough says that it is.
func stream(ctx context.Context, s *site, topic string, enough func(line string) bool) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/live?t="+topic, nil)
	if err != nil {
		return err
	}
	r.AddCookie(s.cookie)
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", topic, answer.Status)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if enough(lines.Text()) {
			return nil
		}
	}
	return fmt.Errorf("%s: the stream ended: %w", topic, lines.Err())
}

// events are the first parts that a topic sends.
func events(t *testing.T, s *site, topic string, most int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var text strings.Builder
	n := 0
	err := stream(ctx, s, topic, func(line string) bool {
		if strings.HasPrefix(line, "data: ") {
			text.WriteString(line)
			n++
		}
		return n >= most
	})
	if err != nil {
		t.Error(err)
	}
	return text.String()
}

// TestTwoHundred: two hundred open pages see a run to its end, each of them all
// of it, and the pages answer meanwhile.
func TestTwoHundred(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), `version: 4
actions:
  first:
    run: sh:v1 sh -c 'sleep 1; echo 1 >output/first.txt'
    outputs: {moderately_sensitive: {x: output/first.txt}}
  before:
    run: sh:v1 sh -c 'echo 0 >output/before.txt'
    outputs: {moderately_sensitive: {x: output/before.txt}}
  second:
    run: sh:v1 sh -c 'sleep 1; echo 2 >output/second.txt'
    needs: [first]
    outputs: {moderately_sensitive: {x: output/second.txt}}
`)
	run(t, dir, "before")
	w := openWorkspace(t, dir)
	s := serve(t, options(t, w))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var open, over sync.WaitGroup
	faults := make(chan error, 200)
	for i := range 200 {
		topic := []string{"workspace", "request-2"}[i%2]
		open.Add(1)
		over.Add(1)
		go func() {
			defer over.Done()
			first := true
			faults <- stream(ctx, s, topic, func(line string) bool {
				if first {
					open.Done()
					first = false
				}
				// Both topics tell of the second request's end.
				return strings.Contains(line, "2 of 2 jobs are over") || strings.Contains(line, "requests/2") && strings.Contains(line, "2 of 2")
			})
		}()
	}
	open.Wait()
	run(t, dir, "first", "second")
	if answer := s.get(t, "/requests/2"); answer.StatusCode != http.StatusOK {
		t.Errorf("a page while two hundred are open: %s", answer.Status)
	}
	over.Wait()
	for range 200 {
		if err := <-faults; err != nil {
			t.Fatal(err)
		}
	}
}

// TestStreams: a stream is for topics that there are, and there is a most.
func TestStreams(t *testing.T) {
	t.Parallel()
	s := serve(t, options(t, workspace(t)))
	for _, query := range []string{"", "t=", "t=x", "t=request-0", "t=request-01", "t=request--1", "t=job-../../x", "t=workspace-1", strings.Repeat("t=workspace&", 3) + "t=nonsense"} {
		if answer := s.get(t, "/live?"+query); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", query, answer.Status)
		}
	}
}
