package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Set is outputs that change together: each is written beside its place, and
// Commit puts all in their places. Its zero value is ready to use. It must be
// ended by Commit or Close; Close after Commit does nothing. Only a program
// that is killed while Commit runs, or a fault in a folder whose files cannot
// have a second name, leaves some new and some old, each of them whole.
type Set struct {
	files []*stagedFile
}

// stagedFile is a complete file beside its place.
type stagedFile struct {
	*File
	old string // a second name of the file that was in its place; others that write there may take it away
	new bool   // there was no file in its place
}

// Write writes a whole file of the set, like [Write], but leaves it beside its
// place. What goes to a device or a pipe is gone at once.
func (s *Set) Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := Create(path, mode)
	if err != nil {
		return err
	}
	for _, other := range s.files {
		if !f.direct && samePlace(f.target, other.target) {
			return errors.Join(fmt.Errorf("%s: two outputs would be this file; name another for one of them", path), f.Close())
		}
	}
	if err := write(f); err != nil {
		return errors.Join(f.Fault(err), f.Close())
	}
	if err := f.complete(); err != nil {
		return err
	}
	s.files = append(s.files, &stagedFile{File: f})
	return nil
}

// samePlace tells whether two paths of files, in folders that are there, are one.
func samePlace(a, b string) bool {
	if filepath.Base(a) != filepath.Base(b) {
		return false
	}
	folderA, errA := os.Stat(filepath.Dir(a))
	folderB, errB := os.Stat(filepath.Dir(b))
	return errA == nil && errB == nil && os.SameFile(folderA, folderB)
}

// Open opens a file to read: the one that Write left, or else the one that is
// in its place.
func (s *Set) Open(path string) (*os.File, error) {
	at := slices.IndexFunc(s.files, func(f *stagedFile) bool { return f.path == path })
	switch {
	case at < 0:
		return os.Open(path)
	case s.files[at].direct:
		return nil, errors.New("it is no regular file")
	}
	return os.Open(s.files[at].Name())
}

// Commit puts all files in their places. Where that fails it puts back the
// files that were there.
func (s *Set) Commit() error {
	var placed []*stagedFile
	waiting := slices.DeleteFunc(s.files, func(f *stagedFile) bool { return f.direct })
	s.files = nil
	for i, f := range waiting {
		last := i == len(waiting)-1 // nothing that can fail follows it
		if err := f.place(!last); err != nil {
			faults := []error{f.describe(err)}
			for _, f := range slices.Backward(placed) {
				f.claim.Release()
				faults = append(faults, f.putBack())
			}
			s.files = waiting[i:]
			return errors.Join(append(faults, s.Close())...)
		}
		placed = append(placed, f)
	}
	var faults []error
	folders := map[string]bool{}
	for _, f := range placed {
		f.claim.Release()
		if f.old != "" {
			if err := os.Remove(f.old); !errors.Is(err, fs.ErrNotExist) {
				faults = append(faults, f.describe(err))
			}
		}
		if folder := filepath.Dir(f.target); !folders[folder] {
			folders[folder] = true
			faults = append(faults, f.describe(syncDir(folder)))
		}
	}
	return errors.Join(faults...)
}

// place puts the file in its place. What was there keeps a second name, if it
// is to be put back later: at no time is nothing there.
func (f *stagedFile) place(keep bool) error {
	if keep {
		old := tempName(filepath.Dir(f.target))
		switch err := os.Link(f.target, old); {
		case err == nil:
			f.old = old
		case errors.Is(err, fs.ErrNotExist):
			f.new = true
		}
	}
	err := os.Rename(f.Name(), f.target)
	if err != nil && f.old != "" {
		err = errors.Join(err, os.Remove(f.old))
	}
	return err
}

// putBack undoes place.
func (f *stagedFile) putBack() error {
	switch {
	case f.old != "":
		return f.describe(os.Rename(f.old, f.target))
	case f.new:
		return f.describe(os.Remove(f.target))
	}
	return fmt.Errorf("%s: is in its place already, and what it replaced is gone", f.path)
}

// Close abandons what was not committed.
func (s *Set) Close() error {
	var faults []error
	for _, f := range s.files {
		if !f.direct {
			faults = append(faults, f.describe(os.Remove(f.Name())))
			f.claim.Release()
		}
	}
	s.files = nil
	return errors.Join(faults...)
}
