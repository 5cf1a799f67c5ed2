//go:build linux

package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// TestCollectRegularFilesOnly: whatever a job leaves in its folder, an output is
// a file in it; nothing is followed, opened or waited for that is not.
func TestCollectRegularFilesOnly(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		make func(work string) error
		want []string
	}{
		"a file":          {func(w string) error { return os.WriteFile(w+"/output/a.txt", nil, 0o600) }, []string{"output/a.txt"}},
		"a link":          {func(w string) error { return os.Symlink(outside+"/secret.txt", w+"/output/a.txt") }, nil},
		"a linked folder": {func(w string) error { return errors.Join(os.Remove(w+"/output"), os.Symlink(outside, w+"/output")) }, nil},
		"a pipe":          {func(w string) error { return unix.Mkfifo(w+"/output/a.txt", 0o600) }, nil},
		"a folder":        {func(w string) error { return os.Mkdir(w+"/output/a.txt", 0o700) }, nil},
		"a socket": {func(w string) error {
			return unix.Mknod(w+"/output/a.txt", unix.S_IFSOCK|0o600, 0)
		}, nil},
		"a device": {func(w string) error {
			if os.Getuid() != 0 {
				return nil // nobody else can make one
			}
			return unix.Mknod(w+"/output/a.txt", unix.S_IFCHR|0o600, int(unix.Mkdev(1, 5)))
		}, nil},
		"an unfinished file": {func(w string) error { return os.WriteFile(w+"/output/.cohortcounts-x.tmp", nil, 0o600) }, nil},
		"files among others": {func(w string) error {
			return errors.Join(os.WriteFile(w+"/output/b.txt", nil, 0o600), os.Symlink("b.txt", w+"/output/c.txt"), unix.Mkfifo(w+"/output/d.txt", 0o600))
		}, []string{"output/b.txt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := t.TempDir()
			if err := errors.Join(os.Mkdir(work+"/output", 0o700), c.make(work)); err != nil {
				t.Fatal(err)
			}
			s := &Setup{Definition: &project.Project{}}
			files, err := s.collect(t.Context(), work, project.Action{Outputs: []project.Output{{Level: project.HighlySensitive, Pattern: "output/*.t*"}}})
			var failure *jobFailure
			if c.want == nil && (!errors.As(err, &failure) || failure.code != record.UnmatchedPatterns) || c.want != nil && err != nil {
				t.Fatalf("got %v, %v", files, err)
			}
			var got []string
			for _, f := range files {
				got = append(got, f.Path)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNamesThatCannotBeShown: a name that would write lines of its own into
// logs, or is no text, fails the job, and is told in quotes.
func TestNamesThatCannotBeShown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a\n::error::b.txt", "a\x1b[2J.txt", "a\xff.txt", "a\u202eb.txt", "a\rb.txt", "a\x00b.txt"[:1] + "\x7f.txt"} {
		work := t.TempDir()
		if err := os.WriteFile(filepath.Join(work, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s := &Setup{Definition: &project.Project{}}
		_, err := s.collect(t.Context(), work, project.Action{Outputs: []project.Output{{Pattern: "*.txt"}}})
		if err == nil || !showable(err.Error()) || !strings.Contains(err.Error(), "has a name that cannot be shown") {
			t.Errorf("%q: %q", name, err)
		}
		if hint := s.similar(work, "b.txt"); hint != "" {
			t.Errorf("%q is hinted at: %q", name, hint)
		}
	}
}

// TestOtherNames: an output that has another name is copied: who has the other
// name can change that, and not the output.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, other, to := filepath.Join(dir, "from"), filepath.Join(dir, "other"), filepath.Join(dir, "to")
	if err := errors.Join(os.WriteFile(from, []byte("content"), 0o640), os.Link(from, other)); err != nil {
		t.Fatal(err)
	}
	if err := place(from, to, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(to)
	info, statErr := os.Stat(other)
	if err != nil || statErr != nil || string(text) != "content" || info.Mode().Perm() != 0o640 {
		t.Errorf("the output holds %q, %v; the other file has mode %v, %v", text, err, info.Mode(), statErr)
	}
}

// TestDeepFolder: folders within folders, deeper than any path can name, are
// removed.
func TestDeepFolder(t *testing.T) {
	t.Parallel()
	w, err := OpenWorkspace(t.TempDir(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	f := w.jobFolder("aaaaaaaaaaaaaaaa")
	s := newSpareFolder()
	if err := errors.Join(os.MkdirAll(f.root, 0o700), s.moveTo(f.work)); err != nil {
		t.Fatal(err)
	}
	s.complete = true
	at, err := unix.Open(f.work, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		if err := unix.Mkdirat(at, "folder", 0o700); err != nil {
			t.Fatal(err)
		}
		next, err := unix.Openat(at, "folder", unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		_ = unix.Close(at)
		at = next
	}
	_ = unix.Close(at)
	if !s.reset() {
		t.Error("it cannot be used again")
	}
	if err := f.removeWork(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(f.work); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestHugeSparseOutput: a file with holes that is larger than the disk can be
// an output (it takes no room), and reading it ends when the run is stopped.
func TestHugeSparseOutput(t *testing.T) {
	t.Parallel()
	const text = "version: 4\nactions:\n  a:\n    run: sh:v1 sh -c 'truncate -s 1T output/a.txt || truncate -s 10G output/a.txt'\n    outputs: {highly_sensitive: {a: output/a.txt}}\n"
	s := setup(t, map[string]string{"project.yaml": text})
	o, l := options(t, s.Workspace.project, "a")
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error)
	go func() {
		_, err := Run(ctx, o)
		over <- err
	}()
	for reading := false; !reading; time.Sleep(10 * time.Millisecond) {
		r, err := record.OpenExisting(t.Context(), s.Workspace.RecordPath())
		if errors.Is(err, record.ErrNone) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		requests, err := r.Requests(t.Context(), 1)
		reading = err == nil && len(requests) == 1 && requests[0].Jobs[0].Code == record.Finalizing
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(l.finished) != 1 || l.finished[0].Code != record.CancelledByUser {
		t.Errorf("got %+v", l.finished)
	}
}

// TestManyOutputs: an action with thousands of outputs, and thousands of files
// that are none.
func TestManyOutputs(t *testing.T) {
	t.Parallel()
	files := 2_000
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		files = 20_000
	}
	text := fmt.Sprintf("version: 4\nactions:\n  a:\n    run: sh:v1 sh -c 'cd output; seq %d | split -l 1 -a 5 --additional-suffix=.txt - x; seq %d | split -l 1 -a 5 - y'\n    outputs: {highly_sensitive: {a: output/x*.txt}}\n", files, files)
	s := setup(t, map[string]string{"project.yaml": text})
	o, l := options(t, s.Workspace.project, "a")
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatalf("%v: %+v", err, l.finished)
	}
	entries, err := os.ReadDir(filepath.Join(s.Workspace.project, "output"))
	if err != nil || len(entries) != files {
		t.Errorf("%d outputs, %v", len(entries), err)
	}
	var m manifest
	data, err := os.ReadFile(filepath.Join(s.Workspace.project, "metadata", "manifest.json"))
	if err := errors.Join(err, json.Unmarshal(data, &m)); err != nil || len(m.Outputs) != files {
		t.Errorf("the manifest has %d, %v", len(m.Outputs), err)
	}
	if plan, err := Explain(t.Context(), o); err != nil || !plan.Idle() {
		t.Errorf("afterwards it is not up to date: %v", err)
	}
}

// TestLargeLog: what a job prints may be more than fits into memory.
func TestLargeLog(t *testing.T) {
	t.Parallel()
	s := setup(t, map[string]string{"project.yaml": "version: 4\nactions:\n  a:\n    run: sh:v1 sh -c 'head -c 50000000 /dev/zero; echo; echo the end >output/a.txt'\n    outputs: {highly_sensitive: {a: output/a.txt}}\n"})
	o, l := options(t, s.Workspace.project, "a")
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	end, err := readEnd(l.finished[0].Log, 1000)
	info, statErr := os.Stat(l.finished[0].Log)
	if err != nil || statErr != nil || info.Size() < 50_000_000 || !strings.Contains(string(end), "state: succeeded") {
		t.Errorf("a log of %d bytes that ends in %q, %v", info.Size(), end, err)
	}
}
