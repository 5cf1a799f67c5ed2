package pipeline

import (
	"os"

	"golang.org/x/sys/unix"
)

// clone makes out share the content of in, where the file system can do that.
func clone(out, in *os.File) bool {
	return unix.IoctlFileClone(int(out.Fd()), int(in.Fd())) == nil
}
