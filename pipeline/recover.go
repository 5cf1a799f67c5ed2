package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/record"
)

// recoverKilled puts right what a run that was killed left: jobs that the
// record takes for running, job folders, unfinished files. It must hold the
// lock.
func recoverKilled(ctx context.Context, s *Setup, o Options, r *record.Record) error {
	jobs, err := r.Recover(ctx, o.Who, o.Now())
	if err != nil {
		return err
	}
	for _, job := range jobs {
		o.Listener.Warn(fmt.Sprintf("request %d was killed: its job %s is recorded as failed", job.Request, job.Action))
	}
	removed, err := s.removeLeftovers()
	for _, name := range removed {
		o.Listener.Warn("removed what a killed run left: " + name)
	}
	return err
}

// Repair makes the record and the manifest of a workspace tell the truth after a
// run was killed, as the next run would, for those who only look. While a run
// goes on, and where nothing may be written, it does nothing.
func Repair(ctx context.Context, o Options) error {
	w, err := OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return err
	}
	r, err := record.OpenExisting(ctx, w.RecordPath())
	if errors.Is(err, record.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // what matters has been committed
	if unfinished, err := r.Unfinished(ctx); err != nil || !unfinished {
		return err
	}
	l, err := acquire(w, o)
	var held heldError
	if errors.As(err, &held) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.release() //nolint:errcheck // it is given up with the process at the latest
	if _, err := r.Recover(ctx, o.Who, o.Now()); err != nil {
		return err
	}
	s, err := Prepare(o)
	if err != nil {
		return nil // whoever runs it will be told what is wrong with the project
	}
	madeBy, err := readMade(ctx, r)
	if err != nil || len(madeBy) == 0 {
		return err
	}
	return s.writeManifest(madeBy)
}

// removeLeftovers removes unfinished files from output folders, and what job
// folders hold besides their logs.
func (s *Setup) removeLeftovers() (removed []string, err error) {
	folders := map[string]bool{}
	for _, action := range s.Definition.Actions {
		for _, output := range action.Outputs {
			folders[filepath.Dir(s.Workspace.Path(output.Level, output.Pattern))] = true
		}
	}
	folders[filepath.Join(s.Workspace.medium, metadataDir)] = true
	for dir := range folders {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // not there: nothing to remove
		}
		for _, entry := range entries {
			if entry.Type().IsRegular() && isUnfinished(entry.Name()) {
				name := filepath.Join(dir, entry.Name())
				if err := os.Remove(name); err != nil {
					return removed, fmt.Errorf("%s: cannot be removed: %w", name, atomicfile.Cause(err))
				}
				removed = append(removed, name)
			}
		}
	}
	entries, err := os.ReadDir(s.Workspace.jobsDir())
	if errors.Is(err, os.ErrNotExist) {
		return removed, nil
	}
	if err != nil {
		return removed, fmt.Errorf("%s: cannot be read: %w", s.Workspace.jobsDir(), atomicfile.Cause(err))
	}
	for _, entry := range entries {
		f := s.Workspace.jobFolder(entry.Name())
		if err := f.removeWork(); err != nil {
			return removed, fmt.Errorf("%s: cannot be removed: %w", f.root, atomicfile.Cause(err))
		}
	}
	return removed, nil
}
