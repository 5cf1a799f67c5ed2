//go:build linux && (amd64 || arm64)

package sandbox

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Guard runs jobs, and sees to it that none outlives this process.
type Guard struct {
	process *exec.Cmd
	orders  *os.File // the pipe that the guard's process reads
	mark    string   // of all that is run, in its environment

	mutex  sync.Mutex // guards what follows, and writing to orders
	groups int        // that live
	closed bool
}

// markVariable is in the environment of every job: the guard's process finds
// by it what had been started and not yet been told to it.
const markVariable = "COHORTCOUNTS_GUARD"

// NewGuard starts a guard. It must be closed.
//
// This process adopts orphans from now on: what a job leaves behind becomes its
// child, and its end can be awaited. It makes no core dump any more: jobs
// inherit that before their own limits are set.
func NewGuard() (*Guard, error) {
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil {
		return nil, fmt.Errorf("read the limit of core dumps: %w", err)
	}
	core.Cur = 0
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &core); err != nil {
		return nil, fmt.Errorf("limit core dumps: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("adopt orphans: %w", err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start the guard of jobs: %w", err)
	}
	g := &Guard{orders: write, mark: rand.Text(), process: exec.Command(self)}
	g.process.Args = []string{guardName, g.mark}
	g.process.Env = []string{}
	g.process.Stdin = read
	// Out of the terminal's reach: Ctrl-C is for this process to deal with.
	g.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := errors.Join(g.process.Start(), read.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("start the guard of jobs: %w", err), write.Close())
	}
	return g, nil
}

// Close ends the guard. No job of it may be running.
func (g *Guard) Close() error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.closed {
		return nil
	}
	g.closed = true
	if g.groups > 0 {
		return errors.New("the guard of jobs is closed while jobs run")
	}
	// Killed, not let go: it would look for what is left.
	_ = g.process.Process.Kill() // it may have been killed already
	_ = g.process.Wait()         // how it ended is of no interest
	return g.orders.Close()
}

// watch tells the guard's process of a job's group, or with unwatch that
// nothing of it is left.
func (g *Guard) watch(group int) error   { return g.tell(group, 1) }
func (g *Guard) unwatch(group int) error { return g.tell(-group, -1) }

func (g *Guard) tell(group, more int) error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if group > math.MaxInt32 {
		return fmt.Errorf("a process has the number %d", group)
	}
	g.groups += more
	order := binary.LittleEndian.AppendUint32(nil, uint32(int32(group)))
	if _, err := g.orders.Write(order); err != nil {
		return fmt.Errorf("the guard of jobs has gone: %w", err)
	}
	return nil
}
