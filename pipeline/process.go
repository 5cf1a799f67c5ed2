package pipeline

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// grace is how long a job has to end after it was asked to, before it is
// killed.
const grace = 5 * time.Second

// process is a job's process.
type process struct {
	argv        []string
	dir         string
	environment []string
	output      *os.File // standard output and error
}

// ended is how a process ended.
type ended struct {
	status int // exit status; 128 and the signal when killed
	cpu    time.Duration
	memory int64 // peak, in bytes; 0 when unknown
}

// run starts the process and waits for it. When ctx ends the process and all
// that it started are asked to end, then killed.
func (p process) run(ctx context.Context) (ended, error) {
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	cmd.Dir = p.dir
	cmd.Env = p.environment
	cmd.Stdout = p.output
	cmd.Stderr = p.output
	cmd.SysProcAttr = processAttributes()
	cmd.Cancel = func() error { return terminateGroup(cmd.Process) }
	cmd.WaitDelay = grace
	release := keepParentThread()
	defer release()
	if err := cmd.Start(); err != nil {
		return ended{}, err
	}
	err := cmd.Wait()
	killGroup(cmd.Process) // what it left running would go on writing
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		return ended{}, err
	}
	state := cmd.ProcessState
	result := ended{status: state.ExitCode(), cpu: state.UserTime() + state.SystemTime(), memory: peakMemory(state)}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && result.status < 0 {
		result.status = signalStatus(status)
	}
	return result, nil
}
