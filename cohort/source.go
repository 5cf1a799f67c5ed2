package cohort

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cohortcounts/internal/atomicfile"
)

// Source names the files of a cohort.
type Source struct {
	// Paths are files, folders of part files, or "-" for Stdin, in the order
	// of the rows.
	Paths []string
	// Stdin is what "-" stands for. When it is a file that is not a pipe, as
	// after `<`, it is read like one.
	Stdin io.Reader
	// Memory is how many bytes the reading may hold at a time; 0 means
	// DefaultMemory. What does not fit is an error.
	Memory int64
}

// Files is the cohort in the given files, one after another.
func Files(paths ...string) Source { return Source{Paths: paths} }

const (
	stdinPath = "-"
	stdinName = "standard input"
)

// open opens all files.
func (s Source) open() (inputs []*input, err error) {
	if len(s.Paths) == 0 {
		return nil, errors.New("no cohort is named")
	}
	defer func() {
		if err != nil {
			for _, in := range inputs {
				err = errors.Join(err, in.Close())
			}
		}
	}()
	for _, path := range s.Paths {
		if path == stdinPath {
			in, err := s.stdin()
			if err != nil {
				return inputs, err
			}
			inputs = append(inputs, in)
			continue
		}
		paths, err := partFiles(path)
		if err != nil {
			return inputs, err
		}
		for _, path := range paths {
			in, err := openInput(path)
			if err != nil {
				return inputs, err
			}
			inputs = append(inputs, in)
		}
	}
	return inputs, differ(inputs)
}

// partFiles are the files that a path stands for: itself, or those of a
// folder, in the order of their names.
func partFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		// Opening a pipe waits for its writer, and it can be read only once.
		return nil, fmt.Errorf("%s: is a pipe or a device; write what it gives to a file, or let counts read it from standard input (--input -)", path)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	var paths []string
	for _, entry := range entries {
		// Writers of part files leave _SUCCESS and .crc files beside them.
		if name := entry.Name(); strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			continue
		}
		if entry.IsDir() {
			return nil, fmt.Errorf("%s: holds a folder, %s; name the folders of part files one by one", path, entry.Name())
		}
		paths = append(paths, filepath.Join(path, entry.Name()))
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: holds no files; name a cohort file, or a folder of part files", path)
	}
	return paths, nil
}

// differ is an error when a file is there twice: its patients would be counted
// twice.
func differ(inputs []*input) error {
	for i, in := range inputs {
		for _, before := range inputs[:i] {
			if in.file == nil || before.file == nil || in.size != before.size {
				continue
			}
			a, errA := in.file.Stat()
			b, errB := before.file.Stat()
			if errA == nil && errB == nil && os.SameFile(a, b) && a.Mode().IsRegular() {
				return fmt.Errorf("%s: is named twice; its patients would be counted twice", in.name)
			}
		}
	}
	return nil
}

// stdin opens standard input. From a pipe, text is read as it comes; formats
// that have to be read here and there are copied to a temporary file first,
// which has no name any more when the first byte is written to it.
func (s Source) stdin() (*input, error) {
	if s.Stdin == nil {
		return nil, errors.New("standard input is not connected")
	}
	if f, ok := s.Stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			in, err := newInput(f, stdinName)
			if err == nil {
				in.borrowed = true
			}
			return in, err
		}
	}
	stream := &input{name: stdinName, stream: bufio.NewReaderSize(s.Stdin, 1<<16)}
	head, err := stream.head(sniffSize)
	if err != nil {
		return nil, unreadable(stdinName, err)
	}
	if isText(head) || isGzip(head) {
		return stream, nil
	}
	if len(head) > 0 && !isSeekable(head) {
		return nil, fmt.Errorf("%s: %w", stdinName, errNoCohort) // it may have no end
	}
	f, err := spoolFile("")
	if err != nil {
		return nil, fmt.Errorf("standard input: cannot make a temporary file in %s: %w; $TMPDIR names another folder", os.TempDir(), atomicfile.Cause(err))
	}
	if _, err = io.Copy(f, stream.stream); err != nil {
		return nil, errors.Join(fmt.Errorf("standard input: cannot copy it to a temporary file in %s: %w; $TMPDIR names another folder", os.TempDir(), atomicfile.Cause(err)), f.Close())
	}
	return newInput(f, stdinName)
}
