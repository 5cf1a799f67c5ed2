package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/record"
)

// holder is who runs in a workspace, as the lock file says.
type holder struct {
	PID   int       `json:"pid"`
	Who   string    `json:"who"`
	Since time.Time `json:"since"`
}

// lock is the right to run in a workspace. The operating system gives it up
// with the process, however that ends; jobs do not inherit it.
type lock struct{ file *os.File }

// heldError says who holds the lock.
type heldError string

func (e heldError) Error() string { return string(e) }

// errLocked is the error of tryLock when someone else holds the lock.
var errLocked = errors.New("locked")

// acquire takes the lock, or says who holds it.
func acquire(w *Workspace, o Options) (*lock, error) {
	name := filepath.Join(w.state(), "lock")
	if err := os.MkdirAll(w.state(), 0o700); err != nil {
		return nil, fmt.Errorf("%s: cannot be made: %w", w.state(), atomicfile.Cause(err))
	}
	if err := hideFromGit(w.state()); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be opened: %w", name, atomicfile.Cause(err))
	}
	if err := tryLockPatiently(f); err != nil {
		defer f.Close() //nolint:errcheck // nothing was written
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("%s: cannot be locked: %w", name, err)
		}
		var other holder
		if json.NewDecoder(f).Decode(&other) != nil || other.PID == 0 {
			return nil, heldError("another run is going on in " + w.project + "; wait for it to end")
		}
		return nil, heldError(fmt.Sprintf("another run is going on in %s: process %d of %s, since %s; wait for it to end, or 'cohortcounts cancel' it",
			w.project, other.PID, other.Who, other.Since.UTC().Format("2006-01-02 15:04:05 UTC")))
	}
	text, err := json.Marshal(holder{PID: os.Getpid(), Who: o.Who, Since: o.Now()})
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(append(text, '\n'), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: cannot be written: %w", name, atomicfile.Cause(err)), f.Close())
	}
	return &lock{f}, nil
}

// hold takes the lock and opens the record, until release is called.
func (w *Workspace) hold(ctx context.Context, o Options) (r *record.Record, release func() error, err error) {
	l, err := acquire(w, o)
	if err != nil {
		return nil, nil, err
	}
	if r, err = record.Open(ctx, w.RecordPath()); err != nil {
		return nil, nil, errors.Join(err, l.release())
	}
	return r, func() error { return errors.Join(r.Close(), l.release()) }, nil
}

// Who looks whether a lock is held holds it for a moment (see
// [Workspace.Busy]); a run that wants it then waits that long.
const (
	lockAttempts = 5
	lockPause    = 20 * time.Millisecond
)

func tryLockPatiently(f *os.File) (err error) {
	for range lockAttempts {
		if err = tryLock(f); !errors.Is(err, errLocked) {
			return err
		}
		time.Sleep(lockPause)
	}
	return err
}

// Busy tells whether a run, or another program that holds the workspace's
// lock, is going on. A request that the record takes for unfinished while
// nobody is busy was killed.
func (w *Workspace) Busy() bool {
	f, err := os.OpenFile(filepath.Join(w.state(), "lock"), os.O_RDWR, 0)
	if err != nil {
		// Without the file nobody has run; one that we may not open is another user's.
		return !errors.Is(err, os.ErrNotExist)
	}
	defer f.Close() //nolint:errcheck // gives the lock up, if we have it
	return errors.Is(tryLock(f), errLocked)
}

// release gives the lock up.
func (l *lock) release() error { return l.file.Close() }

// hideFromGit keeps our own folder from being committed, and from making a
// checkout look changed.
func hideFromGit(dir string) error {
	name := filepath.Join(dir, ".gitignore")
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	if err := os.WriteFile(name, []byte("*\n"), 0o600); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", name, atomicfile.Cause(err))
	}
	return nil
}
