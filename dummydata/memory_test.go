//go:build linux

package dummydata_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"cohortcounts/dummydata"
)

// childRows is the environment variable with which this program draws a cohort
// of so many rows, in a process of its own.
const childRows = "DUMMYDATA_TEST_ROWS"

func TestMain(m *testing.M) {
	rows, err := strconv.Atoi(os.Getenv(childRows))
	if err != nil { // it is not set
		os.Exit(m.Run())
	}
	_, err = dummydata.Write(context.Background(), covidStudy(), os.Args[1], dummydata.Options{Patients: rows, Workers: 2})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// D5: eight times the rows take no more memory, and less than 512 MiB.
func TestMemoryDoesNotGrow(t *testing.T) {
	if os.Getenv("COHORTCOUNTS_SLOW") != "1" {
		t.Skip("it draws 1.8 million rows; set COHORTCOUNTS_SLOW=1")
	}
	peak := func(rows int) int64 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], filepath.Join(t.TempDir(), "input.feather"))
		cmd.Env = append(os.Environ(), childRows+"="+strconv.Itoa(rows))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatal("the system does not tell what a process used")
		}
		return usage.Maxrss >> 10 // MiB
	}
	few, many := peak(200_000), peak(1_600_000)
	t.Logf("200,000 rows take %d MiB, 1,600,000 take %d", few, many)
	if many > few+few/3+32 || many > 512 {
		t.Errorf("200,000 rows take %d MiB, 1,600,000 take %d: memory grows with rows", few, many)
	}
}

// A context that ends stops the drawing long before the end, and leaves
// nothing behind.
func TestCancelled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "input.feather")
	if err := os.WriteFile(path, []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("enough")
	told := 0
	start := time.Now()
	_, err := dummydata.Write(ctx, covidStudy(), path, dummydata.Options{Patients: 24_000_000, Progress: func(rows, of int) {
		if of != 24_000_000 || rows <= told {
			t.Errorf("told %d rows of %d, after %d", rows, of, told)
		}
		told = rows
		cancel(stop)
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if told > 2_400_000 {
		t.Errorf("%d rows were drawn after the first were enough, in %v", told, time.Since(start))
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "as it was" {
		t.Error("the file was touched")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files are left beside it", len(entries)-1)
	}
}
