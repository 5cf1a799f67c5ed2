//go:build unix

package pipeline

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// diamond is a project of n actions: one that all others need, and one that
// needs them all.
func diamond(n int) string {
	var b strings.Builder
	b.WriteString("version: 4\nactions:\n")
	action := func(name, needs string) {
		fmt.Fprintf(&b, "  %s:\n    run: sh:v1 sh -c 'echo %s >output/%s.txt'\n    needs: [%s]\n    outputs: {highly_sensitive: {text: output/%s.txt}}\n",
			name, name, name, needs, name)
	}
	action("top", "")
	var middle []string
	for i := range n - 2 {
		name := fmt.Sprintf("middle%d", i)
		action(name, "top")
		middle = append(middle, name)
	}
	action("bottom", strings.Join(middle, ", "))
	return b.String()
}

// cpuTime is the processor time of this process and of all that it awaited.
func cpuTime(b *testing.B) (sum time.Duration) {
	b.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return sum
}

// BenchmarkDiamond is what the driver costs for each of 200 actions beside
// their own processes: the same processes are run without it.
func BenchmarkDiamond(b *testing.B) {
	for _, files := range []int{2, 200} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) { benchmarkDiamond(b, files) })
	}
}

// benchmarkDiamond runs a project of so many files.
func benchmarkDiamond(b *testing.B, files int) {
	const actions = 200
	var with, without time.Duration
	for b.Loop() {
		b.StopTimer()
		dir, plain := b.TempDir(), b.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "project.yaml"), []byte(diamond(actions)), 0o600); err != nil {
			b.Fatal(err)
		}
		for i := range files - 1 {
			name := filepath.Join(dir, "codelists", fmt.Sprintf("folder%d", i%10), fmt.Sprintf("%d.csv", i))
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(name, []byte("code\nX73l0\n"), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		before := cpuTime(b)
		for i := range actions {
			cmd := exec.Command("sh", "-c", fmt.Sprintf("echo %d >%d.txt", i, i))
			cmd.Dir = plain
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
		without += cpuTime(b) - before
		o, _ := options(b, dir, "run_all")
		o.Listener = nil
		before = cpuTime(b)
		b.StartTimer()
		if _, err := Run(context.Background(), o); err != nil {
			b.Fatal(err)
		}
		with += cpuTime(b) - before
	}
	b.ReportMetric(float64((with-without).Milliseconds())/float64(b.N*actions), "cpu-ms/action")
}

// BenchmarkPlan is the planning of 200 actions that are all up to date.
func BenchmarkPlan(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "project.yaml"), []byte(diamond(200)), 0o600); err != nil {
		b.Fatal(err)
	}
	o, _ := options(b, dir, "run_all")
	o.Listener = nil
	if _, err := Run(context.Background(), o); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if plan, err := Explain(context.Background(), o); err != nil || !plan.Idle() {
			b.Fatal(err)
		}
	}
}
