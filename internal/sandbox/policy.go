package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Policy says what a program, and all that it starts, may do. The zero value
// lets it compute and use its standard streams, and a [Job] start programs. A path that is a link stands
// for what it leads to, a folder for all below it, now and later.
type Policy struct {
	// Readable are files and folders that may be read. Empty paths and those
	// that do not exist are left out, here and in Runnable.
	Readable []string
	// Runnable are files and folders that may be read and executed. The
	// program itself and its loader are added to them.
	Runnable []string
	// Writable are folders in which files may be read, made, changed and
	// removed, and files that may be read and changed.
	Writable []string
	// Network allows internet sockets, to everywhere.
	Network bool
	// KeepModes refuses to change modes, owners, times and attributes of files,
	// which Landlock does not see: with it a job cannot change what it may only
	// read in any way. Without, a job can, where its user may. (A program that
	// is run alone never can.)
	KeepModes bool
	// Memory limits the address space of each process, in bytes; zero does
	// not. Programs reserve more than they use: a Go program some 1.5 GiB.
	Memory uint64
	// CPU limits the processor time of each process, rounded up to whole
	// seconds; zero does not.
	CPU time.Duration
	// Off lifts all restrictions; the limits, and the end together with the
	// caller's process, stay.
	Off bool
}

// ErrUnsupported says that this Linux cannot restrict a program.
var ErrUnsupported = errors.New("this system cannot confine a program")

// FailedStatus is the exit status of a program that could not be put into its
// sandbox; the reason is one line on its standard error.
const FailedStatus = 125

// absolute is the policy with absolute paths that exist. A folder that is not
// there yet cannot be allowed: Linux restricts what a path leads to.
func (p Policy) absolute() (Policy, error) {
	var all error
	for _, list := range []struct {
		paths    *[]string
		optional bool
	}{{&p.Readable, true}, {&p.Runnable, true}, {&p.Writable, false}} {
		kept := make([]string, 0, len(*list.paths))
		for _, path := range *list.paths {
			// An empty path must not become the working directory.
			_, err := os.Stat(path)
			whole := path
			if err == nil {
				whole, err = filepath.Abs(path)
			}
			switch {
			case err == nil:
				kept = append(kept, whole)
			case !list.optional || !errors.Is(err, os.ErrNotExist):
				all = errors.Join(all, fmt.Errorf("allow a path in the sandbox: %w", err))
			}
		}
		*list.paths = kept
	}
	return p, all
}
