//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// family is a job that starts another program.
type family struct {
	program, child int
	stop           context.CancelFunc
	ended          chan Ended
}

// start runs a job and waits until it has told its number and, unless it is
// told to stay alone, that of its child.
func start(t *testing.T, g *Guard, j Job, numbers int) family {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	ctx, stop := context.WithCancel(t.Context())
	f := family{stop: stop, ended: make(chan Ended, 1)}
	j.Stdout = write
	go func() {
		ended, err := g.Run(ctx, j)
		if err != nil {
			t.Error(err)
		}
		f.ended <- ended
	}()
	lines := bufio.NewScanner(read)
	told := [2]int{}
	for i := range numbers {
		if !lines.Scan() {
			t.Fatal("the program said nothing")
		}
		if told[i], err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
	}
	_ = write.Close()
	f.program, f.child = told[0], told[1]
	return f
}

// living says whether a process runs: a dead one that nobody has awaited does
// not.
func living(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	state := stat[strings.LastIndexByte(string(stat), ')')+2]
	return state != 'Z' && state != 'X'
}

// gone waits for the end of processes, which a signal only begins.
func gone(t *testing.T, when string, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		for start := time.Now(); living(pid); time.Sleep(time.Millisecond) {
			if time.Since(start) > 5*time.Second {
				t.Errorf("%s: process %d lives", when, pid)
				_ = syscall.Kill(pid, syscall.SIGKILL)
				break
			}
		}
	}
}

func job(t *testing.T, p Policy, probe ...string) Job {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.Readable = SystemLibraries()
	return Job{Policy: p, Path: executable, Args: append([]string{"probe"}, probe...)}
}

// TestNothingOutlivesItsEnd is S7, but for the death of the caller's process.
func TestNothingOutlivesItsEnd(t *testing.T) {
	t.Parallel()
	g := newGuard(t)
	for _, off := range []bool{false, true} {
		p := Policy{Off: off}
		for _, c := range []struct {
			name, want string
			probe      []string
			grace      time.Duration
			end        func(family)
		}{
			{"it ends by itself", "exit status 0", []string{"leave-behind"}, 0, func(family) {}},
			{"it is cancelled", "signal: killed", []string{"leave-behind", "and stay"}, 0, func(f family) { f.stop() }},
			{"it is asked to end", "signal: terminated", []string{"leave-behind", "and stay"}, time.Minute, func(f family) { f.stop() }},
			{"it does not listen", "signal: killed", []string{"leave-behind", "and do not listen"}, time.Millisecond, func(f family) { f.stop() }},
			{"it is killed", "signal: killed", []string{"leave-behind", "and stay"}, 0, func(f family) { _ = syscall.Kill(f.program, syscall.SIGKILL) }},
		} {
			t.Run(fmt.Sprintf("%s, off=%v", c.name, off), func(t *testing.T) {
				t.Parallel()
				j := job(t, p, c.probe...)
				j.Grace = c.grace
				f := start(t, g, j, 2)
				if group, err := syscall.Getpgid(f.program); c.name != "it ends by itself" && (err != nil || group != f.program) {
					t.Errorf("the job is of group %d, %v", group, err)
				}
				c.end(f)
				if ended := <-f.ended; ended.State.String() != c.want {
					t.Errorf("it ended with %v, want %s", ended.State, c.want)
				}
				if living(f.program) || living(f.child) {
					t.Error("something of it lives")
				}
			})
		}
	}
}

// TestNothingOutlivesTheCaller kills a process that runs one of each kind, at
// different moments of their start.
func TestNothingOutlivesTheCaller(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("mark-%d", os.Getpid())
	for i := range 40 {
		caller := exec.Command(executable, "probe", "drive", mark)
		out, err := caller.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := caller.Start(); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			// Once, wait until all runs: 3 programs and the jobs' 2 children.
			lines := bufio.NewScanner(out)
			for n := 0; n < 5 && lines.Scan(); n++ {
			}
			if n := len(marked(t, mark)); n != 1+2+2*2 {
				t.Errorf("%d processes run, want the caller, a supervisor and its program, and two jobs with a child each", n)
			}
		} else {
			time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		}
		_ = caller.Process.Kill()
		_ = caller.Wait()
		gone(t, fmt.Sprintf("caller killed, round %d", i), marked(t, mark)...)
	}
}

// marked are the processes with a word among their arguments.
func marked(t *testing.T, word string) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && strings.Contains(string(arguments), word) && living(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// drive is a caller that runs a program alone, a job, and a job without
// restrictions.
func drive(args []string) error {
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	ended := make(chan error)
	cmd, err := Command(context.Background(), Policy{Readable: SystemLibraries()}, executable, "probe", "stay", args[0])
	if err != nil {
		return err
	}
	cmd.Stdout = os.Stdout
	go func() { ended <- cmd.Run() }()
	g, err := NewGuard()
	if err != nil {
		return err
	}
	for _, off := range []bool{false, true} {
		go func() {
			_, err := g.Run(context.Background(), Job{
				Policy: Policy{Readable: SystemLibraries(), Off: off}, Path: executable, Stdout: os.Stdout,
				Args: []string{"probe", "leave-behind", "and stay", args[0]},
			})
			ended <- err
		}()
	}
	return <-ended
}

// TestStartingThreadMayEnd: the death signal is tied to the thread that starts
// a process; a Go program's threads come and go.
func TestStartingThreadMayEnd(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := Command(t.Context(), Policy{Readable: SystemLibraries()}, executable, "probe", "stay", "x")
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		started <- cmd.Start()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	if !bufio.NewScanner(out).Scan() {
		t.Error("the program ended with the thread that started it")
	}
	time.Sleep(20 * time.Millisecond)
	if !living(cmd.Process.Pid) {
		t.Error("the supervisor ended with the thread that started it")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()

	// A job's thread stays, whatever the others do.
	caller := make(chan family)
	go func() {
		runtime.LockOSThread()
		caller <- start(t, newGuard(t), job(t, Policy{}, "stay", "x"), 1)
	}()
	f := <-caller
	runtime.GC()
	time.Sleep(20 * time.Millisecond)
	if !living(f.program) {
		t.Error("the job ended with the thread that asked for it")
	}
	f.stop()
	<-f.ended
}

// TestThreadsAreNotRestricted: what is done beside a job, on whatever thread,
// is not restricted like it; a thousand goroutines find out.
func TestThreadsAreNotRestricted(t *testing.T) {
	t.Parallel()
	secret := newPlace(t).secret
	g := newGuard(t)
	f := start(t, g, job(t, Policy{}, "stay", "x"), 1)
	before := threads(t)
	for range 50 {
		if _, err := g.Run(t.Context(), job(t, Policy{}, "exit", "0")); err != nil {
			t.Fatal(err)
		}
	}
	faults := make(chan error)
	for range 1000 {
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			_, err := os.ReadFile(secret + "/file")
			faults <- err
		}()
	}
	for range 1000 {
		if err := <-faults; err != nil {
			t.Error(err)
		}
	}
	f.stop()
	<-f.ended
	t.Logf("%d threads before, %d after 50 jobs", before, threads(t))
}

func threads(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// TestMemory: what a job and its children use together is limited, and told.
func TestMemory(t *testing.T) {
	t.Parallel()
	g := newGuard(t)
	j := job(t, Policy{}, "fill", "2", "150")
	ended, err := g.Run(t.Context(), j)
	if err != nil || !ended.State.Success() || ended.OutOfMemory {
		t.Fatalf("without a limit: %v, %v", ended, err)
	}
	if ended.PeakMemory < 300<<20 || ended.PeakMemory > 600<<20 || ended.MeanMemory == 0 || ended.MeanMemory > ended.PeakMemory {
		t.Errorf("two processes of 150 MiB: %d at most, %d on average", ended.PeakMemory, ended.MeanMemory)
	}
	j.Memory = 200 << 20
	if ended, err = g.Run(t.Context(), j); err != nil || !ended.OutOfMemory || ended.State.Success() {
		t.Errorf("two processes of 150 MiB with 200: %+v, %v", ended, err)
	}
	// What processes share counts once.
	j = job(t, Policy{}, "share", "4", "100")
	j.Memory = 250 << 20
	if ended, err = g.Run(t.Context(), j); err != nil || ended.OutOfMemory || !ended.State.Success() {
		t.Errorf("four processes that share 100 MiB with 250: %+v, %v", ended, err)
	}
}
