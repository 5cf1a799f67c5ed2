//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Run runs a job in a process group of its own. When ctx ends, all of the group
// is asked to end, and killed when it does not. Nothing of the group is left
// when Run returns. The error tells what kept it from being started or watched;
// how the job itself ended is told by Ended.
func (g *Guard) Run(ctx context.Context, j Job) (Ended, error) {
	path, err := filepath.Abs(j.Path)
	if err != nil {
		return Ended{}, err
	}
	limits, err := newRestrictions(j.Policy, path)
	if err != nil {
		return Ended{}, err
	}
	defer limits.close()
	cmd := exec.CommandContext(ctx, path, j.Args...)
	cmd.Dir = j.Dir
	// Set only when there is one: a nil file in an interface is not nil.
	if j.Stdout != nil {
		cmd.Stdout = j.Stdout
	}
	if j.Stderr != nil {
		cmd.Stderr = j.Stderr
	}
	cmd.Env = append(slices.Clone(j.Env), markVariable+"="+g.mark)
	// The signal is for the time in which the guard has not been told; later it
	// would not reach what the job has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: int(limits.pass), Pdeathsig: syscall.SIGKILL}
	over := make(chan struct{})
	cmd.Cancel = func() error {
		go killAfter(cmd, j.Grace, over)
		return nil
	}
	if err := g.start(cmd, limits, over); err != nil {
		close(over)
		if cmd.Process != nil { // it runs, unwatched
			_ = killGroup(cmd.Process.Pid, unix.SIGKILL)
			_ = cmd.Wait()
		}
		return Ended{}, err
	}
	group := cmd.Process.Pid
	err = limitProcess(group, j.Policy)
	if err != nil && !errors.Is(err, unix.ESRCH) {
		_ = killGroup(group, unix.SIGKILL)
	}
	usage := watchUsage(group, j.Memory)
	waitErr := cmd.Wait()
	close(over)
	ended := usage.end()
	left := endGroup(group)
	var exit *exec.ExitError
	if waitErr != nil && !errors.As(waitErr, &exit) && ctx.Err() == nil && err == nil {
		err = waitErr
	}
	if errors.Is(err, unix.ESRCH) {
		err = nil // it was over before it could be limited
	}
	ended.State = cmd.ProcessState
	ended.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() + left
	if own, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		ended.PeakMemory = max(ended.PeakMemory, own.Maxrss*1024) // Linux counts kilobytes
	}
	return ended, errors.Join(err, g.unwatch(group))
}

// start starts a job on a thread that has been restricted like the job shall
// be: Linux restricts threads, and what a thread starts inherits it. Go never
// uses that thread for anything else, nor makes others from it, and ends it
// with its goroutine, which is not before over: Linux ties the death signal to
// the thread.
func (g *Guard) start(cmd *exec.Cmd, r *restrictions, over <-chan struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked
		err := r.enforce()
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			err = g.watch(cmd.Process.Pid)
		}
		started <- err
		<-over
	}()
	return <-started
}

// killAfter asks a job to end and kills it when it does not in time.
func killAfter(cmd *exec.Cmd, grace time.Duration, over <-chan struct{}) {
	if grace > 0 {
		_ = killGroup(cmd.Process.Pid, unix.SIGTERM) // it may have ended
		select {
		case <-over:
			return
		case <-time.After(grace):
		}
	}
	_ = killGroup(cmd.Process.Pid, unix.SIGKILL)
}

func killGroup(group int, signal syscall.Signal) error { return unix.Kill(-group, signal) }

// endGroup ends what a job left behind, waits until it is gone, and gives the
// processor time that it took: when this returns, nobody writes to the job's
// outputs any more.
func endGroup(group int) (took time.Duration) {
	_ = killGroup(group, unix.SIGKILL)
	for {
		var usage unix.Rusage
		_, err := unix.Wait4(-group, nil, 0, &usage)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return took
		default:
			took += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
	}
}

// restrictions are a policy ready to be put on a thread.
type restrictions struct {
	policy  Policy
	ruleset int // of Landlock; -1: none
	calls   []unix.SockFilter
	pass    uint64 // see setGroupRules
}

func newRestrictions(p Policy, path string) (*restrictions, error) {
	r := &restrictions{policy: p, ruleset: -1}
	if p.Off {
		return r, nil
	}
	if err := Available(); err != nil {
		return nil, err
	}
	p, err := p.with(path)
	if err != nil {
		return nil, err
	}
	var secret [4]byte
	for r.pass == 0 {
		_, _ = rand.Read(secret[:]) // it never fails
		r.pass = uint64(binary.LittleEndian.Uint32(secret[:])&math.MaxInt32) << 32
	}
	version, err := landlockVersion()
	if err != nil {
		return nil, err
	}
	if r.calls, err = assemble(append(setGroupRules(r.pass), jobRules(p)...), allow, version); err != nil {
		return nil, err
	}
	r.ruleset, err = landlockRules(p, version)
	return r, err
}

func (r *restrictions) close() {
	if r.ruleset >= 0 {
		_ = unix.Close(r.ruleset)
	}
}

// enforce restricts the calling thread, and what it will start.
func (r *restrictions) enforce() error {
	// What C libraries have left open for children is not for jobs. Go's own
	// files are so already.
	if err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil && !r.policy.Off {
		return fmt.Errorf("close what is open: %w", err)
	}
	if r.policy.Off {
		return nil
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	if err := dropCapabilities(); err != nil {
		return err
	}
	if err := landlockEnforce(r.ruleset); err != nil {
		return err
	}
	return enforceFilter(r.calls)
}
