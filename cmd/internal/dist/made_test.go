//go:build linux

package dist

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// made is the folder that `make dist` filled, where `make dist-test` names it.
func made(t *testing.T) (dir string, c Commit) {
	t.Helper()
	dir = os.Getenv("COHORTCOUNTS_DIST")
	if dir == "" {
		t.Skip("tests what `make dist` made: run `make dist-test`")
	}
	c, err := ReadCommit(t.Context(), repository)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, Targets()[1].file(c.Version))); err != nil {
		t.Fatalf("not of this commit; run `make dist`: %v", err)
	}
	return dir, c
}

// unpackHere installs the archive for this machine, as a user would.
func unpackHere(t *testing.T, dir string) (bin string) {
	t.Helper()
	prefix := t.TempDir()
	out, err := install(t, dir, "--prefix", prefix)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Log(strings.TrimSpace(out))
	return filepath.Join(prefix, "bin")
}

// A newcomer: from the archive to the first plot with three commands.
func TestFirstPlot(t *testing.T) {
	dir, c := made(t)
	bin := unpackHere(t, dir)
	home := t.TempDir()
	cmd := exec.Command("bash", "-ec", "cohortcounts init study\ncd study\ncohortcounts run run_all\nfreq_plots --help >help\ncohortcounts version --verbose\n")
	cmd.Dir, cmd.Env = home, []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + home}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "cohortcounts "+c.Version) {
		t.Fatalf("%v: %s", err, out)
	}
	plot, err := os.ReadFile(filepath.Join(home, "study", "output", "caseness", "plots.svg"))
	if err != nil || !bytes.HasSuffix(bytes.TrimSpace(plot), []byte("</svg>")) {
		t.Errorf("no plot: %v", err)
	}
	for _, name := range []string{"man/man1/counts.1", "man/man1/cohortcounts-run.1", "bash-completion/completions/cohortcounts", "doc/cohortcounts/NOTICES.txt", "doc/cohortcounts/docs/tutorial.md"} {
		if info, err := os.Stat(filepath.Join(filepath.Dir(bin), "share", name)); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same commit, built again in another folder with an empty build cache,
// is the same bytes (A1).
func TestSameBytes(t *testing.T) {
	dir, c := made(t)
	if strings.HasSuffix(c.Version, "-changed") {
		t.Skip("the tree has changes, which a clone has not: commit them")
	}
	target := Targets()[0]
	if target.missing() != "" {
		t.Log("without DuckDB: there is no " + target.missing())
		target = Targets()[1]
	}
	clone := filepath.Join(t.TempDir(), "another folder")
	if out, err := exec.Command("git", "clone", "-q", repository, clone).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Setenv("GOCACHE", t.TempDir())
	again := filepath.Join(t.TempDir(), "dist")
	o := Options{Dir: clone, Out: again, Only: []string{target.Name()}, Share: shareOf(dir, target, c), Log: io.Discard}
	if err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(again)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == "PLATFORMS" || entry.Name() == "SHA256SUMS" {
			continue // they list all targets there
		}
		first, err := fileSum(filepath.Join(dir, entry.Name()))
		second, err2 := fileSum(filepath.Join(again, entry.Name()))
		if err := errors.Join(err, err2); err != nil || first != second {
			t.Errorf("%s: other bytes: %s, %s, %v", entry.Name(), first, second, err)
		}
	}
}

// shareOf takes the manual pages from what was made: this package cannot make
// them, and theirs is a test of package manual.
func shareOf(dir string, target Target, c Commit) func(Commit) (map[string][]byte, error) {
	return func(Commit) (map[string][]byte, error) {
		share := map[string][]byte{}
		top := target.folder(c.Version) + "/"
		err := readTarGz(filepath.Join(dir, target.file(c.Version)), func(name string, data []byte) {
			name = strings.TrimPrefix(name, top)
			if strings.HasPrefix(name, "share/") && !strings.HasPrefix(name, docs) {
				share[name] = data
			}
		})
		return share, err
	}
}
