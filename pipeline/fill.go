package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/sandbox"
	"cohortcounts/pipeline/record"
)

// fill makes a fresh folder for a job and fills it. Files are copies (shared
// with the original by the file system where it can do that, until one is
// changed): a job cannot reach what it was not given. A spare folder, which
// holds the repository's files already, saves copying these.
func (a *attempt) fill(id string, spare *spareFolder) (jobFolder, error) {
	f := a.setup.Workspace.jobFolder(id)
	if err := os.MkdirAll(f.temporary, 0o700); err != nil {
		return f, fmt.Errorf("%s: cannot be made: %w", f.temporary, atomicfile.Cause(err))
	}
	if err := spare.moveTo(f.work); err != nil {
		return f, fmt.Errorf("%s: cannot be made: %w", f.work, atomicfile.Cause(err))
	}
	c := copier{target: f.work, spare: spare}
	if !spare.complete {
		for _, name := range a.setup.files {
			if err := c.source(a.setup, name); err != nil {
				return f, err
			}
		}
		spare.complete = true
	}
	for _, input := range a.inputs {
		if err := a.input(c, input); err != nil {
			return f, err
		}
	}
	for _, dir := range a.outputFolders() {
		if err := c.folder(dir); err != nil {
			return f, fmt.Errorf("%s: cannot be made for the job: %w", dir, err)
		}
	}
	return f, nil
}

// outputFolders are the folders that the job may write to, '/' between names.
func (a *attempt) outputFolders() []string {
	var dirs []string
	for _, output := range a.step.Action.Outputs {
		if dir := fixedFolder(output.Pattern); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// copier fills a job's folder.
type copier struct {
	target string
	spare  *spareFolder // what is known of the repository's files in it
}

// folder makes a folder and those it lies in.
func (c copier) folder(dir string) error {
	if c.spare.folders[dir] {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(c.target, filepath.FromSlash(dir)), 0o700); err != nil {
		return atomicfile.Cause(err)
	}
	return nil
}

// source copies a file of the repository. It must be the
// one whose hash was taken: what the job makes from another would pass for up to
// date.
func (c copier) source(s *Setup, name string) error {
	path := filepath.Join(s.Workspace.project, filepath.FromSlash(name))
	now, copied, err := c.copy(path, name)
	if err != nil {
		return fmt.Errorf("%s: cannot be copied for the job: %w", name, err)
	}
	if then, hashed := s.hashes.stampOf(name); hashed && then != now {
		return &jobFailure{code: record.InternalError, message: name + " was changed while the run went on; run it again"}
	}
	if !copied {
		return nil
	}
	return c.spare.note(c.target, name)
}

// linkedSize is from which size on an input is not copied: a smaller one is
// copied in less time than one can tell.
const linkedSize = 64 << 20

// input copies what a need wrote, or links it when it is large and the job
// cannot change it.
func (a *attempt) input(c copier, f file) error {
	if _, err := os.Lstat(filepath.Join(c.target, filepath.FromSlash(f.Path))); err == nil {
		return nil // two needs may have written the same one in version 1, or the repository has it
	}
	source := a.setup.Workspace.place(f)
	if !a.setup.Workspace.asMade(f) {
		return &jobFailure{code: record.InternalError, message: f.Path + " was changed while the run went on; run it again"}
	}
	if f.Size >= linkedSize && a.mayLink(f.Path) {
		if err := c.folder(path.Dir(f.Path)); err != nil {
			return fmt.Errorf("%s: cannot be copied for the job: %w", f.Path, err)
		}
		if os.Link(source, filepath.Join(c.target, filepath.FromSlash(f.Path))) == nil {
			return nil
		}
	}
	if _, _, err := c.copy(source, f.Path); err != nil {
		return fmt.Errorf("%s: cannot be copied for the job: %w", f.Path, err)
	}
	return nil
}

// mayLink tells whether an input may be a link to the file itself: only a stage
// of ours gets one, which needs no right to change modes and times (its policy
// takes that away), in a folder that the sandbox lets it read only.
func (a *attempt) mayLink(name string) bool {
	if !a.linksOnly() {
		return false
	}
	return !slices.ContainsFunc(a.outputFolders(), func(dir string) bool {
		return within(filepath.FromSlash(name), filepath.FromSlash(dir))
	})
}

// linksOnly tells whether the job is one that can do without changing modes.
func (a *attempt) linksOnly() bool {
	return a.step.Stage != "" && !evaluatesStudy(a.step.Stage) && sandbox.Restricts && !a.options.NoSandbox
}

// copy copies a regular file, or what a link points to, and gives the stamp of
// what it read. Links to folders and to nothing are left out: they would lead
// out of the job's folder.
func (c copier) copy(source, name string) (_ stamp, copied bool, err error) {
	// Looked at before it is opened: to open a pipe would wait for a writer.
	info, err := os.Stat(source)
	if errors.Is(err, os.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return stamp{}, false, nil
	}
	if err != nil {
		return stamp{}, false, atomicfile.Cause(err)
	}
	if err := c.folder(path.Dir(name)); err != nil {
		return stamp{}, false, err
	}
	in, err := os.Open(source)
	if err != nil {
		return stamp{}, false, atomicfile.Cause(err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	if info, err = in.Stat(); err != nil {
		return stamp{}, false, atomicfile.Cause(err)
	}
	mode := os.FileMode(0o600) | info.Mode().Perm()&0o100
	out, err := os.OpenFile(filepath.Join(c.target, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return stamp{}, false, atomicfile.Cause(err)
	}
	if info.Size() > 0 && !clone(out, in) {
		_, err = io.Copy(out, in)
	}
	return stampOf(info), true, errors.Join(err, out.Close())
}
