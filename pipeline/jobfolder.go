package pipeline

import (
	"errors"
	"os"
	"path/filepath"
)

// jobFolder is a job's own part of the file system:
//
//	jobs/ID/work     the repository's files and the inputs; the job runs here
//	jobs/ID/tmp      its temporary files
//	jobs/ID/output   what it printed
//	jobs/ID/progress how much of its work is done, of a native stage
//
// All but what it printed are removed when the job is over.
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

// removeWork removes all but what the job printed.
func (f jobFolder) removeWork() error {
	return errors.Join(os.RemoveAll(f.work), f.removeRest())
}

// removeRest removes all but the work folder and what the job printed.
func (f jobFolder) removeRest() error {
	return errors.Join(os.RemoveAll(f.temporary), os.RemoveAll(f.progress))
}

// CanClone tries whether the file system of a folder makes a copy of a file
// that shares its content. Where it does not, inputs of jobs are copied or linked.
func CanClone(dir string) (bool, error) {
	in, err := os.CreateTemp(dir, ".cohortcounts-clone-")
	if err != nil {
		return false, err
	}
	defer os.Remove(in.Name()) //nolint:errcheck // what is left over harms nobody
	defer in.Close()           //nolint:errcheck // it is removed
	if _, err := in.WriteString("content"); err != nil {
		return false, err
	}
	out, err := os.CreateTemp(dir, ".cohortcounts-clone-")
	if err != nil {
		return false, err
	}
	defer os.Remove(out.Name()) //nolint:errcheck // what is left over harms nobody
	defer out.Close()           //nolint:errcheck // it is removed
	return clone(out, in), nil
}
