//go:build cgo

package extract

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A part that is a link is a part; one that cannot be read is a fault, not a
// table with fewer patients.
func TestPartFiles(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(dir, "a.parquet"), filepath.Join(dir, "_SUCCESS"), filepath.Join(elsewhere, "b")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "b.parquet")
	if err := os.Symlink(filepath.Join(elsewhere, "b"), link); err != nil {
		t.Skipf("symbolic links cannot be made here: %v", err)
	}
	parts, err := partFiles(dir)
	if want := []string{literal(filepath.Join(dir, "a.parquet")), literal(link)}; err != nil || !slices.Equal(parts, want) {
		t.Errorf("%q, %v; want %q", parts, err, want)
	}
	if err := os.Remove(filepath.Join(elsewhere, "b")); err != nil {
		t.Fatal(err)
	}
	if parts, err := partFiles(dir); err == nil || err.Error() != link+": cannot read this part of the table: no such file or directory" {
		t.Errorf("%q, %v", parts, err)
	}
	if err := os.Mkdir(filepath.Join(elsewhere, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if parts, err := partFiles(dir); err == nil || !strings.HasPrefix(err.Error(), link+": is no file, ") {
		t.Errorf("%q, %v", parts, err)
	}
	if parts, err := partFiles(filepath.Join(dir, "none")); parts != nil || err != nil {
		t.Errorf("%q, %v", parts, err)
	}
}
