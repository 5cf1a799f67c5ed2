//go:build unix

package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// spareOf is a spare folder with two files of the repository.
func spareOf(t *testing.T) *spareFolder {
	t.Helper()
	s := newSpareFolder()
	if err := s.moveTo(filepath.Join(t.TempDir(), "work")); err != nil {
		t.Fatal(err)
	}
	c := copier{target: s.path, spare: s}
	source := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(source, []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"project.yaml", "analysis/deep/script.py"} {
		if _, _, err := c.copy(source, name); err != nil {
			t.Fatal(err)
		}
		if err := s.note(s.path, name); err != nil {
			t.Fatal(err)
		}
	}
	s.complete = true
	return s
}

// TestSpareFolder: a folder is used again only when a job cannot tell it from a
// fresh one.
func TestSpareFolder(t *testing.T) {
	t.Parallel()
	at := func(s *spareFolder, name string) string { return filepath.Join(s.path, name) }
	for name, c := range map[string]struct {
		do     func(*spareFolder) error
		usable bool
	}{
		"nothing": {func(*spareFolder) error { return nil }, true},
		"outputs": {func(s *spareFolder) error {
			return errors.Join(os.MkdirAll(at(s, "output/a/b"), 0o700), os.WriteFile(at(s, "output/a/b/c"), nil, 0o600), os.WriteFile(at(s, "analysis/new"), nil, 0o600))
		}, true},
		"a pipe and a link": {func(s *spareFolder) error {
			return errors.Join(syscall.Mkfifo(at(s, "pipe"), 0o600), os.Symlink("/", at(s, "root")))
		}, true},
		"content": {func(s *spareFolder) error { return os.WriteFile(at(s, "project.yaml"), []byte("CONTENT"), 0o600) }, false},
		"content, times set back": {func(s *spareFolder) error {
			info, err := os.Stat(at(s, "project.yaml"))
			return errors.Join(err, os.WriteFile(at(s, "project.yaml"), []byte("CONTENT"), 0o600), os.Chtimes(at(s, "project.yaml"), info.ModTime(), info.ModTime()))
		}, false},
		"mode":           {func(s *spareFolder) error { return os.Chmod(at(s, "project.yaml"), 0o666) }, false},
		"mode of folder": {func(s *spareFolder) error { return os.Chmod(at(s, "analysis/deep"), 0o777) }, false},
		"removed":        {func(s *spareFolder) error { return os.Remove(at(s, "analysis/deep/script.py")) }, false},
		"folder removed": {func(s *spareFolder) error { return os.RemoveAll(at(s, "analysis")) }, false},
		"folder is link": {func(s *spareFolder) error {
			return errors.Join(os.Rename(at(s, "analysis"), at(s, "b")), os.Symlink("b", at(s, "analysis")))
		}, false},
		"file is link": {func(s *spareFolder) error {
			return errors.Join(os.Rename(at(s, "project.yaml"), at(s, "b")), os.Symlink("b", at(s, "project.yaml")))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := spareOf(t)
			if err := c.do(s); err != nil {
				t.Fatal(err)
			}
			if got := s.reset(); got != c.usable {
				t.Fatalf("usable: %t, want %t", got, c.usable)
			}
			if !c.usable {
				return
			}
			var left []string
			err := filepath.WalkDir(s.path, func(name string, _ os.DirEntry, err error) error {
				left = append(left, strings.TrimPrefix(name, s.path))
				return err
			})
			if want := []string{"", "/analysis", "/analysis/deep", "/analysis/deep/script.py", "/project.yaml"}; err != nil || !slices.Equal(left, want) {
				t.Errorf("left: %q, %v", left, err)
			}
		})
	}
}

// startHook does something when a job starts.
type startHook struct {
	listener
	action string
	do     func()
}

func (h *startHook) Started(p Progress) {
	h.listener.Started(p)
	if p.Action == h.action {
		h.do()
	}
}

// TestChangedMeanwhile: what a job makes from files that are not those that
// were looked at would pass for up to date; such a job fails.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, changed := range []string{"analysis/seed.txt", "output/0_0.txt"} {
		s := setup(t, map[string]string{"project.yaml": layers(2, 1), "analysis/seed.txt": "seed\n"})
		o, _ := options(t, s.Workspace.project, "run_all")
		path := filepath.Join(s.Workspace.project, changed)
		action := map[string]string{"analysis/seed.txt": "a0_0", "output/0_0.txt": "a1_0"}[changed]
		h := &startHook{action: action, do: func() {
			if err := os.WriteFile(path, []byte("SEED\n"), 0o600); err != nil {
				t.Error(err)
			}
			later := time.Now().Add(time.Second)
			if err := os.Chtimes(path, later, later); err != nil { // a clock may be coarse
				t.Error(err)
			}
		}}
		o.Listener = h
		if _, err := Run(context.Background(), o); !errors.Is(err, ErrFailed) {
			t.Fatalf("%s: %v", changed, err)
		}
		last := h.finished[len(h.finished)-1]
		if action == "a0_0" {
			last = h.finished[0]
		}
		if last.Action != action || last.Message != changed+" was changed while the run went on; run it again" {
			t.Errorf("%s: %s: %s", changed, last.Action, last.Message)
		}
		o.Listener = nil
		if _, err := Run(context.Background(), o); err != nil {
			t.Errorf("%s: run again: %v", changed, err)
		}
	}
}
