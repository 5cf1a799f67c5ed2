//go:build linux && (amd64 || arm64)

package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// supervise starts the launcher and lives until the program has ended. It runs
// on the main thread, to which init locks it, and returns only an error of the
// start.
func supervise(told order, args []string) error {
	closeInherited()
	caller, err := unix.PidfdOpen(told.Parent, 0)
	if err != nil {
		return fmt.Errorf("watch the process %d: %w", told.Parent, err)
	}
	// Asked after the pidfd was opened: while the caller is the parent, its
	// number cannot be another process's.
	if os.Getppid() != told.Parent {
		return errors.New("the process that wanted it has gone")
	}
	pid, err := syscall.ForkExec(self, append([]string{launcherName, os.Args[1]}, args...), &syscall.ProcAttr{
		Env:   os.Environ(), //nolint:forbidigo // this is the environment that the caller made for the program
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return fmt.Errorf("start the launcher: %w", err)
	}
	// Opened now and not by the fork, which QEMU's emulation cannot do. The
	// number is the child's until its end has been waited for.
	program, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		_ = unix.Kill(pid, unix.SIGKILL)
		return fmt.Errorf("watch the launcher: %w", err)
	}
	status, err := await(pid, program, caller)
	if err != nil {
		return err
	}
	endLike(status)
	return nil
}

// await waits for the program's end and ends it when the caller's process is
// gone.
func await(pid, program, caller int) (unix.WaitStatus, error) {
	watched := []unix.PollFd{{Fd: int32(program), Events: unix.POLLIN}, {Fd: int32(caller), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(watched, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return 0, fmt.Errorf("wait for the program: %w", err)
		}
		if watched[1].Revents != 0 {
			_ = unix.Kill(pid, unix.SIGKILL)
			watched[1].Fd = -1 // poll leaves it out: the program's end is left to wait for
		}
		if watched[0].Revents != 0 {
			return wait(pid)
		}
	}
}

// wait takes the end of a process out of the process table.
func wait(pid int) (unix.WaitStatus, error) {
	var status unix.WaitStatus
	for {
		_, err := unix.Wait4(pid, &status, 0, nil)
		if !errors.Is(err, unix.EINTR) {
			return status, err
		}
	}
}

// endLike ends this process as the program ended, so that the caller sees its
// exit status or its signal.
func endLike(status unix.WaitStatus) {
	if status.Signaled() {
		// A second core dump would be one of the supervisor.
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
		// Go's own handlers would print a trace for some signals.
		var byDefault [4]uint64
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(status.Signal()), uintptr(unsafe.Pointer(&byDefault)), 0, 8, 0, 0)
		_ = unix.Kill(os.Getpid(), status.Signal())
		os.Exit(128 + int(status.Signal())) //nolint:forbidigo // as shells tell of a signal
	}
	os.Exit(status.ExitStatus()) //nolint:forbidigo // this process stands for the program
}

// closeInherited closes what the caller's process left open for its children:
// C libraries do, and shells on request. Go's own files are not among them, but
// for those of its poller. Where /proc cannot be read, this is a sandbox within
// a sandbox, and the outer one has seen to it.
func closeInherited() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd <= 2 {
			continue
		}
		leadsTo, err := os.Readlink(filepath.Join("/proc/self/fd", entry.Name()))
		if err == nil && !strings.HasPrefix(leadsTo, "anon_inode:[event") {
			_ = unix.Close(fd)
		}
	}
}
