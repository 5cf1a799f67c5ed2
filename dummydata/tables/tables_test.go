package tables_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"cohortcounts/dummydata/tables"
)

// T1: the tables and columns are those of the schema. The golden file was
// taken from a database of that schema, by another reader.
func TestSchema(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/schema.golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, tables.Options{Patients: 50, Seed: 1})
	var got []string
	for line := range strings.Lines(string(golden)) {
		name, _, _ := strings.Cut(line, ":")
		got = append(got, name+": "+describe(t, filepath.Join(dir, name, "part-0000.parquet")))
	}
	if text := strings.Join(got, "\n") + "\n"; text != string(golden) {
		t.Errorf("the schema is\n%s\nwant\n%s", text, golden)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(got) + 1; len(entries) != want { // the manifest too
		t.Errorf("the folder has %d entries, want %d", len(entries), want)
	}
}

// describe gives a file's columns with the names that Arrow has for types.
func describe(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(strings.NewReader(string(data)), int64(len(data)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	names := map[string]string{"INT(64,true)": "int64", "DATE": "date32[day]", "STRING": "string", "BOOLEAN": "bool", "DOUBLE": "double"}
	var columns []string
	for _, f := range file.Schema().Fields() {
		kind, ok := names[f.Type().String()]
		if !ok || !f.Optional() {
			kind = f.Type().String()
		}
		columns = append(columns, f.Name()+" "+kind)
	}
	return strings.Join(columns, ", ")
}

// T5: the bytes follow from the options alone.
func TestSameBytesWithAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("two batches of patients take some seconds")
	}
	const two = 1<<16 + 100 // batches
	opts := tables.Options{Patients: two, Seed: 7, NoiseEvents: -1, Workers: 1}
	one := digests(t, write(t, opts))
	for _, workers := range []int{2, 3, 8} {
		opts.Workers = workers
		if other := digests(t, write(t, opts)); one != other {
			t.Errorf("other bytes with %d workers than with 1", workers)
		}
	}
	opts.Seed = 8
	if other := digests(t, write(t, opts)); one == other {
		t.Error("the same bytes with another seed")
	}
}

func digests(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&all, "%s %x\n", name, sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func write(t *testing.T, opts tables.Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tables")
	if _, err := tables.Write(t.Context(), load(t, "testdata/project", "study_definition"), dir, opts); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNoiseEvents(t *testing.T) {
	t.Parallel()
	def := load(t, "testdata/project", "study_definition")
	for _, test := range []struct {
		noise     float64
		low, high int64 // clinical events of 2,000 patients
	}{
		{-1, 8_000, 14_000}, // the study's own
		{0, 90_000, 110_000},
		{100, 195_000, 225_000},
	} {
		report, err := tables.Write(t.Context(), def, filepath.Join(t.TempDir(), "tables"), tables.Options{Patients: 2000, Seed: 1, NoiseEvents: test.noise})
		if err != nil {
			t.Fatal(err)
		}
		if n := report.Rows("clinical_events"); n < test.low || n > test.high {
			t.Errorf("noise %v: %d events, want %d to %d", test.noise, n, test.low, test.high)
		}
	}
}

func TestFolderThatIsThere(t *testing.T) {
	t.Parallel()
	def := load(t, "testdata/project", "study_definition")
	make := func(dir string, patients int) error {
		_, err := tables.Write(t.Context(), def, dir, tables.Options{Patients: patients, Seed: 1, NoiseEvents: -1})
		return err
	}
	parent := t.TempDir()

	other := filepath.Join(parent, "other")
	mustMkdir(t, other)
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := make(other, 10); err == nil || !strings.Contains(err.Error(), "holds other files") {
		t.Errorf("a folder of other files: %v", err)
	}
	if err := make(filepath.Join(other, "thesis.txt"), 10); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a file: %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(other, "thesis.txt")); err != nil || string(data) != "years of work" {
		t.Errorf("the file is now %q, %v", data, err)
	}

	empty := filepath.Join(parent, "empty")
	mustMkdir(t, empty)
	if err := make(empty, 10); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	before := digests(t, empty)
	if err := make(empty, 20); err != nil {
		t.Errorf("a folder of ours: %v", err)
	}
	after := digests(t, empty)
	if before == after {
		t.Error("a folder of ours was not replaced")
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tables.Write(ended, def, empty, tables.Options{Patients: 30}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
	if digests(t, empty) != after {
		t.Error("a run that failed changed the folder")
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) != 2 {
		t.Errorf("%d entries are left beside the folders, %v", len(entries)-2, err)
	}
}

func mustMkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}
