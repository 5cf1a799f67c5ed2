//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// family starts a program that starts another, and gives the numbers of both.
func family(t *testing.T, cmd *exec.Cmd) (program, child int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	numbers := [2]int{}
	for i := range numbers {
		if !lines.Scan() {
			t.Fatal("the program said nothing")
		}
		if numbers[i], err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return numbers[0], numbers[1]
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

func job(t *testing.T, ctx context.Context, p Policy, probe ...string) *exec.Cmd { //nolint:revive // a test comes first
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.Readable = SystemLibraries()
	cmd, err := Command(ctx, p, executable, append([]string{"probe"}, probe...)...)
	if err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestNothingOutlivesItsEnd is S7, but for the death of the caller's process.
func TestNothingOutlivesItsEnd(t *testing.T) {
	t.Parallel()
	for _, off := range []bool{false, true} {
		p := Policy{Processes: true, Off: off}
		t.Run(fmt.Sprintf("off=%v", off), func(t *testing.T) {
			t.Parallel()
			cmd := job(t, t.Context(), p, "leave-behind")
			program, child := family(t, cmd)
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			if living(program) || living(child) {
				t.Error("after Wait, something lives of a program that ended by itself")
			}

			ctx, cancel := context.WithCancel(t.Context())
			cmd = job(t, ctx, p, "leave-behind", "and stay")
			program, child = family(t, cmd)
			cancel()
			if err := cmd.Wait(); err == nil {
				t.Error("cancelled, and no error")
			}
			gone(t, "cancelled", program, child)

			cmd = job(t, t.Context(), p, "leave-behind", "and stay")
			program, child = family(t, cmd)
			if err := Signal(cmd, syscall.SIGTERM); err != nil {
				t.Error(err)
			}
			if err := cmd.Wait(); err == nil || err.Error() != "signal: terminated" {
				t.Errorf("terminated: %v", err)
			}
			if living(program) || living(child) {
				t.Error("after Wait, something lives of a program that was terminated")
			}

			cmd = job(t, t.Context(), p, "leave-behind", "and stay")
			program, child = family(t, cmd)
			_ = syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
			gone(t, "supervisor killed", program)
			_ = cmd.Wait()
			if err := End(cmd); err != nil {
				t.Error(err)
			}
			gone(t, "supervisor killed, then End", child)
			if err := End(cmd); err != nil {
				t.Errorf("a second End: %v", err)
			}

			cmd = job(t, t.Context(), p, "leave-behind", "and stay")
			program, child = family(t, cmd)
			_ = syscall.Kill(program, syscall.SIGKILL)
			if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
				t.Errorf("program killed: %v", err)
			}
			if living(child) {
				t.Error("after Wait, something lives of a program that was killed")
			}
		})
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
			if n := len(marked(t, mark)); n != 1+3*2+2 {
				t.Errorf("%d processes run, want the caller, and for each of three a supervisor and a program, and two children", n)
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
	ended := make(chan error)
	for _, p := range []Policy{{}, {Processes: true}, {Processes: true, Off: true}} {
		probe := []string{"probe", "leave-behind", "and stay", args[0]}
		if !p.Processes {
			probe = []string{"probe", "stay", args[0]}
		}
		p.Readable = SystemLibraries()
		executable, err := os.Executable()
		if err != nil {
			return err
		}
		cmd, err := Command(context.Background(), p, executable, probe...)
		if err != nil {
			return err
		}
		cmd.Stdout = os.Stdout
		go func() { ended <- cmd.Run() }()
	}
	return <-ended
}

// TestStartingThreadMayEnd: the death signal is tied to the thread that starts
// a process; a Go program's threads come and go.
func TestStartingThreadMayEnd(t *testing.T) {
	t.Parallel()
	for _, p := range []Policy{{}, {Processes: true}} {
		cmd := job(t, t.Context(), p, "stay", "x")
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
			t.Errorf("%+v: the program ended with the thread that started it", p)
		}
		time.Sleep(20 * time.Millisecond)
		if !living(cmd.Process.Pid) {
			t.Errorf("%+v: the supervisor ended with the thread that started it", p)
		}
		_ = End(cmd)
		_ = cmd.Wait()
	}
}
