// Package atomicfile writes a file so that, whatever happens, its path holds
// the old file or the whole new one, never a part.
//
// The data goes to a temporary file in the same folder, is synced to disk and
// then renamed over the target. Missing folders are made. A temporary file that
// a killed program has left is removed by the next one that writes there.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// TempPattern is how the names of unfinished files look (a pattern for
// [filepath.Match]), so that whoever cleans up after a killed program can know
// them.
const TempPattern = ".cohortcounts-*.tmp"

// File is an output that is not there yet. It must be ended by Commit or
// Close; Close after Commit does nothing, so it can be deferred.
type File struct {
	*os.File
	path     string // as the user named it
	target   string // what a symbolic link at path points to, or path
	claim    *Claim // of the temporary file
	direct   bool   // target is a device or pipe: written to in place
	finished bool
}

// Create starts a new version of the file at path, which will have the
// permissions mode (less the umask). A symbolic link at path stays, what it
// points to is replaced, or made. When path is a device or a pipe, such as /dev/stdout,
// it is written to in place.
func Create(path string, mode fs.FileMode) (*File, error) {
	if path == "" {
		return nil, errors.New("the name of an output is empty; name a file to write")
	}
	target, err := follow(path)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot write: %w", path, Cause(err))
	}
	info, err := os.Stat(target)
	switch {
	case err != nil && os.IsPathSeparator(path[len(path)-1]):
		return nil, fmt.Errorf("%s: names a folder; name a file to write", path)
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s: is a folder; name a file to write", path)
	case err == nil && !info.Mode().IsRegular():
		flags := os.O_WRONLY
		if info.Mode()&fs.ModeNamedPipe != 0 {
			// Opening a pipe waits for its reader, and nothing, no interrupt either,
			// ends that wait.
			flags |= syscall.O_NONBLOCK
		}
		f, err := os.OpenFile(target, flags, 0)
		if errors.Is(err, syscall.ENXIO) {
			return nil, fmt.Errorf("%s: no program reads this pipe; start the one that does first", path)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: cannot write: %w", path, Cause(err))
		}
		return &File{File: f, path: path, target: target, direct: true}, nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return nil, fmt.Errorf("%s: cannot make its folder: %w", path, Cause(err))
	}
	var f *os.File
	_, claim, err := Temporary(filepath.Dir(target), func(temporary string) (err error) {
		// Not os.CreateTemp, which always gives 0600: changing that later would have to guess the umask.
		f, err = os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: cannot write in its folder: %w", path, Cause(err))
	}
	return &File{File: f, path: path, target: target, claim: claim}, nil
}

// mostLinks is how many symbolic links to nothing are followed; Linux follows
// 40.
const mostLinks = 40

// follow is the file that a path stands for: what a symbolic link points to,
// also where there is nothing yet.
func follow(path string) (string, error) {
	for range mostLinks {
		resolved, err := filepath.EvalSymlinks(path)
		if err == nil {
			return resolved, nil
		}
		if _, err := os.Stat(path); err == nil {
			return path, nil // what is open, as /dev/stdout, by a name that is none
		}
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // it is no link: a new file, or one that cannot be reached
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", syscall.ELOOP
}

// Commit makes the data durable and puts the file in its place.
func (f *File) Commit() error {
	if err := f.complete(); err != nil || f.direct {
		return err
	}
	defer f.claim.Release()
	if err := os.Rename(f.Name(), f.target); err != nil {
		return f.describe(errors.Join(err, os.Remove(f.Name())))
	}
	return f.describe(syncDir(filepath.Dir(f.target)))
}

// complete makes the data durable and leaves the file beside its place.
func (f *File) complete() error {
	if f.finished {
		return errors.New("atomicfile: Commit after the file was ended")
	}
	if f.direct {
		f.finished = true
		return f.describe(f.File.Close())
	}
	if err := f.Sync(); err != nil {
		return f.abandon(err)
	}
	f.finished = true
	if err := f.File.Close(); err != nil {
		defer f.claim.Release()
		return f.describe(errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// Close abandons the new version, unless it was committed: the target is as
// it was.
func (f *File) Close() error {
	if f.finished {
		return nil
	}
	return f.abandon(nil)
}

func (f *File) abandon(because error) error {
	f.finished = true
	defer f.claim.Release()
	err := errors.Join(because, f.File.Close())
	if !f.direct {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return f.describe(err)
}

// describe puts the user's path before an error, instead of the temporary one.
func (f *File) describe(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: cannot write: %w", f.path, Cause(err))
}

// Fault is a fault of the file itself with the user's path instead of the
// temporary one; any other error is returned as it is.
func (f *File) Fault(err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		return f.describe(fault)
	}
	return err
}

// Cause is what lies behind an error of the os package, without the operation
// and the path that it adds: the path may be that of a temporary file, or one
// that the message names already.
func Cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// Write writes a whole file: what write gives to the writer, or nothing when
// it fails. The error of write is returned as it is unless it is a fault of
// the file itself, which then names path.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := Create(path, mode)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return errors.Join(f.Fault(err), f.Close())
	}
	return f.Commit()
}
