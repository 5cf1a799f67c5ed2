//go:build unix

package doctorcmd

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeSpace is what this user may still write, in bytes.
func freeSpace(dir string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return 0, fmt.Errorf("%s: %w", dir, err)
	}
	return stat.Bavail * uint64(stat.Bsize), nil //nolint:gosec // a block's size is positive, and of another type elsewhere
}
