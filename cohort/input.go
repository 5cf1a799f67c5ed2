package cohort

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// input is one file of a cohort, open for reading.
type input struct {
	*os.File
	name     string // as the user knows it
	size     int64
	modified time.Time
}

// openInput opens the file at path.
func openInput(path string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	in, err := newInput(f, path)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return in, nil
}

func newInput(f *os.File, name string) (*input, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(name, err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder", name)
	}
	return &input{File: f, name: name, size: info.Size(), modified: info.ModTime()}, nil
}

// unchanged is an error when the file was written to since it was opened: what
// was read may be of two minds.
func (in *input) unchanged() error {
	info, err := in.Stat()
	if err != nil {
		return unreadable(in.name, err)
	}
	if info.Size() != in.size || !info.ModTime().Equal(in.modified) {
		return fmt.Errorf("%s: changed while it was read; run again when it is finished", in.name)
	}
	return nil
}

// unreadable is an error of the file system, with the user's name of the file.
func unreadable(name string, err error) error {
	var fault *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file; make it first, or name another input", name)
	case errors.As(err, &fault):
		err = fault.Err
	}
	return fmt.Errorf("%s: cannot read: %w", name, err)
}

var _ io.ReaderAt = (*input)(nil)
