//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// What killed programs have left goes with the next output in that folder;
// what a living one writes, and what has another name, stays.
func TestLeftOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left := filepath.Join(dir, ".cohortcounts-LEFT.tmp")
	leftFolder := filepath.Join(dir, ".cohortcounts-FOLDER.tmp")
	if err := os.WriteFile(left, []byte("patients"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(leftFolder, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, ".cohortcounts-MINE.txt")
	link := filepath.Join(dir, ".cohortcounts-LINK.tmp")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}

	first, err := Create(filepath.Join(dir, "first.csv"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var set Set
	if err := set.Write(filepath.Join(dir, "second.csv"), 0o600, put("second")); err != nil {
		t.Fatal(err)
	}
	folder, claim, err := Temporary(dir, func(path string) error { return os.Mkdir(path, 0o700) })
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "third.csv"), 0o600, put("third")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{left, leftFolder} {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s is there still: %v", path, err)
		}
	}
	for _, path := range []string{first.Name(), set.files[0].Name(), folder, other, link} {
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	}
	claim.Release()
	if err := first.Commit(); err != nil {
		t.Error(err)
	}
	if err := set.Commit(); err != nil {
		t.Error(err)
	}
	if err := Write(filepath.Join(dir, "third.csv"), 0o600, put("third")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder that nobody claims any more is there: %v", err)
	}
	for name, want := range map[string]string{"second.csv": "second", "third.csv": "third", "first.csv": ""} {
		if got := read(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Many that write into one folder at once leave nothing of each other out.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	errs := make(chan error)
	const many = 50
	for range many {
		go func() { errs <- Write(filepath.Join(dir, "out.csv"), 0o600, put("whole")) }()
	}
	for range many {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := read(t, filepath.Join(dir, "out.csv")); got != "whole" {
		t.Errorf("got %q", got)
	}
	onlyFile(t, dir, "out.csv")
}

// With no open file left nothing is written without a claim: another output of
// the same program would sweep it away.
func TestNoFilesToOpen(t *testing.T) { //nolint:paralleltest // the limit is the whole process's
	dir := t.TempDir()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	next, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for spare := range uint64(4) {
		low := unix.Rlimit{Cur: uint64(next.Fd()) + spare, Max: before.Max}
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &low); err != nil {
			t.Fatal(err)
		}
		var set Set
		first := set.Write(filepath.Join(dir, "first"), 0o600, put("first"))
		second := set.Write(filepath.Join(dir, "second"), 0o600, put("second"))
		if first == nil && second == nil {
			second = set.Commit()
			t.Logf("with %d more, %v", spare, second)
			if errors.Is(second, os.ErrNotExist) {
				t.Error(second)
			}
		}
		_ = set.Close() // what is not committed
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	_ = next.Close() // it held a number
	left, err := filepath.Glob(filepath.Join(dir, ".cohortcounts-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
