//go:build !linux || !(amd64 || arm64)

package sandbox

import (
	"context"
	"errors"
	"os/exec"
)

// Guard runs jobs. Here it does not restrict them, and does not end what they
// start.
type Guard struct{}

// NewGuard is a guard.
func NewGuard() (*Guard, error) { return &Guard{}, nil }

// Close ends the guard.
func (g *Guard) Close() error { return nil }

// Run runs a job. When ctx ends it is killed.
func (g *Guard) Run(ctx context.Context, j Job) (Ended, error) {
	cmd := exec.CommandContext(ctx, j.Path, j.Args...)
	cmd.Dir, cmd.Env = j.Dir, j.Env
	// Set only when there is one: a nil file in an interface is not nil.
	if j.Stdout != nil {
		cmd.Stdout = j.Stdout
	}
	if j.Stderr != nil {
		cmd.Stderr = j.Stderr
	}
	if err := cmd.Start(); err != nil {
		return Ended{}, err
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) || ctx.Err() != nil {
		err = nil
	}
	return Ended{State: cmd.ProcessState, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, err
}
