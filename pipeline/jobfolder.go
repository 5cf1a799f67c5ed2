package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
)

// jobFolder is a job's own part of the file system:
//
//	jobs/ID/work     the repository's files and the inputs; the job runs here
//	jobs/ID/tmp      its temporary files
//	jobs/ID/output   what it printed
//	jobs/ID/progress how much of its work is done, of a native stage
//
// The first two are removed when the job is over.
type jobFolder struct {
	root, work, temporary, output, progress string
}

func (w *Workspace) jobFolder(id string) jobFolder {
	root := filepath.Join(w.jobsDir(), id)
	return jobFolder{
		root: root, work: filepath.Join(root, "work"), temporary: filepath.Join(root, "tmp"),
		output: filepath.Join(root, "output"), progress: filepath.Join(root, "progress"),
	}
}

// makeJobFolder fills a fresh folder for a job. Files are copies (shared with
// the original by the file system where it can do that, until one is changed):
// a job cannot reach what it was not given.
func (s *Setup) makeJobFolder(id string, action project.Action, inputs []file) (jobFolder, error) {
	f := s.Workspace.jobFolder(id)
	for _, dir := range []string{f.work, f.temporary} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return f, fmt.Errorf("%s: cannot be made: %w", dir, atomicfile.Cause(err))
		}
	}
	c := copier{target: f.work, made: map[string]bool{".": true}, copied: map[string]bool{}}
	for _, name := range s.files {
		if err := c.copy(filepath.Join(s.Workspace.project, filepath.FromSlash(name)), name); err != nil {
			return f, fmt.Errorf("%s: cannot be copied for the job: %w", name, err)
		}
	}
	for _, input := range inputs {
		if err := c.copy(s.Workspace.place(input), input.Path); err != nil {
			return f, fmt.Errorf("%s: cannot be copied for the job: %w", input.Path, err)
		}
	}
	for _, output := range action.Outputs {
		dir := fixedFolder(output.Pattern)
		if err := c.folder(dir); err != nil {
			return f, fmt.Errorf("%s: cannot be made for the job: %w", dir, err)
		}
	}
	return f, nil
}

// removeWork removes all but what the job printed.
func (f jobFolder) removeWork() error {
	return errors.Join(os.RemoveAll(f.work), os.RemoveAll(f.temporary), os.RemoveAll(f.progress))
}

// copier copies files into a folder and knows which folders it made.
type copier struct {
	target string
	made   map[string]bool // folders
	copied map[string]bool // files: two needs may have written the same one in version 1
}

func (c copier) folder(dir string) error {
	if c.made[dir] {
		return nil
	}
	c.made[dir] = true
	if err := os.MkdirAll(filepath.Join(c.target, filepath.FromSlash(dir)), 0o700); err != nil {
		return atomicfile.Cause(err)
	}
	return nil
}

// copy copies a regular file, or what a link points to. Links to folders and
// to nothing are left out: they would lead out of the job's folder.
func (c copier) copy(source, name string) error {
	if c.copied[name] {
		return nil
	}
	c.copied[name] = true
	info, err := os.Stat(source)
	if errors.Is(err, os.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	if err != nil {
		return atomicfile.Cause(err)
	}
	if err := c.folder(path.Dir(name)); err != nil {
		return err
	}
	in, err := os.Open(source)
	if err != nil {
		return atomicfile.Cause(err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	mode := os.FileMode(0o600) | info.Mode().Perm()&0o100
	out, err := os.OpenFile(filepath.Join(c.target, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return atomicfile.Cause(err)
	}
	if !clone(out, in) {
		_, err = io.Copy(out, in)
	}
	return errors.Join(err, out.Close())
}
