//go:build linux && (amd64 || arm64)

package sandbox

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// launch restricts this process's main thread, to which init locks it, and
// turns it into the program. It returns only an error. The order matters:
// nothing is opened after the files are restricted, nothing but execve is
// called after the filter, and nothing large is allocated after the limits.
func launch(told order, args []string) error {
	p := told.Policy
	debug.SetGCPercent(-1)
	image, err := newImage(told.Path, args)
	if err != nil {
		return err
	}
	if err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil && !p.Off {
		return fmt.Errorf("close what is open: %w", err)
	}
	if p.Off {
		if err := limit(p); err != nil {
			return err
		}
		return image.execute()
	}
	version, err := landlockVersion()
	if err != nil {
		return err
	}
	rules, err := landlockRules(p, version)
	if err != nil {
		return err
	}
	calls, err := assemble(aloneRules(unix.Getpid(), uint64(uintptr(unsafe.Pointer(image.path)))), refuse, version)
	if err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	if err := dropCapabilities(); err != nil {
		return err
	}
	if err := limit(p); err != nil {
		return err
	}
	if err := landlockEnforce(rules); err != nil {
		return err
	}
	if err := enforceFilter(calls); err != nil {
		return err
	}
	return image.execute()
}

// image is a program ready for execve: its path, arguments and environment as
// the kernel wants them. The path's address is part of the system call filter:
// no other text can be executed.
type image struct {
	name      string
	path      *byte
	arguments []*byte
	variables []*byte
}

func newImage(path string, args []string) (*image, error) {
	i := &image{name: path}
	var err error
	if i.path, err = unix.BytePtrFromString(path); err != nil {
		return nil, err
	}
	if i.arguments, err = syscall.SlicePtrFromStrings(append([]string{path}, args...)); err != nil {
		return nil, err
	}
	i.variables, err = syscall.SlicePtrFromStrings(os.Environ()) //nolint:forbidigo // this is the environment that the caller made for the program
	return i, err
}

// execute becomes the program. It does without syscall.Exec, which copies the
// path to another address.
func (i *image) execute() error {
	_, _, err := unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(i.path)),
		uintptr(unsafe.Pointer(&i.arguments[0])), uintptr(unsafe.Pointer(&i.variables[0])))
	runtime.KeepAlive(i)
	if errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("run %s: it, or what its first line names, is not there", i.name)
	}
	return fmt.Errorf("run %s: %w", i.name, err)
}
