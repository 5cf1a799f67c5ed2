//go:build !linux || !(amd64 || arm64)

package sandbox

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// Restricts tells whether [Command] restricts what it runs on this system.
const Restricts = false

// Available says why programs run without restrictions here.
func Available() error {
	return fmt.Errorf("%w: there is no sandbox on %s/%s, only on Linux (amd64, arm64)", ErrUnsupported, runtime.GOOS, runtime.GOARCH)
}

// Command is [exec.CommandContext] with an empty environment: there are no
// restrictions and no limits here.
func Command(ctx context.Context, _ Policy, name string, args ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = []string{}
	return cmd, nil
}
