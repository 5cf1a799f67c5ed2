//go:build cgo

package extract

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// Edges that records seldom have, each with its cohort: a study root, tables in
// db and the cohort in want.csv.
func TestEdges(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/edges/*.txtar")
	if err != nil || paths == nil {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			root := unpack(t, path)
			def, err := study.Load(t.Context(), root, "study_definition", study.Options{RealTables: true})
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(root, "got.csv")
			if _, err := Write(t.Context(), def, out, Options{URL: "duckdb:" + filepath.Join(root, "db"), Root: root, Format: cohort.CSV, Threads: 1}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(out)
			want, wantErr := os.ReadFile(filepath.Join(root, "want.csv"))
			if err := errors.Join(err, wantErr); err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// unpack is a folder with the files of an archive, as a study root.
func unpack(t *testing.T, path string) string {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := errors.Join(txtar.Write(archive, root), os.Mkdir(filepath.Join(root, "codelists"), 0o700)); err != nil {
		t.Fatal(err)
	}
	return root
}
