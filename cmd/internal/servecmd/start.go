package servecmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"cohortcounts/cohort"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// startTime is how long a run may take until it is in the record: it reads and
// compares all files before.
const startTime = 60 * time.Second

// starter starts runs as processes of their own, so that they go on when the
// server ends. It gives the number of the request once that is recorded.
func (o *options) starter(w *pipeline.Workspace) func(context.Context, []string, bool) (int64, error) {
	return func(ctx context.Context, actions []string, force bool) (int64, error) {
		identifier := record.NewIdentifier()
		cmd := exec.Command(o.Program, o.runArguments(w, identifier, actions, force)...) // not of this context: it outlives the server
		var said limited
		cmd.Stderr = &said
		detach(cmd)
		if err := cmd.Start(); err != nil {
			return 0, errors.New("the run cannot be started")
		}
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait() // how it ended is in the record, or in what it said
			close(ended)
		}()
		deadline := time.After(startTime)
		for over := false; ; {
			if id, found := find(ctx, w, identifier); found {
				return id, nil
			}
			if over {
				return 0, fmt.Errorf("the run was refused: %s", said.text())
			}
			select {
			case <-ended:
				over = true // look once more: it may have been quick
			case <-deadline:
				return 0, errors.New("the run has not begun within a minute; 'cohortcounts status' tells when it has")
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

func (o *options) runArguments(w *pipeline.Workspace, identifier string, actions []string, force bool) []string {
	arguments := []string{"run", "--quiet", "--identifier", identifier, "--project", w.Project()}
	if o.HighPrivacyDir != "" {
		arguments = append(arguments, "--high-privacy-dir", o.HighPrivacyDir, "--medium-privacy-dir", o.MediumPrivacyDir)
	}
	if o.AllowLocalCommands {
		arguments = append(arguments, "--allow-local-commands")
	}
	if force {
		arguments = append(arguments, "--force-run-dependencies")
	}
	return append(append(arguments, "--"), actions...)
}

// find is the number of the request with an identifier.
func find(ctx context.Context, w *pipeline.Workspace, identifier string) (int64, bool) {
	r, err := record.OpenExisting(ctx, w.RecordPath())
	if err != nil {
		return 0, false
	}
	defer r.Close() //nolint:errcheck // it was only read
	latest, err := r.Requests(ctx, 5)
	if err != nil {
		return 0, false
	}
	for _, q := range latest {
		if q.Identifier == identifier {
			return q.ID, true
		}
	}
	return 0, false
}

// limited keeps the beginning of what a run says.
type limited struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (l *limited) Write(p []byte) (int, error) {
	const most = 8 << 10
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if room := most - l.Len(); room > 0 {
		_, _ = l.Buffer.Write(p[:min(room, len(p))]) // never fails
	}
	return len(p), nil
}

func (l *limited) text() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.TrimSpace(l.String())
}

// Shape is the rows and columns of a cohort. Its error may hold a value, and
// must not be shown.
func Shape(ctx context.Context, path string) (rows, columns int64, err error) {
	c, err := cohort.Files(path).Open()
	if err != nil {
		return 0, 0, err
	}
	defer c.Close() //nolint:errcheck // it was only read
	rows, err = c.ScanDates(ctx, nil, cohort.ScanOptions{}, func() func(*cohort.Chunk) error {
		return func(*cohort.Chunk) error { return nil }
	})
	return rows, int64(len(c.Part(0))), err
}
