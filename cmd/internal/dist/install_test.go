package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	cmd := exec.Command("sh", append([]string{filepath.Join(dir, "install.sh")}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home")}
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
