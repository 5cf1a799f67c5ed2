package doctorcmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cohortcounts/internal/sandbox"
)

// What Python's failure asks for depends on its cause.
func TestPythonRemedy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		err        error
		o          options
	}{
		{"no folder", "see the line cache", errors.New("anything"), options{Cache: filepath.Join(dir, "file", "below")}},
		{"a full disk", "make room", &fs.PathError{Op: "write", Path: "python", Err: syscall.ENOSPC}, options{Cache: dir}},
		{"a quota", "make room", fmt.Errorf("unpack: %w", syscall.EDQUOT), options{Cache: dir}},
		{"noexec", "noexec", &fs.PathError{Op: "fork/exec", Path: "python3", Err: syscall.EACCES}, options{Cache: dir}},
		{"damaged", "remove " + dir, errors.New("ended"), options{Cache: dir}},
	} {
		if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := pythonRemedy(c.err, c.o); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	if sandbox.Restricts {
		err := &fs.PathError{Op: "fork/exec", Path: "python3", Err: syscall.ENOENT}
		if got := pythonRemedy(err, options{Cache: dir}); !strings.Contains(got, "glibc") {
			t.Errorf("no loader: %q", got)
		}
	}
}

// A folder for Python that is not the user's alone is passed over, and that is
// said; an explicit one is refused.
func TestCache(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("modes are those of unix")
	}
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	t.Setenv("HOME", dir)
	t.Setenv("TMPDIR", t.TempDir())
	if c := cache(options{}); c.State != OK || !strings.Contains(c.Found, "will be unpacked") {
		t.Error(c)
	}
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(user, "cohortcounts"), 0o777); err != nil {
		t.Fatal(err)
	}
	if c := cache(options{}); c.State != Note || !strings.Contains(c.Found, "others may write to it") || !strings.Contains(c.Found, os.TempDir()) {
		t.Error(c)
	}
	if c := cache(options{Cache: filepath.Join(user, "cohortcounts")}); c.State != Failed || c.Do == "" {
		t.Error(c)
	}
}
