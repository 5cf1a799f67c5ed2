package cohort

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"cohortcounts/internal/atomicfile"
)

// input is one file of a cohort, open for reading.
type input struct {
	io.ReaderAt
	name string // as the user knows it
	size int64

	file     *os.File // behind ReaderAt; nil when there is none
	modified time.Time
	borrowed bool // the file is the caller's, who closes it

	// stream is set when the bytes come from a pipe and can be read only
	// once; there is no ReaderAt then.
	stream *bufio.Reader
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
	return &input{ReaderAt: f, name: name, size: info.Size(), file: f, modified: info.ModTime()}, nil
}

// Close closes the file.
func (in *input) Close() error {
	if in.file == nil || in.borrowed {
		return nil
	}
	return in.file.Close()
}

// head is the first n bytes, or all when there are fewer.
func (in *input) head(n int) ([]byte, error) {
	if in.stream != nil {
		head, err := in.stream.Peek(n)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return head, nil
	}
	head := make([]byte, min(int64(n), in.size))
	return head, readFull(in, head, 0)
}

// all reads the content from its beginning to its end.
func (in *input) all() io.Reader {
	if in.stream != nil {
		return in.stream
	}
	return io.NewSectionReader(in, 0, in.size)
}

// unchanged is an error when the file was written to since it was opened: what
// was read may be of two minds.
func (in *input) unchanged() error {
	if in.file == nil {
		return nil
	}
	info, err := in.file.Stat()
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
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file; make it first, or name another input", name)
	}
	return fmt.Errorf("%s: cannot read: %w", name, atomicfile.Cause(err))
}
