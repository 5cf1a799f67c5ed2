package pipeline

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// processAttributes put a job into a process group of its own, and let the
// kernel kill it when this program ends, however that is.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// keepParentThread keeps the calling goroutine's thread alive until release:
// the kernel sends the death signal when the thread that started the process
// ends, not the program.
func keepParentThread() (release func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

// terminateGroup asks a job's processes to end.
func terminateGroup(p *os.Process) error {
	err := syscall.Kill(-p.Pid, syscall.SIGTERM)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// killGroup kills what is left of a job's processes.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // ESRCH: nothing is left

func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024 // kilobytes on Linux
}

func signalStatus(status syscall.WaitStatus) int { return 128 + int(status.Signal()) }
