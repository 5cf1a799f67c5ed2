//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// diskProject writes one file of the size that analysis/size.txt says.
const diskProject = `version: 4
actions:
  fills:
    run: sh:v1 sh -c 'head -c $(cat analysis/size.txt) /dev/zero >output/file.txt'
    outputs: {highly_sensitive: {file: output/file.txt}}
`

// TestDiskFull runs on a small disk of its own: an output that does not fit
// leaves the old one as it was and fails the job, and what fits again is made.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	binary, disk := program(t), t.TempDir()
	// A disk in memory, which nobody else sees and which goes with the shell.
	script := `set -eu
mount -t tmpfs -o size=4m none "$1"; cd "$1"
mkdir analysis; cp "$2" project.yaml; echo 100000 >analysis/size.txt
"$3" run --no-sandbox --allow-local-commands fills
echo 100001 >analysis/size.txt; head -c 8000000 /dev/zero >rest 2>/dev/null || true
if "$3" run --no-sandbox --allow-local-commands fills; then echo it went well on a full disk; fi
echo size $(wc -c <output/file.txt)
rm rest; echo 8000000 >analysis/size.txt
if "$3" run --no-sandbox --allow-local-commands fills; then echo it wrote more than there is; fi
echo size $(wc -c <output/file.txt)
"$3" status --json | grep -c '"state": "failed"' || true
echo 100002 >analysis/size.txt
"$3" run --no-sandbox --allow-local-commands fills
echo size $(wc -c <output/file.txt)
ls -A output
`
	project := filepath.Join(t.TempDir(), "project.yaml")
	write(t, project, diskProject)
	out, err := exec.Command("unshare", "-rm", "sh", "-c", script, "sh", disk, project, binary).CombinedOutput()
	if strings.Contains(string(out), "unshare") || strings.Contains(string(out), "mount:") {
		t.Skipf("no disk of its own can be made here: %s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"size 100000\n", "size 100002\nfile.txt\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "it w") || strings.Count(string(out), "size 100000\n") != 2 {
		t.Errorf("the disk was full, and:\n%s", out)
	}
	t.Logf("%s", out)
}

// TestDiskFullWithoutRun: what several files are written by leaves none of them
// on a full disk, and says so in one line with the user's path.
func TestDiskFullWithoutRun(t *testing.T) {
	t.Parallel()
	binary, disk := program(t), t.TempDir()
	script := `set -u
mount -t tmpfs -o size=2m none "$1" || exit
"$2" init --quiet "$3/study" && cd "$3/study" || exit
"$2" dummydata tables --quiet --patients 30000 --output "$1/tables" && echo it went well on a full disk
head -c 2080000 /dev/zero >"$1/rest"
"$2" init "$1/study" && echo it went well on a full disk
find "$1" -type f
rm "$1/rest"
XDG_CACHE_HOME="$1" "$2" describe && echo it went well on a full disk
find "$1" -type f -not -path '*/recorder-*'
"$2" init --quiet "$1/study" && "$2" check --quiet --project "$1/study" && echo made
`
	out, err := exec.Command("unshare", "-rm", "sh", "-c", script, "sh", disk, binary, t.TempDir()).CombinedOutput()
	if strings.Contains(string(out), "unshare") || strings.Contains(string(out), "mount:") {
		t.Skipf("no disk of its own can be made here: %s", out)
	}
	want := disk + `/tables: cannot write: no space left on device
` + disk + `/study/FILE: cannot write: no space left on device
` + disk + `/rest
` + disk + `/cohortcounts: the embedded Python cannot be unpacked there: no space left on device; 'cohortcounts doctor' says what can be done
made
`
	// Which file is the first that does not fit depends on the system's pages.
	got := regexp.MustCompile(`/study/\S+: `).ReplaceAllString(string(out), "/study/FILE: ")
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant:\n%s", err, got, want)
	}
}

// TestReadOnlyFolder: outputs that cannot be put into their place fail their
// job, and those that are there stay.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	binary, dir := program(t), t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), diskProject)
	write(t, filepath.Join(dir, "analysis", "size.txt"), "10")
	run := func() (string, error) {
		cmd := exec.Command(binary, "run", "--allow-local-commands", "--project", dir, "fills")
		if os.Getuid() == 0 { // whom modes do not stop
			cmd = exec.Command("unshare", "-rm", "sh", "-c", `mount --bind "$1/output" "$1/output" && mount -o remount,bind,ro "$1/output" && shift && exec "$@"`,
				"sh", dir, binary, "run", "--allow-local-commands", "--no-sandbox", "--project", dir, "fills")
		}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := exec.Command(binary, "run", "--allow-local-commands", "--project", dir, "fills").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, filepath.Join(dir, "analysis", "size.txt"), "20")
	if os.Getuid() != 0 {
		if err := os.Chmod(filepath.Join(dir, "output"), 0o500); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run()
	if strings.Contains(out, "unshare") || strings.Contains(out, "mount:") {
		t.Skipf("no folder can be made read-only for root here: %s", out)
	}
	if err == nil || !strings.Contains(out, "output/file.txt: cannot be put into its place: ") {
		t.Errorf("%v\n%s", err, out)
	}
	if got := len(read(t, filepath.Join(dir, "output", "file.txt"))); got != 10 {
		t.Errorf("the old output has %d bytes now", got)
	}
	if err := os.Chmod(filepath.Join(dir, "output"), 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(binary, "run", "--allow-local-commands", "--project", dir, "fills").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := fmt.Sprint(len(read(t, filepath.Join(dir, "output", "file.txt")))); got != "20" {
		t.Errorf("the new output has %s bytes", got)
	}
}
