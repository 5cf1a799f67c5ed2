package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// handedOut is a folder as Make leaves it, with one small archive.
func handedOut(t *testing.T, platforms string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"new.tar.gz", "any.tar.gz"} {
		out, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files := []File{{Name: "bin/counts", Mode: 0o755, Data: []byte("#!/bin/sh\necho " + name + "\n")}}
		if err := writeTarGz(out, "top/", files, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(filepath.Join(dir, "PLATFORMS"), 0o644, []byte(platforms)); err != nil {
		t.Fatal(err)
	}
	if err := write(filepath.Join(dir, "install.sh"), 0o755, installer); err != nil {
		t.Fatal(err)
	}
	if err := writeSums(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func install(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	return installWith(t, nil, dir, args...)
}

// installWith is install with more, or other, in the environment.
func installWith(t *testing.T, env []string, dir string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	cmd := exec.Command("sh", append([]string{filepath.Join(dir, "install.sh")}, args...)...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home")}, env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestInstall(t *testing.T) {
	t.Parallel()
	here := runtime.GOOS + " " + runtime.GOARCH
	for _, c := range []struct{ name, platforms, want string }{
		{"the one with DuckDB comes first", "# f s a d s g\nnew.tar.gz " + here + " yes yes 2.2 -\nany.tar.gz " + here + " no yes - -\n", "new.tar.gz"},
		{"the C library is too old", "new.tar.gz " + here + " yes yes 2.999 -\nany.tar.gz " + here + " no yes - -\n", "any.tar.gz"},
		{"the C++ library is too old", "new.tar.gz " + here + " yes yes 2.2 9.9.9\nany.tar.gz " + here + " no yes - -\n", "any.tar.gz"},
		{"another system", "new.tar.gz plan9 vax no no - -\nany.tar.gz " + here + " no yes - -\n", "any.tar.gz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS != "linux" && c.want == "new.tar.gz" {
				t.Skip("needs a glibc")
			}
			dir := handedOut(t, c.platforms)
			prefix := filepath.Join(t.TempDir(), "a folder")
			for range 2 { // the second replaces the first
				out, err := install(t, dir, "--prefix", prefix)
				if err != nil || !strings.Contains(out, "installed "+c.want+" to "+prefix) || !strings.Contains(out, "PATH") {
					t.Fatalf("%v: %s", err, out)
				}
			}
			out, err := exec.Command(filepath.Join(prefix, "bin", "counts")).Output()
			if err != nil || string(out) != c.want+"\n" {
				t.Errorf("%q, %v", out, err)
			}
			left, err := filepath.Glob(filepath.Join(prefix, ".*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left over: %v, %v", left, err)
			}
		})
	}
}

// What is not as it was handed out is refused, and nothing is installed.
func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	platforms := "any.tar.gz " + runtime.GOOS + " " + runtime.GOARCH + " no yes - -\n"
	for _, c := range []struct {
		name, want string
		spoil      func(t *testing.T, dir string)
	}{
		{"a changed archive", "its sum is", func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, "any.tar.gz"), []byte("other"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"no sums", "SHA256SUMS is missing", func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Remove(filepath.Join(dir, "SHA256SUMS")); err != nil {
				t.Fatal(err)
			}
		}},
		{"no sum of it", "has no sum for any.tar.gz", func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte("00  other.tar.gz\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"no archive for this system", "there is no archive", func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, "PLATFORMS"), []byte("any.tar.gz plan9 vax no no - -\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := handedOut(t, platforms)
			c.spoil(t, dir)
			prefix := filepath.Join(t.TempDir(), "prefix")
			out, err := install(t, dir, "--prefix", prefix)
			if err == nil || !strings.Contains(out, c.want) {
				t.Errorf("%v: %s", err, out)
			}
			if _, err := os.Stat(prefix); err == nil {
				t.Error("something was installed")
			}
		})
	}
}

// Without --prefix it is $PREFIX, and a relative one is of the current folder.
func TestInstallPrefix(t *testing.T) {
	t.Parallel()
	dir := handedOut(t, "any.tar.gz "+runtime.GOOS+" "+runtime.GOARCH+" no yes - -\n")
	prefix := filepath.Join(t.TempDir(), "of the environment")
	if out, err := installWith(t, []string{"PREFIX=" + prefix}, dir); err != nil || !strings.Contains(out, "to "+prefix+"\n") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(prefix, "bin", "counts")); err != nil {
		t.Error(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, filepath.Join(prefix, "below"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := installWith(t, []string{"PATH=" + os.Getenv("PATH") + ":" + filepath.Join(prefix, "below", "bin")}, dir, "--prefix", relative)
	if err != nil || !strings.HasSuffix(out, "to "+filepath.Join(prefix, "below")+"\n") {
		t.Errorf("%v: %s", err, out)
	}
}

// Where it cannot be put nothing is changed, and it says what to do.
func TestInstallCannotWrite(t *testing.T) {
	t.Parallel()
	dir := handedOut(t, "any.tar.gz "+runtime.GOOS+" "+runtime.GOARCH+" no yes - -\n")
	occupied := func(name string, folder bool) string {
		prefix := t.TempDir()
		path := filepath.Join(prefix, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil && folder {
			err = os.Mkdir(path, 0o755)
		} else if err == nil {
			err = os.WriteFile(path, nil, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return prefix
	}
	for _, c := range []struct{ name, prefix, want string }{
		{"a file in its place", filepath.Join(dir, "PLATFORMS", "below"), "cannot make"},
		{"a file in place of bin", occupied("bin", false), "cannot make"},
		{"a folder in place of a program", occupied("bin/counts", true), "is a folder"},
		{"a folder that takes no files", "/proc", "cannot write to /proc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat(c.prefix); c.prefix == "/proc" && err != nil {
				t.Skip("needs a /proc")
			}
			out, err := install(t, dir, "--prefix", c.prefix)
			if err == nil || !strings.Contains(out, c.want) || !strings.Contains(out, "give another --prefix") {
				t.Errorf("%v: %s", err, out)
			}
			left, err := filepath.Glob(filepath.Join(c.prefix, ".cohortcounts*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left over: %v, %v", left, err)
			}
		})
	}
}

// An archive that cannot be checked is not installed.
func TestInstallNeedsSums(t *testing.T) {
	t.Parallel()
	dir := handedOut(t, "any.tar.gz "+runtime.GOOS+" "+runtime.GOARCH+" no yes - -\n")
	tools := t.TempDir()
	for _, name := range []string{"sh", "uname", "tr", "getconf", "sed", "awk", "ldconfig", "sort", "head", "cut", "dirname", "basename", "grep", "id", "mkdir", "mktemp", "tar", "gzip"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(tools, name))
		}
		if err != nil && !slices.Contains([]string{"getconf", "ldconfig"}, name) {
			t.Skip(err)
		}
	}
	prefix := filepath.Join(t.TempDir(), "prefix")
	out, err := installWith(t, []string{"PATH=" + tools}, dir, "--prefix", prefix)
	if err == nil || !strings.Contains(out, "neither sha256sum nor shasum") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(prefix); err == nil {
		t.Error("something was installed")
	}
}
