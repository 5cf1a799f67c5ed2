package dist

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// The same files in another order, written elsewhere and later, are the same
// bytes; whoever unpacks them finds them (A1).
func TestArchiveBytes(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("the program"), 0o700); err != nil {
		t.Fatal(err)
	}
	files := []File{
		{Name: "bin/program", Mode: 0o755, Path: path},
		{Name: "share/text", Mode: 0o644, Data: []byte("the text")},
		{Name: "bin/a", Mode: 0o755, Data: []byte("a")},
	}
	other := slices.Clone(files)
	slices.Reverse(other)
	for name, pack := range map[string]func(io.Writer, string, []File, time.Time) error{"tar.gz": writeTarGz, "zip": writeZip} {
		var first, second bytes.Buffer
		if err := errors.Join(pack(&first, "top/", files, date), pack(&second, "top/", other, date)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: other bytes", name)
		}
		names := entries(t, name, first.Bytes(), date)
		if want := []string{"top/bin/a a", "top/bin/program the program", "top/share/text the text"}; !slices.Equal(names, want) {
			t.Errorf("%s: %q", name, names)
		}
	}
}

// entries are the names and contents of an archive, in its order.
func entries(t *testing.T, kind string, data []byte, date time.Time) (all []string) {
	t.Helper()
	if kind == "zip" {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(in)
			if err != nil || !f.Modified.Equal(date) {
				t.Fatal(f.Name, err, f.Modified)
			}
			all = append(all, f.Name+" "+string(text))
		}
		return all
	}
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(zr); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil || header.Uid != 0 || header.Uname != "" || !header.ModTime.Equal(date) {
			t.Fatalf("%+v, %v", header, err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, header.Name+" "+string(text))
	}
}

// A version is newer number by number; one that is no number is not newer.
func TestNewer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"2.34", "2.4", true},
		{"2.4", "2.34", false},
		{"2.34", "", true},
		{"2.2.5", "2.2", true},
		{"2.2", "2.2.5", false},
		{"PRIVATE", "2.2", false},
		{"PRIVATE", "", false},
		{"2.34", "2.34", false},
	} {
		if got := newer(c.a, c.b); got != c.want {
			t.Errorf("newer(%q, %q) is %v", c.a, c.b, got)
		}
	}
}
