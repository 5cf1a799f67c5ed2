package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestSetChangesTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "new", "b")
	if err := Write(a, 0o666, put("old")); err != nil {
		t.Fatal(err)
	}
	var set Set
	for _, path := range []string{a, b} {
		if err := set.Write(path, 0o600, put("text of "+filepath.Base(path))); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, a); got != "old" {
		t.Errorf("%q before Commit, want the old file", got)
	}
	staged, err := set.Open(a)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(staged)
	if err := errors.Join(err, staged.Close()); err != nil || string(text) != "text of a" {
		t.Errorf("staged %q %v", text, err)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	if read(t, a) != "text of a" || read(t, b) != "text of b" {
		t.Error("the files are not what was written")
	}
	if err := set.Close(); err != nil {
		t.Error(err)
	}
	onlyFile(t, filepath.Dir(b), "b")
}

func TestAbandonedSetLeavesTheOldFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, 0o666, put("old")); err != nil {
		t.Fatal(err)
	}
	var set Set
	if err := set.Write(path, 0o666, put("new")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := set.Write(filepath.Join(dir, "b"), 0o666, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := set.Close(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "old" {
		t.Errorf("got %q, want the old file", got)
	}
	onlyFile(t, dir, "a")
	if err := set.Write(os.DevNull, 0o666, put("x")); err == nil {
		t.Error("a device is no part of a set")
	}
}
