//go:build linux

package dist

import (
	"archive/zip"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// The archive for Windows runs the example under Wine, and what it gives is
// what this machine's programs give. Wine 10 runs it; Wine 8 lacks calls that
// Go 1.26 makes.
func TestWindows(t *testing.T) {
	dir, c := made(t)
	wine := os.Getenv("COHORTCOUNTS_WINE")
	if wine == "" {
		t.Skip("COHORTCOUNTS_WINE names no program that runs a Windows program given as its first argument: Wine 10 or later")
	}
	home := t.TempDir()
	windows := Target{OS: "windows", Arch: "amd64"}
	if err := unzipPrograms(filepath.Join(dir, windows.file(c.Version)), home); err != nil {
		t.Fatal(err)
	}
	if out, err := install(t, dir, "--prefix", filepath.Join(home, "linux"), filepath.Join(dir, Targets()[1].file(c.Version))); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := func(study string, command ...string) map[string]string {
		for _, args := range [][]string{{"version", "--verbose"}, {"init", "--quiet", study}, {"run", "--quiet", "--project", study, "run_all"}} {
			cmd := exec.Command(command[0], append(command[1:], args...)...)
			cmd.Dir = home
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v: %s", cmd.Args, err, out)
			}
			t.Logf("%s", out)
		}
		return outputSums(t, filepath.Join(home, study, "output"))
	}
	here := run("here", filepath.Join(home, "linux", "bin", "cohortcounts"))
	there := run("there", wine, filepath.Join(home, "cohortcounts.exe"))
	if len(here) < 3 || !maps.Equal(here, there) {
		t.Errorf("other bytes on Windows: %v, here %v", there, here)
	}
}

// unzipPrograms puts the programs of an archive into a folder.
func unzipPrograms(archive, folder string) error {
	zr, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer zr.Close() //nolint:errcheck // a file that is only read
	for _, file := range zr.File {
		if !strings.HasSuffix(file.Name, ".exe") {
			continue
		}
		r, err := file.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, path.Base(file.Name)), 0o755, data); err != nil {
			return err
		}
	}
	return nil
}

// outputSums are the sums of the files in a folder, by their paths in it.
func outputSums(t *testing.T, folder string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(folder, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		sums[name], err = fileSum(file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}
