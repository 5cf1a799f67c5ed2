package dist

import (
	"context"
	_ "embed" // install.sh
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cohortcounts/internal/atomicfile"
)

// Options say what is made.
type Options struct {
	Dir   string   // of the module
	Out   string   // the folder to fill; what lies there is removed first
	Only  []string // names of targets; empty: all
	Share func(Commit) (map[string][]byte, error)
	Log   io.Writer
}

//go:embed install.sh
var installer []byte

// Make makes all archives. A target whose C compiler is not on this machine is
// left out, and PLATFORMS says so.
func Make(ctx context.Context, o Options) error {
	c, err := ReadCommit(ctx, o.Dir)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(o.Out), os.MkdirAll(o.Out, 0o755)); err != nil {
		return err
	}
	share, err := o.Share(c)
	if err != nil {
		return err
	}
	platforms := []string{"# file system architecture duckdb sandbox glibc libstdc++"}
	for _, t := range Targets() {
		if !o.takes(t) {
			continue
		}
		if compiler := t.missing(); compiler != "" {
			platforms = append(platforms, fmt.Sprintf("# %s was not made: there was no %s", t.Name(), compiler))
			fmt.Fprintln(o.Log, strings.TrimPrefix(platforms[len(platforms)-1], "# "))
			continue
		}
		line, err := makeOne(ctx, o, t, c, share)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name(), err)
		}
		platforms = append(platforms, line)
		fmt.Fprintln(o.Log, line)
	}
	if err := write(filepath.Join(o.Out, "PLATFORMS"), 0o644, []byte(strings.Join(platforms, "\n")+"\n")); err != nil {
		return err
	}
	if err := write(filepath.Join(o.Out, "install.sh"), 0o755, installer); err != nil {
		return err
	}
	return writeSums(o.Out)
}

func (o Options) takes(t Target) bool {
	if len(o.Only) == 0 {
		return true
	}
	for _, name := range o.Only {
		if name == t.Name() {
			return true
		}
	}
	return false
}

// makeOne makes one archive, and with DuckDB an image too, and returns its line of PLATFORMS.
func makeOne(ctx context.Context, o Options, t Target, c Commit, share map[string][]byte) (string, error) {
	built, err := os.MkdirTemp("", "cohortcounts-dist-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(built) //nolint:errcheck // what is left over harms nobody
	if err := t.build(ctx, o.Dir, built, c); err != nil {
		return "", err
	}
	var floor Floor
	if t.OS == "linux" {
		if floor, err = ReadFloor(filepath.Join(built, "cohortcounts")); err != nil {
			return "", err
		}
	}
	files, err := t.tree(ctx, o.Dir, built, floor, c, share)
	if err != nil {
		return "", err
	}
	pack := writeTarGz
	if t.OS == "windows" {
		pack = writeZip
	}
	err = atomicfile.Write(filepath.Join(o.Out, t.file(c.Version)), 0o644, func(w io.Writer) error {
		return pack(w, t.folder(c.Version)+"/", files, c.Time)
	})
	if err != nil {
		return "", err
	}
	if t.DuckDB {
		if err := t.writeImage(filepath.Join(o.Out, t.image(c.Version)), built, files, c); err != nil {
			return "", err
		}
	}
	return strings.Join([]string{
		t.file(c.Version), t.OS, t.Arch, yes(t.DuckDB), yes(t.Sandbox()), orDash(floor.Glibc), orDash(floor.Cxx),
	}, " "), nil
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func write(path string, mode fs.FileMode, data []byte) error {
	return atomicfile.Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeSums writes SHA256SUMS of all that a folder holds, in the form of
// sha256sum.
func writeSums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, entry := range entries {
		sum, err := fileSum(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s  %s\n", sum, entry.Name())
	}
	return write(filepath.Join(dir, "SHA256SUMS"), 0o644, []byte(b.String()))
}
