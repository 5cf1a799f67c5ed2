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
