//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Restricts tells whether [Command] restricts what it runs on this system.
const Restricts = true

// launcher is the name under which the executable starts itself to become a
// restricted program. Its arguments are the policy, the program's path and the
// program's arguments.
const launcher = "cohortcounts-sandbox"

// cannotStart is the exit status of a launcher that could not become the
// program; what was wrong is on its standard error.
const cannotStart = 125

// Command is like [exec.CommandContext] for a program that the policy
// restricts. Its environment, unless set, is empty. The name must be a path.
func Command(ctx context.Context, p Policy, name string, args ...string) (*exec.Cmd, error) {
	if version, err := landlocksys.LandlockGetABIVersion(); err != nil || version < 1 {
		return nil, ErrUnsupported
	}
	policy, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	// Not os.Executable: an executable that was replaced while it runs is
	// still the one to start.
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = append([]string{launcher, string(policy), name}, args...)
	cmd.Env = []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd, nil
}

func init() {
	if len(os.Args) < 3 || os.Args[0] != launcher {
		return
	}
	err := become(os.Args[1], os.Args[2:])
	fmt.Fprintln(os.Stderr, "start the sandbox:", err)
	os.Exit(cannotStart)
}

// become restricts this process and turns it into the program argv[0]. It only
// returns when that cannot be done.
func become(policy string, argv []string) error {
	var p Policy
	if err := json.Unmarshal([]byte(policy), &p); err != nil {
		return err
	}
	if err := restrictFiles(p); err != nil {
		return fmt.Errorf("restrict files: %w", err)
	}
	calls, err := filter()
	if err != nil {
		return fmt.Errorf("restrict system calls: %w", err)
	}
	// The memory limit may be below what this Go process has reserved: little
	// may be allocated after it.
	debug.SetGCPercent(-1)
	limits := []struct {
		resource int
		value    uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_FSIZE, 0},
		{unix.RLIMIT_NOFILE, 256},
		{unix.RLIMIT_CPU, uint64((p.CPU + time.Second - 1) / time.Second)},
		{unix.RLIMIT_AS, p.Memory},
	}
	for _, l := range limits {
		if l.value == 0 && (l.resource == unix.RLIMIT_CPU || l.resource == unix.RLIMIT_AS) {
			continue
		}
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return fmt.Errorf("limit resources: %w", err)
		}
	}
	// Last: it forbids setting limits.
	if err := restrictCalls(calls); err != nil {
		return fmt.Errorf("restrict system calls: %w", err)
	}
	return fmt.Errorf("run %s: %w", argv[0], unix.Exec(argv[0], argv, os.Environ()))
}

// restrictFiles allows reading what the policy names and nothing else. Kernels
// that know more kinds of access than the first Landlock restrict those too.
func restrictFiles(p Policy) error {
	const read = landlocksys.AccessFSReadFile | landlocksys.AccessFSReadDir
	const run = read | landlocksys.AccessFSExecute
	var rules []landlock.Rule
	for _, r := range []struct {
		access landlock.AccessFSSet
		paths  []string
	}{{read, p.Readable}, {run, p.Runnable}} {
		for _, path := range r.paths {
			info, err := os.Stat(path)
			if err != nil {
				continue
			}
			access := r.access
			if !info.IsDir() {
				access &^= landlocksys.AccessFSReadDir
			}
			rules = append(rules, landlock.PathAccess(access, path))
		}
	}
	return landlock.V6.BestEffort().Restrict(rules...)
}
