//go:build unix

package study

import (
	"fmt"
	"os"
	"syscall"
)

// ownedPrivately says whether a folder is this user's own and nobody else can
// write to it.
func ownedPrivately(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s: is not a folder", dir)
	case ok && int(stat.Uid) != os.Getuid():
		return fmt.Errorf("%s: belongs to another user", dir)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%s: others may write to it; chmod 700 it", dir)
	}
	return nil
}
