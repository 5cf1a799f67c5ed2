//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// run tries a probe under a policy, alone or as a job, and gives what it printed
// last.
func run(t *testing.T, p Policy, as kind, probe string, args ...string) string {
	t.Helper()
	if err := Available(); err != nil && !p.Off {
		t.Fatal(err)
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// A test binary that is built with cgo loads the C library.
	p.Readable = append(SystemLibraries(), p.Readable...)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	args = append([]string{"probe", probe}, args...)
	if as == asJob {
		text, state := runJob(t, Job{Policy: p, Path: executable, Args: args})
		if text = strings.TrimSpace(text); !state.Success() {
			text += " " + state.String()
		}
		return text
	}
	cmd, err := Command(ctx, p, executable, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text := strings.TrimSpace(string(out))
	if exit != nil {
		text += " " + exit.String()
	}
	return text
}

// kind is in which way a program is run.
type kind bool

const (
	alone kind = false
	asJob kind = true
)

// runJob runs a job and gives what it printed.
func runJob(t *testing.T, j Job) (string, *os.ProcessState) {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	j.Stdout, j.Stderr = out, out
	ended, err := newGuard(t).Run(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text), ended.State
}

func newGuard(t *testing.T) *Guard {
	t.Helper()
	g, err := NewGuard()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

const (
	notPermitted = "operation not permitted" // the filter's answer
	denied       = "permission denied"       // Landlock's answer
)

// place is a repository that may be read, beside a folder that may not.
type place struct{ repository, secret, output string }

func newPlace(t *testing.T) place {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := place{filepath.Join(root, "repository"), filepath.Join(root, "home"), filepath.Join(root, "output")}
	for _, dir := range []string{p.repository, p.secret, p.output} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "file"), []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(p.secret, "file"), filepath.Join(p.repository, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(p.secret, filepath.Join(p.repository, "folder")); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFiles is S1, for a program alone and for a job. Each row is tried
// without restrictions too: there it must be done, or the row would show
// nothing.
func TestFiles(t *testing.T) {
	t.Parallel()
	const done = "done"
	for _, c := range []struct {
		probe      string
		args       []string
		alone, job string
	}{
		{"read", []string{"R/file"}, done, done},
		{"list", []string{"R"}, done, done},
		{"read", []string{"R/../repository/file"}, done, done},
		{"read", []string{"/dev/null"}, done, done},
		{"append", []string{"/dev/null"}, done, done},
		{"read", []string{"S/file"}, denied, denied},
		{"read", []string{"R/../home/file"}, denied, denied},
		{"read", []string{"R/link"}, denied, denied},
		{"read", []string{"R/folder/file"}, denied, denied},
		{"list", []string{"R/folder"}, denied, denied},
		{"list", []string{"S"}, denied, denied},
		{"list", []string{"/"}, denied, denied},
		{"read", []string{"/etc/passwd"}, denied, denied},
		{"read", []string{"/proc/self/environ"}, denied, denied},
		{"read", []string{"/proc/self/maps"}, denied, denied},
		{"write", []string{"R/new"}, denied, denied},
		{"write", []string{"R/file"}, denied, denied},
		{"append", []string{"R/file"}, denied, denied},
		{"append", []string{"S/file"}, denied, denied},
		{"truncate", []string{"R/file"}, notPermitted, denied},
		{"truncate", []string{"S/file"}, notPermitted, denied},
		{"truncate-reader", []string{"R/file"}, denied, denied},
		{"remove", []string{"R/file"}, denied, denied},
		{"mkdir", []string{"R/new"}, denied, denied},
		{"symlink", []string{"R/new"}, denied, denied},
		{"mkfifo", []string{"R/new"}, denied, denied},
		{"rename", []string{"R/file", "R/new"}, denied, denied},
		{"link", []string{"R/file", "R/new"}, denied, denied},
		{"chmod", []string{"R/file"}, notPermitted, done},
		{"chown", []string{"R/file"}, notPermitted, done},
		{"times", []string{"R/file"}, notPermitted, done},
		{"xattr", []string{"R/file"}, notPermitted, done},
		{"handle", []string{"R/file"}, notPermitted, notPermitted},
		{"write", []string{"O/new"}, denied, done},
		{"write", []string{"O/file"}, denied, done},
		{"truncate", []string{"O/file"}, notPermitted, done},
		{"mkdir", []string{"O/new"}, denied, done},
		{"symlink", []string{"O/new"}, denied, done},
		{"rename", []string{"O/file", "O/new"}, denied, done},
		{"remove", []string{"O/file"}, denied, done},
		{"rename", []string{"R/file", "O/new"}, denied, denied},
		{"rename", []string{"O/file", "R/new"}, denied, denied},
		{"link", []string{"S/file", "O/new"}, denied, denied},
	} {
		t.Run(c.probe+" "+strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			for name, want := range map[string]string{"off": done, "alone": c.alone, "job": c.job} {
				at := newPlace(t)
				args := make([]string, len(c.args))
				for i, a := range c.args {
					args[i] = strings.NewReplacer("R", at.repository, "S", at.secret, "O", at.output).Replace(a)
				}
				p := map[string]Policy{
					"off":   {Off: true},
					"alone": {Readable: []string{at.repository}},
					"job":   {Readable: []string{at.repository}, Writable: []string{at.output}},
				}[name]
				got := run(t, p, name == "job", c.probe, args...)
				if !refusedLike(got, want) {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				content, err := os.ReadFile(filepath.Join(at.secret, "file"))
				if name != "off" && (err != nil || string(content) != "content") {
					t.Errorf("%s: the secret file is now %q (%v)", name, content, err)
				}
			}
		})
	}
}

// TestKeepModes: with it, a link to a file of the user's that lies where a job
// may only read is as safe as a copy; files can be made and written as ever.
func TestKeepModes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		probe, on, want string
	}{
		{"read", "R/linked", "done"},
		{"write", "R/linked", denied},
		{"append", "R/linked", denied},
		{"truncate", "R/linked", denied},
		{"remove", "R/linked", denied},
		{"chmod", "R/linked", notPermitted},
		{"chown", "R/linked", notPermitted},
		{"times", "R/linked", notPermitted},
		{"xattr", "R/linked", notPermitted},
		{"chmod", "O/file", notPermitted},
		{"write", "O/new", "done"},
		{"append", "O/file", "done"},
	} {
		t.Run(c.probe+" "+c.on, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			original := filepath.Join(at.secret, "file")
			if err := os.Link(original, filepath.Join(at.repository, "linked")); err != nil {
				t.Fatal(err)
			}
			before, err := os.Stat(original)
			if err != nil {
				t.Fatal(err)
			}
			p := Policy{Readable: []string{at.repository}, Writable: []string{at.output}, KeepModes: true}
			path := strings.NewReplacer("R", at.repository, "O", at.output).Replace(c.on)
			if got := run(t, p, asJob, c.probe, path); !refusedLike(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			after, err := os.Stat(original)
			if err != nil || after.Mode() != before.Mode() || !after.ModTime().Equal(before.ModTime()) {
				t.Errorf("the file was %v of %v and is %v of %v, %v", before.Mode(), before.ModTime(), after.Mode(), after.ModTime(), err)
			}
		})
	}
}

// refusedLike compares what a probe printed with what is wanted. Landlock
// answers some moves between folders with EXDEV, so that programs copy.
func refusedLike(got, want string) bool {
	return strings.Contains(got, want) || want == denied && strings.Contains(got, "invalid cross-device link") ||
		want == denied && strings.Contains(got, notPermitted)
}

// TestCalls is S2, S3 and S4.
func TestCalls(t *testing.T) {
	t.Parallel()
	const done = "done"
	parent := strconv.Itoa(os.Getpid())
	other := "1" // init, or whatever is first in this container
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	name := fmt.Sprintf("@cohortcounts-%d", os.Getpid())
	abstract, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = abstract.Close() })
	for _, c := range []struct {
		probe               string
		args                []string
		alone, job, network string
	}{
		{"every-socket", nil, notPermitted, "socketpair(1, 1)", "socketpair(1, 1)"},
		{"socket", []string{"2", "1", "0"}, notPermitted, notPermitted, done},
		{"socket", []string{"10", "2", "0"}, notPermitted, notPermitted, done},
		{"socket", []string{"1", "1", "0"}, notPermitted, notPermitted, notPermitted},
		{"socket", []string{"1", "2", "0"}, notPermitted, notPermitted, notPermitted},
		{"socket", []string{"2", "3", "1"}, notPermitted, notPermitted, notPermitted},
		{"socket", []string{"16", "3", "0"}, notPermitted, notPermitted, done},
		{"socket", []string{"16", "3", "9"}, notPermitted, notPermitted, notPermitted},
		{"socketpair", []string{"1"}, notPermitted, done, done},
		{"socketpair", []string{"2"}, notPermitted, notPermitted, notPermitted},
		{"dial", []string{listener.Addr().String()}, notPermitted, notPermitted, done},
		{"abstract", []string{name}, notPermitted, notPermitted, notPermitted},
		{"io-uring", nil, notPermitted, notPermitted, notPermitted},
		{"fork", nil, notPermitted, done, done},
		{"fork-upper", nil, notPermitted, done, done},
		{"clone3", nil, "function not implemented", "function not implemented", "function not implemented"},
		{"start", []string{"/bin/true"}, notPermitted, done, done},
		{"exec", []string{"/bin/true"}, notPermitted, "", ""},
		{"exec-self", nil, notPermitted, done, done},
		{"kill", []string{parent}, notPermitted, notPermitted, notPermitted},
		{"kill", []string{other}, notPermitted, notPermitted, notPermitted},
		{"kill-parent", nil, notPermitted, notPermitted, notPermitted},
		{"own", []string{parent}, notPermitted, "", ""},
		{"pidfd", []string{parent}, notPermitted, done, done},
		{"ptrace", nil, notPermitted, notPermitted, notPermitted},
		{"read-memory", nil, notPermitted, notPermitted, notPermitted},
		{"parent-memory", nil, denied, denied, denied},
		{"parent-environ", nil, denied, denied, denied},
		{"setsid", nil, notPermitted, notPermitted, notPermitted},
		{"setpgid", nil, notPermitted, notPermitted, notPermitted},
		{"unshare", nil, notPermitted, notPermitted, notPermitted},
		{"mount", []string{"/tmp"}, notPermitted, notPermitted, notPermitted},
		{"chroot", []string{"/tmp"}, notPermitted, notPermitted, notPermitted},
		{"memfd", nil, notPermitted, done, done},
		{"shared-memory", nil, notPermitted, notPermitted, notPermitted},
		{"keyring", nil, notPermitted, notPermitted, notPermitted},
		{"bpf", nil, notPermitted, notPermitted, notPermitted},
		{"large-pipe", nil, notPermitted, "", ""},
		{"outlive", nil, notPermitted, done, done},
		{"limit-parent", nil, notPermitted, notPermitted, notPermitted},
		{"raise-limit", nil, notPermitted, "", ""},
		{"type-into-terminal", nil, notPermitted, notPermitted, notPermitted},
		{"unknown-call", nil, "function not implemented", "function not implemented", "function not implemented"},
	} {
		t.Run(c.probe+" "+strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			programs := SystemPrograms()
			for _, kind := range []struct {
				name   string
				policy Policy
				as     kind
				want   string
			}{
				{"alone", Policy{}, alone, c.alone},
				{"alone, programs named", Policy{Runnable: programs}, alone, c.alone},
				{"job", Policy{Runnable: programs}, asJob, c.job},
				{"job with network", Policy{Runnable: programs, Network: true}, asJob, c.network},
			} {
				if got := run(t, kind.policy, kind.as, c.probe, c.args...); !strings.Contains(got, kind.want) {
					t.Errorf("%s: got %q, want %q", kind.name, got, kind.want)
				}
			}
		})
	}
}

// TestLimits is S5.
func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		off bool
		as  kind
	}{{false, alone}, {false, asJob}, {true, asJob}} {
		p := Policy{Off: c.off, Memory: 2 << 30, CPU: time.Millisecond} // rounded up to a second
		if got := run(t, p, c.as, "memory"); !strings.Contains(got, "cannot allocate memory") {
			t.Errorf("%+v: memory: got %q", c, got)
		}
		if got := run(t, p, c.as, "spin"); !strings.Contains(got, "CPU time limit exceeded") && !strings.Contains(got, "killed") {
			t.Errorf("%+v: spin: got %q", c, got)
		}
	}
	if got := run(t, Policy{}, alone, "memory"); got != "done" {
		t.Errorf("without a limit: %q", got)
	}
}

// TestNothingIsHandedDown is S6.
func TestNothingIsHandedDown(t *testing.T) {
	t.Parallel()
	// A file that is not closed on exec, as C libraries leave them.
	secret, err := unix.Open(filepath.Join(newPlace(t).secret, "file"), unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(secret) })
	for _, as := range []kind{alone, asJob} {
		got := run(t, Policy{Readable: []string{"/proc"}}, as, "state")
		for _, line := range strings.Split(got, "\n") {
			words := strings.Fields(line)
			switch words[0] {
			case "files":
				if n := len(words) - 1; n != 3 {
					t.Errorf("%d files are open: %s", n, line)
				}
			case "environment":
				if line != "environment []" && (as == alone || len(words) != 2 || !strings.HasPrefix(words[1], "["+markVariable+"=")) {
					t.Errorf("got %s", line)
				}
			case "CapEff:", "CapPrm:", "CapBnd:", "CapInh:", "CapAmb:":
				value, err := strconv.ParseUint(words[1], 16, 64)
				if err != nil || value&^kept != 0 && (os.Getuid() == 0 || words[0] != "CapBnd:") {
					t.Errorf("got %s", line)
				}
			case "NoNewPrivs:":
				if words[1] != "1" {
					t.Errorf("got %s", line)
				}
			}
		}
		if !strings.Contains(got, "NoNewPrivs") {
			t.Errorf("no state: %s", got)
		}
	}
}

// TestEndIsPassedOn: the caller sees the program's status or signal.
func TestEndIsPassedOn(t *testing.T) {
	t.Parallel()
	for _, as := range []kind{alone, asJob} {
		for probe, want := range map[string]string{
			"exit 0": "", "exit 7": "exit status 7", "exit 255": "exit status 255",
			"die 9": "signal: killed", "die 15": "signal: terminated",
		} {
			words := strings.Fields(probe)
			if got := strings.TrimSpace(run(t, Policy{}, as, words[0], words[1])); got != want {
				t.Errorf("%s, as a job %v: got %q, want %q", probe, as, got, want)
			}
		}
	}
}

// TestNested: a job can evaluate a study in a sandbox of its own.
func TestNested(t *testing.T) {
	t.Parallel()
	at := newPlace(t)
	job := Policy{Readable: []string{at.repository}}
	if got := run(t, job, asJob, "nested", "read", filepath.Join(at.repository, "file")); !strings.Contains(got, "inside: open") || !strings.Contains(got, denied) {
		t.Errorf("the inner one may read what only the job may: %q", got)
	}
	if got := run(t, job, asJob, "nested", "read", "/dev/null"); !strings.Contains(got, "inside: done") {
		t.Errorf("the inner one does not run: %q", got)
	}
	if got := run(t, job, asJob, "nested", "start", "/bin/true"); !strings.Contains(got, notPermitted) {
		t.Errorf("the inner one starts processes: %q", got)
	}
}

// TestUnsupported: a system without Landlock, for which a sandbox stands that
// does not let Landlock be called, is told so.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	for _, want := range []string{ErrUnsupported.Error(), "--no-sandbox"} {
		if got := run(t, Policy{}, alone, "available"); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}

// TestFailureIsOneLine: what cannot be started is told as such.
func TestFailureIsOneLine(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(file, []byte("#!/no/such/interpreter\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd, err := Command(t.Context(), Policy{}, file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != FailedStatus || strings.Count(string(out), "\n") != 1 || !strings.HasPrefix(string(out), "start the sandbox: run ") {
		t.Errorf("got %q, %v", out, err)
	}
	g := newGuard(t)
	if _, err := g.Run(t.Context(), Job{Path: file}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a job whose interpreter is not there: %v", err)
	}
	if _, err := g.Run(t.Context(), Job{Path: file + "-not-there"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a job that is not there: %v", err)
	}
	if _, err := Command(t.Context(), Policy{}, file+"-not-there"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a program that is not there: %v", err)
	}
	if _, err := Command(t.Context(), Policy{Writable: []string{file + "-not-there"}}, file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
