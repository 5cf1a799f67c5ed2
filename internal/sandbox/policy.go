package sandbox

import (
	"errors"
	"time"
)

// Policy is what the program may do.
type Policy struct {
	// Readable are files and folders that may be read, with all that is in
	// the folders. Those that do not exist are left out.
	Readable []string
	// Runnable are files and folders that may be read and run as programs.
	Runnable []string
	// Memory limits the address space, in bytes; zero does not.
	Memory uint64
	// CPU limits the processor time, rounded up to seconds; zero does not.
	CPU time.Duration
}

// ErrUnsupported says that this Linux cannot restrict a program.
var ErrUnsupported = errors.New("this system cannot confine a program: its kernel has no Landlock")
