package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
}

// What is in the way of the last file is found when the others are in their
// places.
func TestSetIsPutBackWhenAFileCannotGetToItsPlace(t *testing.T) {
	t.Parallel()
	dir, links := t.TempDir(), t.TempDir()
	link := filepath.Join(links, "link")
	if err := os.WriteFile(filepath.Join(dir, "behind a link"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "behind a link"), link); err != nil {
		t.Skipf("symbolic links cannot be made here: %v", err)
	}
	var set Set
	for _, path := range []string{filepath.Join(dir, "old"), link} {
		if err := Write(path, 0o666, put("old")); err != nil {
			t.Fatal(err)
		}
		if err := set.Write(path, 0o666, put("new")); err != nil {
			t.Fatal(err)
		}
	}
	blocked := filepath.Join(dir, "blocked")
	for _, path := range []string{filepath.Join(dir, "was not there"), blocked, filepath.Join(dir, "comes later")} {
		if err := set.Write(path, 0o666, put("new")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(blocked, 0o777); err != nil {
		t.Fatal(err)
	}
	err := set.Commit()
	if err == nil || !strings.HasPrefix(err.Error(), blocked+": cannot write: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line that begins with the path", err)
	}
	for _, path := range []string{filepath.Join(dir, "old"), link} {
		if got := read(t, path); got != "old" {
			t.Errorf("%s: got %q, want the old file", path, got)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	if names := namesIn(t, dir); !slices.Equal(names, []string{"behind a link", "blocked", "old"}) {
		t.Errorf("the folder holds %q", names)
	}
}

func TestSetReplacesWithoutTraces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, text := range []string{"first", "second"} {
		var set Set
		for _, name := range []string{"a", "b", "c"} {
			if err := set.Write(filepath.Join(dir, name), 0o666, put(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := set.Commit(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "b", "c"} {
			if got := read(t, filepath.Join(dir, name)); got != text {
				t.Errorf("%s: got %q, want %q", name, got, text)
			}
		}
	}
	if names := namesIn(t, dir); !slices.Equal(names, []string{"a", "b", "c"}) {
		t.Errorf("the folder holds %q", names)
	}
}

func TestSetWithADevice(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	var set Set
	for _, path := range []string{os.DevNull, path} {
		if err := set.Write(path, 0o666, put("new")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := set.Open(os.DevNull); err == nil {
		t.Error("what went to a device was opened again")
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" {
		t.Errorf("got %q", got)
	}
}

// One file cannot be two outputs, however it is called: one would be lost.
func TestSetTwiceOneFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var set Set
	if err := set.Write(filepath.Join(dir, "out.csv"), 0o666, put("counts")); err != nil {
		t.Fatal(err)
	}
	second := dir + "/./out.csv"
	err := set.Write(second, 0o666, put("exact"))
	if err == nil || err.Error() != second+": two outputs would be this file; name another for one of them" {
		t.Error(err)
	}
	if err := set.Close(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}
