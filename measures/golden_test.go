package measures

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cohortcounts/study"
)

// TestAsTheOriginal: the tables are, byte for byte, those of the original (M1).
// Each folder of testdata has a study with measures, cohorts that pandas 1.4.1
// wrote from random values with the original's own dataframe_to_file, and what
// `cohortextractor generate_measures` (opensafely-cohort-extractor 1.93.3,
// Python 3.8, numpy 1.22.3) made of them; in some folders the tables of single
// dates are left out, since that of all dates has their rows.
func TestAsTheOriginal(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("testdata/*/analysis")
	if err != nil || len(folders) < 7 {
		t.Fatalf("only %d folders: %v", len(folders), err)
	}
	for _, folder := range folders {
		folder = filepath.Dir(folder)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			recording, err := study.Record(t.Context(), folder, "study_definition", study.Options{})
			if err != nil {
				t.Fatal(err)
			}
			declared, err := recording.Measures()
			if err != nil {
				t.Fatal(err)
			}
			wanted, _, err := Check(declared)
			if err != nil {
				t.Fatal(err)
			}
			cohorts, _, err := Find(filepath.Join(folder, "cohorts"), "")
			if err != nil {
				t.Fatal(err)
			}
			paths, err := Write(t.Context(), dir, wanted, cohorts, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(paths) != len(declared) {
				t.Errorf("%d tables of %d measures", len(paths), len(declared))
			}
			tables, err := filepath.Glob(filepath.Join(folder, "cohorts", "measure_*.csv"))
			if err != nil || len(tables) < len(declared) {
				t.Fatalf("%d tables to compare with: %v", len(tables), err)
			}
			for _, table := range tables {
				want, got := text(t, table), text(t, filepath.Join(dir, filepath.Base(table)))
				if want != got {
					t.Errorf("%s: got\n%s\nwant\n%s", filepath.Base(table), got, want)
				}
			}
		})
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files are the names in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}
