package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// PruneOptions say what Prune removes.
type PruneOptions struct {
	Options
	OlderThan       time.Duration // job folders whose last change is at least this long ago
	HighlySensitive bool          // highly_sensitive and withheld files too
}

// Prune removes old job folders and, when told to, highly_sensitive outputs. It
// gives the paths of what it removed, which the audit gets too.
func Prune(ctx context.Context, o PruneOptions) (removed []string, err error) {
	s, err := Prepare(o.Options)
	if err != nil {
		return nil, err
	}
	r, release, err := s.Workspace.hold(ctx, o.Options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, release()) }()
	paths, err := s.oldJobs(o.Now().Add(-o.OlderThan))
	if err != nil {
		return nil, err
	}
	if o.HighlySensitive {
		madeBy, err := readMade(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, m := range madeBy {
			for _, f := range m.outputs.Files {
				if f.Level == project.HighlySensitive || f.Withheld != "" {
					paths = append(paths, s.Workspace.place(f))
				}
			}
		}
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return removed, fmt.Errorf("%s: cannot be removed: %w", path, atomicfile.Cause(err))
		}
		removed = append(removed, path)
	}
	if len(removed) == 0 {
		return nil, nil
	}
	return removed, r.Note(ctx, record.Event{At: o.Now(), Who: o.Who, What: "removed", Detail: strings.Join(removed, "\n")})
}

// oldJobs are the job folders that were last changed before a time.
func (s *Setup) oldJobs(before time.Time) ([]string, error) {
	entries, err := os.ReadDir(s.Workspace.jobsDir())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: cannot be read: %w", s.Workspace.jobsDir(), atomicfile.Cause(err))
	}
	var old []string
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && !info.ModTime().After(before) {
			old = append(old, filepath.Join(s.Workspace.jobsDir(), entry.Name()))
		}
	}
	return old, nil
}

// OpenLog opens the log of an action's last job, and notes that in the audit.
func OpenLog(ctx context.Context, o Options, action string) (*os.File, error) {
	w, err := OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(w.high, metadataDir, logName(action))
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no log of an action %q; 'cohortcounts status' lists what was run", action)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be opened: %w", name, atomicfile.Cause(err))
	}
	r, err := record.OpenExisting(ctx, w.RecordPath())
	if errors.Is(err, record.ErrNone) {
		return f, nil
	}
	if err == nil {
		var request int64
		if request, err = r.LastRequest(ctx, action); err == nil {
			err = r.Note(ctx, record.Event{At: o.Now(), Who: o.Who, What: "opened", Request: request, Detail: "log of " + action})
		}
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
