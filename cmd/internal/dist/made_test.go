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
	"syscall"
	"testing"
	"time"
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

// newcomer is what docs/install.md tells a newcomer to type.
func newcomer(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repository, "docs", "install.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```console\n")
	block, _, _ = strings.Cut(block, "```")
	lines := strings.Split(strings.TrimSpace(block), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "$ sh install.sh") {
		t.Fatalf("not as expected: %q", lines)
	}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "$ ")
	}
	return strings.Join(lines, "\n")
}

// A newcomer with an empty home and no network: from the archive to the first
// plot by the page's commands.
func TestFirstPlot(t *testing.T) {
	dir, c := made(t)
	home := t.TempDir()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Symlink(file, filepath.Join(home, filepath.Base(file))); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("bash", "-ec", newcomer(t)+"\nfreq_plots --help >help\ncohortcounts version --verbose\n")
	cmd.Dir, cmd.Env = home, []string{"PATH=" + filepath.Join(home, ".local", "bin") + ":/usr/bin:/bin", "HOME=" + home}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	} else {
		t.Log("with a network: only root can take it away")
	}
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "cohortcounts "+c.Version) {
		t.Fatalf("%v: %s", err, out)
	}
	took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.Logf("%s of processor time, %s in all: %s", took, time.Since(start), out)
	if took > time.Minute {
		t.Errorf("the first plot took %s of processor time", took)
	}
	plot, err := os.ReadFile(filepath.Join(home, "study", "output", "caseness", "plots.svg"))
	if err != nil || !bytes.HasSuffix(bytes.TrimSpace(plot), []byte("</svg>")) {
		t.Errorf("no plot: %v", err)
	}
	for _, name := range []string{"man/man1/counts.1", "man/man1/cohortcounts-run.1", "bash-completion/completions/cohortcounts", "doc/cohortcounts/NOTICES.txt", "doc/cohortcounts/docs/tutorial.md"} {
		if info, err := os.Stat(filepath.Join(home, ".local", "share", name)); err != nil || info.Size() < 500 {
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
