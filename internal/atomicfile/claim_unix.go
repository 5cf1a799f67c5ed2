//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// newClaim claims a file or folder. Where the file system knows no locks,
// nothing is claimed, and nothing is swept.
func newClaim(path string) (*Claim, error) {
	file, err := openToLock(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errLost
	case errors.Is(err, os.ErrPermission):
		return nil, nil //nolint:nilnil // made unreadable by the umask, so to a sweep, too
	case err != nil:
		return nil, err
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		_ = file.Close() // it was only opened
		return nil, errLost
	case err == nil && !isAt(path, file):
		_ = file.Close() // it was only opened
		return nil, errLost
	}
	return &Claim{file}, nil
}

// openToLock opens a file or folder so that it can be locked: a file over a
// network only when it can be written to.
func openToLock(path string) (*os.File, error) {
	const flags = unix.O_NOFOLLOW | unix.O_NONBLOCK
	file, err := os.OpenFile(path, os.O_RDWR|flags, 0)
	if errors.Is(err, unix.EISDIR) {
		file, err = os.OpenFile(path, os.O_RDONLY|flags, 0)
	}
	return file, err
}

// isAt tells whether an open file is still the one at path.
func isAt(path string, file *os.File) bool {
	there, err := os.Lstat(path)
	if err != nil {
		return false
	}
	opened, err := file.Stat()
	return err == nil && os.SameFile(there, opened)
}

// sweep removes what programs that were killed have left in a folder. It is a
// service: what cannot be removed stays.
func sweep(dir string) {
	folder, err := os.Open(dir)
	if err != nil {
		return
	}
	names, err := folder.Readdirnames(-1)
	_ = folder.Close() // it was only read
	if err != nil {
		return
	}
	for _, name := range names {
		if match, err := filepath.Match(TempPattern, name); err != nil || !match {
			continue
		}
		path := filepath.Join(dir, name)
		file, err := openToLock(path)
		if err != nil {
			continue
		}
		if unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && isAt(path, file) {
			_ = os.RemoveAll(path) // see above
		}
		_ = file.Close() // it was only held
	}
}
