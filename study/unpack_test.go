package study

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder that lacks a file, or has a part of one, is unpacked again; one that
// is whole is not.
func TestUnpackOnce(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "python")
	times := 0
	unpack := func() {
		t.Helper()
		got, err := unpackOnce(target, func(dir string) error {
			times++
			if err := os.Mkdir(filepath.Join(dir, "lib"), 0o700); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "lib", "a b.py"), []byte("pass\n"), 0o600)
		})
		if err != nil || got != target {
			t.Fatal(got, err)
		}
	}
	file := filepath.Join(target, "lib", "a b.py")
	for _, c := range []struct {
		name   string
		damage func() error
		times  int
	}{
		{"nothing is there", func() error { return nil }, 1},
		{"whole", func() error { return nil }, 1},
		{"more than was unpacked", func() error { return os.WriteFile(filepath.Join(target, "more"), nil, 0o600) }, 1},
		{"no file", func() error { return os.Remove(file) }, 2},
		{"a part of a file", func() error { return os.Truncate(file, 2) }, 3},
		{"a file in its place", func() error {
			if err := os.RemoveAll(target); err != nil {
				return err
			}
			return os.WriteFile(target, nil, 0o600)
		}, 4},
		{"an empty folder", func() error {
			if err := os.RemoveAll(target); err != nil {
				return err
			}
			return os.Mkdir(target, 0o700)
		}, 5},
	} {
		if err := c.damage(); err != nil {
			t.Fatal(err)
		}
		if unpack(); times != c.times {
			t.Errorf("%s: unpacked %d times, want %d", c.name, times, c.times)
		}
		if data, err := os.ReadFile(file); err != nil || string(data) != "pass\n" {
			t.Errorf("%s: %q, %v", c.name, data, err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(target))
	if err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
