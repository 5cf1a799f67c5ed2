package pipeline

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when a file's content, name or mode was last changed.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return time.Time{}
}

// hasOtherNames tells whether a file has more names than one.
func hasOtherNames(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Nlink > 1
}
