//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Restricts tells whether [Command] restricts what it runs on this system.
const Restricts = true

// self is this executable: also when its file was replaced or removed.
const self = "/proc/self/exe"

// order is what the supervisor and the launcher are told, as JSON.
type order struct {
	Policy Policy
	Path   string // of the program, absolute
	Parent int    // the process whose death ends the program
}

// Available says why this system cannot restrict a program, or nil when it
// can. Its error is an [ErrUnsupported].
func Available() error {
	version, err := landlockVersion()
	switch {
	case errors.Is(err, unix.EOPNOTSUPP):
		return fmt.Errorf("%w: Landlock is switched off; boot with lsm=landlock among the others, or add --no-sandbox to do without", ErrUnsupported)
	case errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES):
		return fmt.Errorf("%w: the rules of a container or service forbid Landlock; allow the calls landlock_* there, or add --no-sandbox to do without", ErrUnsupported)
	case err != nil || version < 1:
		return fmt.Errorf("%w: the kernel has no Landlock; use Linux 5.13 or later, or add --no-sandbox to do without", ErrUnsupported)
	}
	if _, err := os.Readlink(self); err != nil {
		return fmt.Errorf("%w: /proc is not mounted; mount it", ErrUnsupported)
	}
	return nil
}

// Command is like [exec.CommandContext] for a program that the policy
// restricts. The name must be a path. The environment is empty: append to
// Env. ExtraFiles are not handed on. The program cannot start others: for one
// that may, there is [Guard.Run].
func Command(ctx context.Context, p Policy, name string, args ...string) (*exec.Cmd, error) {
	if !p.Off {
		if err := Available(); err != nil {
			return nil, err
		}
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if p, err = p.with(path); err != nil {
		return nil, err
	}
	told, err := json.Marshal(order{Policy: p, Path: path, Parent: os.Getpid()})
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = append([]string{supervisorName, string(told)}, args...)
	cmd.Env = []string{}
	return cmd, nil
}

// with is the policy of a program: it may be executed too, and its loader. All
// paths are absolute.
func (p Policy) with(path string) (Policy, error) {
	loader, err := loaderOf(path)
	if err != nil {
		return p, err
	}
	p.Runnable = append(slices.Clone(p.Runnable), path)
	if loader != "" {
		p.Runnable = append(p.Runnable, loader)
	}
	return p.absolute()
}

// loaderOf is the loader that an executable names: the kernel executes it
// first. It is empty for static executables and scripts.
func loaderOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("run a program in the sandbox: %w", err)
	}
	defer func() { _ = file.Close() }()
	binary, err := elf.NewFile(file)
	if err != nil {
		// Not a fault here: its start will tell if it is no script either.
		return "", nil
	}
	for _, segment := range binary.Progs {
		if segment.Type != elf.PT_INTERP || segment.Filesz > unix.PathMax {
			continue
		}
		loader, err := io.ReadAll(segment.Open())
		if err != nil {
			return "", fmt.Errorf("%s: read the name of its loader: %w", path, err)
		}
		return strings.TrimRight(string(loader), "\x00"), nil
	}
	return "", nil
}
