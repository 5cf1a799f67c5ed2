package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Set is outputs that change together: each is written beside its place, and
// Commit puts all in their places. Its zero value is ready to use. It must be
// ended by Commit or Close; Close after Commit does nothing. A fault while they
// are put in their places, which a full or failing disk is unlikely to cause
// by then, leaves some new and some old, each of them whole.
type Set struct {
	files []stagedFile
}

type stagedFile struct {
	path, target, temporary string
}

// Write writes a whole file of the set, like [Write], but leaves it beside its
// place. Devices and pipes cannot be part of a set.
func (s *Set) Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := Create(path, mode)
	if err != nil {
		return err
	}
	if f.direct {
		return errors.Join(errors.New(path+": is no regular file; name a file to write"), f.Close())
	}
	if err := write(f); err != nil {
		var fault *fs.PathError
		if errors.As(err, &fault) {
			err = f.describe(err)
		}
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return f.abandon(err)
	}
	f.finished = true
	if err := f.File.Close(); err != nil {
		return f.describe(errors.Join(err, os.Remove(f.Name())))
	}
	s.files = append(s.files, stagedFile{path: path, target: f.target, temporary: f.Name()})
	return nil
}

// Open opens a file to read: the one that Write left, or else the one that is
// in its place.
func (s *Set) Open(path string) (*os.File, error) {
	for _, f := range s.files {
		if f.path == path {
			return os.Open(f.temporary)
		}
	}
	return os.Open(path)
}

// Commit puts all files in their places.
func (s *Set) Commit() error {
	var errs []error
	folders := map[string]bool{}
	for i, f := range s.files {
		if err := os.Rename(f.temporary, f.target); err != nil {
			s.files = s.files[i:]
			return errors.Join((&File{target: f.path}).describe(err), s.Close())
		}
		folders[filepath.Dir(f.target)] = true
	}
	s.files = nil
	for folder := range folders {
		errs = append(errs, syncDir(folder))
	}
	return errors.Join(errs...)
}

// Close abandons what was not committed.
func (s *Set) Close() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, os.Remove(f.temporary))
	}
	s.files = nil
	return errors.Join(errs...)
}
