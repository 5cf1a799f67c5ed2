package progress

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTell: what is told is read, at most twice a second, the end always.
func TestTell(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "progress")
	if _, ok := Read(path); ok {
		t.Error("something is told in a file that is not there")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := Read(path); ok {
		t.Error("an empty file tells something")
	}
	clock := time.Unix(1_600_000_000, 0)
	w := Open(path, func() time.Time { return clock })
	defer w.Close()
	for _, step := range []struct {
		after time.Duration
		done  int64
		want  int64
	}{{0, 1, 1}, {400 * time.Millisecond, 2, 1}, {100 * time.Millisecond, 3, 3}, {0, 10, 10}} {
		clock = clock.Add(step.after)
		w.Tell(step.done, 10)
		if got, ok := Read(path); !ok || got != (Count{step.want, 10}) {
			t.Errorf("after %d: got %v, %t; want %d of 10", step.done, got, ok, step.want)
		}
	}
}

// TestNobody: without a file to tell in, or with one that cannot be written
// to, nothing happens.
func TestNobody(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", filepath.Join(t.TempDir(), "none")} {
		w := Open(path, time.Now)
		w.Tell(1, 2)
		w.Close()
	}
}

// TestReadNonsense: nothing but two integers that fit each other gets through.
func TestReadNonsense(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string][]byte{
		"text":     []byte("patient: 1234567"),
		"long":     append(make([]byte, 16), 1),
		"short":    make([]byte, 15),
		"zero":     make([]byte, 16),
		"negative": bytes.Repeat([]byte{0xff}, 16),
		"above":    append([]byte{9, 0, 0, 0, 0, 0, 0, 0}, 8, 0, 0, 0, 0, 0, 0, 0),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := Read(path); ok {
			t.Errorf("%s: read %v", name, got)
		}
	}
	good := filepath.Join(dir, "good")
	if err := os.WriteFile(good, append([]byte{1, 0, 0, 0, 0, 0, 0, 0}, 8, 0, 0, 0, 0, 0, 0, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	if got, ok := Read(link); ok {
		t.Errorf("through a link: %v", got)
	}
}
