//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// killProject is two actions that write two files of one text each, letter by
// letter, so that half a file or half a pair can be told. The text is that of
// analysis/text.txt.
const killProject = `version: 4
actions:
  first:
    run: sh:v1 sh -c 'for part in a b; do for i in 1 2 3 4; do cat analysis/text.txt; sleep 0.01; done >output/first_$part.txt; done'
    outputs: {highly_sensitive: {text: output/first_*.txt}}
  second:
    run: sh:v1 sh -c 'cat output/first_a.txt output/first_b.txt >output/second.txt; sleep 0.02'
    needs: [first]
    outputs: {moderately_sensitive: {text: output/second.txt}}
`

// TestKilled kills the driver, its job, or both, at random moments. Whatever
// happened, each output is an old whole file or a new whole one, the record
// says so, and the next run goes on and ends with the right outputs.
func TestKilled(t *testing.T) {
	t.Parallel()
	moments := 12
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		moments = 300
	}
	binary := program(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), killProject)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	told := map[string]int{}
	for moment := range moments {
		text := fmt.Sprintf("text %d\n", moment)
		write(t, filepath.Join(dir, "analysis", "text.txt"), text)
		run := exec.Command(binary, "run", "--allow-local-commands", "--project", dir, "second")
		run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		victims := []string{"driver", "job", "both"}[random.IntN(3)]
		killed := children(run.Process.Pid)
		if victims != "driver" {
			for _, pid := range killed {
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
			}
		}
		if victims != "job" {
			_ = run.Process.Kill() // it may have ended
		}
		_ = run.Wait() // it was killed, or failed, or was done
		ended(t, dir, killed)
		check(t, dir, moment)
		if moment > 0 && random.IntN(2) == 0 { // at first there may be no record yet
			tell(t, binary, dir, told) // those who only look are told the truth, too
		}

		next := exec.Command(binary, "run", "--allow-local-commands", "--project", dir, "second")
		out, err := next.CombinedOutput()
		if err != nil {
			t.Fatalf("moment %d, %s killed: the next run: %v\n%s", moment, victims, err, out)
		}
		for name, times := range map[string]int{"first_a.txt": 4, "first_b.txt": 4, "second.txt": 8} {
			if got, want := read(t, filepath.Join(dir, "output", name)), strings.Repeat(text, times); got != want {
				t.Fatalf("moment %d, %s killed: %s is %q, want %q\n%s", moment, victims, name, got, want, out)
			}
		}
		left, err := filepath.Glob(filepath.Join(dir, "output", ".*"))
		if err != nil || len(left) > 0 {
			t.Fatalf("moment %d: left over: %v %v", moment, left, err)
		}
		tell(t, binary, dir, told)
		checkManifest(t, dir)
	}
	t.Logf("what the record says: %v", told)
}

// children are the processes that a process started, and those that they did.
func children(pid int) []int {
	var all []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is right
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // it has ended
		}
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(append(all, child), children(child)...)
			}
		}
	}
	return all
}

// ended waits for the job's processes, which must end with the driver.
func ended(t *testing.T, dir string, pids []int) {
	t.Helper()
	for _, pid := range pids {
		for start := time.Now(); ; time.Sleep(time.Millisecond) {
			at, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
			if err != nil || !strings.HasPrefix(at, dir) {
				break // it has ended, or the number is another's by now
			}
			if time.Since(start) > 10*time.Second {
				t.Fatalf("process %d outlived its driver", pid)
			}
		}
	}
}

// check looks at the outputs right after the kill: whole files only.
func check(t *testing.T, dir string, moment int) {
	t.Helper()
	for name, times := range map[string]int{"first_a.txt": 4, "first_b.txt": 4, "second.txt": 8} {
		data, err := os.ReadFile(filepath.Join(dir, "output", name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		whole := false
		for m := range moment + 1 {
			whole = whole || string(data) == strings.Repeat(fmt.Sprintf("text %d\n", m), times)
		}
		if !whole && name != "second.txt" {
			t.Fatalf("moment %d: %s is half: %q", moment, name, data)
		}
	}
}

// tell looks at what the record says of the last requests: nothing may be
// open after a whole run.
func tell(t *testing.T, binary, dir string, told map[string]int) {
	t.Helper()
	out, err := exec.CommandContext(context.Background(), binary, "status", "--json", "--most", "2", "--project", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var requests []struct {
		Status string
		Jobs   []struct {
			State, Message string
			Code           string `json:"status_code"`
		}
	}
	if err := json.Unmarshal(out, &requests); err != nil {
		t.Fatal(err)
	}
	for _, request := range requests {
		if request.Status == "running" || request.Status == "pending" {
			t.Fatalf("a request is %s although nothing runs: %s", request.Status, out)
		}
		for _, job := range request.Jobs {
			told[job.Code]++
			if job.State == "failed" && job.Message == "" {
				t.Fatalf("a job failed without a reason: %s", out)
			}
		}
	}
}

// checkManifest compares the manifest with the files that it tells of.
func checkManifest(t *testing.T, dir string) {
	t.Helper()
	var manifest struct {
		Outputs map[string]struct {
			Hash string `json:"content_hash"`
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "metadata", "manifest.json"))), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"output/first_a.txt", "output/first_b.txt", "output/second.txt"} {
		if got, want := manifest.Outputs[name].Hash, fmt.Sprintf("%x", sha256.Sum256([]byte(read(t, filepath.Join(dir, name))))); got != want {
			t.Fatalf("the manifest says %s of %s, which has %s", got, name, want)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
