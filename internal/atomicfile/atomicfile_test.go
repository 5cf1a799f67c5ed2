package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// namesIn is what a folder holds.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// onlyFile fails the test unless the folder holds just the named file: no
// temporary one is left.
func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	if names := namesIn(t, dir); len(names) != 1 || names[0] != name {
		t.Errorf("folder holds %v, want only %s", names, name)
	}
}

func put(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestWriteMakesFoldersAndReplaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b", "out.csv")
	for _, text := range []string{"first", "second"} {
		if err := Write(path, 0o600, put(text)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	onlyFile(t, filepath.Dir(path), "out.csv")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
}

func TestFailedWriteLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := Write(path, 0o666, put("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken half way")
	err := Write(path, 0o666, func(w io.Writer) error {
		return errors.Join(put("part of the ne")(w), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v does not say why", err)
	}
	if got := read(t, path); got != "old" {
		t.Errorf("got %q, want the old file", got)
	}
	onlyFile(t, filepath.Dir(path), "out.csv")
}

func TestSymbolicLinkStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("symbolic links cannot be made here: %v", err)
	}
	if err := Write(link, 0o666, put("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	if got := read(t, target); got != "new" {
		t.Errorf("got %q, want the new file behind the link", got)
	}
}

// A link to nothing yet is followed as one to a file is; a circle of links is
// a fault.
func TestSymbolicLinkToNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skipf("symbolic links cannot be made here: %v", err)
		}
	}
	link("second", "first")
	link(filepath.Join(dir, "below", "target"), "second")
	link("round", "about")
	link("about", "round")
	if err := Write(filepath.Join(dir, "first"), 0o666, put("new")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(dir, "below", "target")); got != "new" {
		t.Errorf("got %q, want the new file behind the links", got)
	}
	err := Write(filepath.Join(dir, "about"), 0o666, put("new"))
	if err == nil || !strings.HasSuffix(err.Error(), "/about: cannot write: too many levels of symbolic links") {
		t.Error(err)
	}
	for _, name := range []string{"first", "about"} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link %s was replaced: %v %v", name, info, err)
		}
	}
}

// Names that stand for no file make nothing.
func TestNoName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Write("", 0o666, put("new")); err == nil || err.Error() != "the name of an output is empty; name a file to write" {
		t.Error(err)
	}
	path := filepath.Join(dir, "folder") + string(filepath.Separator)
	if err := Write(path, 0o666, put("new")); err == nil || err.Error() != path+": names a folder; name a file to write" {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("there is %v, %v", entries, err)
	}
}

func TestDeviceIsWrittenInPlace(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(os.DevNull); err != nil || runtime.GOOS == "windows" {
		t.Skip("no null device here")
	}
	if err := Write(os.DevNull, 0o666, put("gone")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(os.DevNull)
	if err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Fatalf("the device was replaced by a file: %v %v", info, err)
	}
}

func TestErrorsNameTheUsersPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(file, "below")} {
		_, err := Create(path, 0o666)
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one line that begins with the path", path, err)
		}
	}
}
