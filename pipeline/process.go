package pipeline

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"

	"cohortcounts/internal/sandbox"
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
	policy      sandbox.Policy
}

// ended is how a process ended.
type ended struct {
	status int // exit status; 128 and the signal when killed
	cpu    time.Duration
	memory int64 // peak, in bytes; 0 when unknown
}

// run starts the process and waits for it. When ctx ends the process and all
// that it started are asked to end, and killed when they do not. Nothing of
// them is left when run returns.
func (p process) run(ctx context.Context) (ended, error) {
	program, err := exec.LookPath(p.argv[0])
	if err != nil {
		return ended{}, err
	}
	cmd, err := sandbox.Command(ctx, p.policy, program, p.argv[1:]...)
	if err != nil {
		return ended{}, err
	}
	cmd.Dir = p.dir
	cmd.Env = append(cmd.Env, p.environment...)
	cmd.Stdout = p.output
	cmd.Stderr = p.output
	over := make(chan struct{})
	defer close(over)
	cmd.Cancel = func() error {
		go killAfter(cmd, over)
		return sandbox.Signal(cmd, syscall.SIGTERM)
	}
	if err := cmd.Start(); err != nil {
		return ended{}, err
	}
	err = cmd.Wait()
	if endErr := sandbox.End(cmd); endErr != nil && !errors.Is(endErr, os.ErrProcessDone) {
		return ended{}, endErr // what it left running would go on writing
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		return ended{}, err
	}
	state := cmd.ProcessState
	return ended{status: exitStatus(state), cpu: state.UserTime() + state.SystemTime(), memory: peakMemory(state)}, nil
}

// killAfter kills a job that does not end in time after it was asked to.
func killAfter(cmd *exec.Cmd, over <-chan struct{}) {
	select {
	case <-over:
	case <-time.After(grace):
		_ = sandbox.End(cmd) // Wait reports how it ended
	}
}

// exitStatus is the exit status as a shell gives it.
func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
