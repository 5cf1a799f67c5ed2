//go:build !linux

package pipeline

import (
	"io/fs"
	"time"
)

// changeTime is not known here.
func changeTime(fs.FileInfo) time.Time { return time.Time{} }

// hasOtherNames is not known here.
func hasOtherNames(fs.FileInfo) bool { return false }
