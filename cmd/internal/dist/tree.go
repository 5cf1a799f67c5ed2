package dist

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// docs is where an archive's texts lie.
const docs = "share/doc/cohortcounts/"

// tree is all that an archive holds. The programs have been built into a
// folder; share are the manual pages and completions.
func (t Target) tree(ctx context.Context, dir, built string, floor Floor, c Commit, share map[string][]byte) ([]File, error) {
	var files []File
	for _, name := range Programs {
		files = append(files, File{Name: "bin/" + t.program(name), Mode: 0o755, Path: filepath.Join(built, t.program(name))})
	}
	parts, err := t.parts(ctx, dir)
	if err != nil {
		return nil, err
	}
	bom, err := sbom(t, c, parts, files)
	if err != nil {
		return nil, err
	}
	licence, err := os.ReadFile(filepath.Join(dir, "LICENSE"))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{
		docs + "README.txt": t.readme(c, floor), docs + "LICENSE": licence, docs + "NOTICES.txt": noticesText(parts), docs + "sbom.cdx.json": bom,
	}
	pages, err := pages(dir)
	if err != nil {
		return nil, err
	}
	files = append(files, pages...)
	for _, group := range []map[string][]byte{texts, share} {
		for name, data := range group {
			files = append(files, File{Name: name, Mode: 0o644, Data: data})
		}
	}
	return files, nil
}

// pages are the documents: where there is no internet they must be in the
// archive.
func pages(dir string) ([]File, error) {
	var files []File
	err := fs.WalkDir(os.DirFS(dir), "docs", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, File{Name: docs + name, Mode: 0o644, Path: filepath.Join(dir, filepath.FromSlash(name))})
		}
		return err
	})
	return files, err
}

// readme says what this archive is, what is off, and how to begin.
func (t Target) readme(c Commit, floor Floor) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "cohortcounts %s for %s (%s)\n\n", c.Version, t.OS, t.Arch)
	if t.OS == "linux" {
		fmt.Fprintf(&b, "Python       in: for study definitions. Needs glibc %s or newer (not musl).\n", pythonGlibc)
	}
	switch {
	case t.DuckDB:
		fmt.Fprintf(&b, "DuckDB       in: cohorts from folders of tables. Needs glibc %s\n             and libstdc++ with GLIBCXX_%s, or newer ones.\n", floor.Glibc, floor.Cxx)
	default:
		b.WriteString("DuckDB       off: it needs cgo. generate_cohort makes dummy data and reads Trino.\n")
	}
	if t.Sandbox() {
		b.WriteString("The sandbox  on: a study's Python and actions reach only what they declare.\n")
	} else {
		fmt.Fprintf(&b, "The sandbox  off: there is none for %s. Run only studies that you trust.\n", t.OS)
	}
	b.WriteString(`
'cohortcounts version --verbose' says the same of the program you have, and
'cohortcounts doctor' tries it out. Nothing here uses the network.

The first plot:

  cohortcounts init study
  cd study
  cohortcounts run run_all

bin/ holds the programs: each works by itself, wherever it lies. share/ holds
manual pages and the completions of bash, zsh, fish and PowerShell; what is
inside the programs is listed in NOTICES.txt and sbom.cdx.json beside this file.
The documents begin at docs/README.md beside this file.
`)
	return []byte(b.String())
}
