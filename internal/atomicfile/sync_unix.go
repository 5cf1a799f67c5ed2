//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes a rename durable. File systems that cannot sync a folder say
// EINVAL or ENOTSUP: nothing more can be done there.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		// The file is in its place; a folder that may be written to but not
		// read only loses this last assurance.
		return nil //nolint:nilerr // see above
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
