package pipeline

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"cohortcounts/internal/sandbox"
)

// grace is how long a job has to end after it was asked to, before it is
// killed.
const grace = 5 * time.Second

// process runs the job's process and all that it starts. Nothing of them is
// left when it returns.
func (a *attempt) process(ctx context.Context, output *os.File) (sandbox.Ended, error) {
	policy, err := a.policy()
	if err != nil {
		return sandbox.Ended{}, err
	}
	argv := a.argv()
	program, err := exec.LookPath(argv[0])
	if err != nil {
		return sandbox.Ended{}, err
	}
	return a.guard.Run(ctx, sandbox.Job{
		Policy: policy, Path: program, Args: argv[1:], Dir: a.folder.work, Env: a.environment(), Stdout: output, Stderr: output,
		Grace: grace, Memory: a.options.memory(),
	})
}

// exitStatus is the exit status as a shell gives it: 128 and the signal of a
// program that was killed.
func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// memorySize is an amount of memory in words.
func memorySize(bytes int64) string {
	if bytes < 1<<30 {
		return fmt.Sprintf("%.3g MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.3g GiB", float64(bytes)/(1<<30))
}
