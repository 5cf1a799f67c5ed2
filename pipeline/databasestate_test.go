package pipeline

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A database that is files is another one when a file of it is.
func TestDatabaseState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("tables/patients.csv", "patient_id\n1\n")
	write("tables/clinical_events/part-0.parquet", "events")
	write("tables.duckdb", "a database")
	folder, file := Backend{URL: "duckdb:" + filepath.Join(dir, "tables")}, Backend{URL: "duckdb:" + filepath.Join(dir, "tables.duckdb")}
	for _, c := range []struct {
		name         string
		do           func()
		folder, file bool // is another one afterwards
	}{
		{"nothing", func() {}, false, false},
		{"read", func() { _, _ = os.ReadFile(filepath.Join(dir, "tables.duckdb")) }, false, false},
		{"longer", func() { write("tables/patients.csv", "patient_id\n1\n2\n") }, true, false},
		{"of the same length, later", func() {
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(filepath.Join(dir, "tables/clinical_events/part-0.parquet"), later, later); err != nil {
				t.Fatal(err)
			}
		}, true, false},
		{"a table more", func() { write("tables/ons_deaths.csv", "") }, true, false},
		{"a part more", func() { write("tables/clinical_events/part-1.parquet", "more") }, true, false},
		{"a table less", func() { _ = os.Remove(filepath.Join(dir, "tables/ons_deaths.csv")) }, true, false},
		{"hidden", func() { write("tables/.lock", "") }, false, false},
		{"a DuckDB file", func() { write("tables.duckdb", "another database") }, false, true},
		{"its log", func() { write("tables.duckdb.wal", "rows") }, false, true},
	} {
		ofFolder, ofFile := folder.state(), file.state()
		c.do()
		if changed := folder.state() != ofFolder; changed != c.folder {
			t.Errorf("%s: the folder changed: %v", c.name, changed)
		}
		if changed := file.state() != ofFile; changed != c.file {
			t.Errorf("%s: the file changed: %v", c.name, changed)
		}
	}
	for _, url := range []string{"", "duckdb:" + filepath.Join(dir, "nowhere"), "trino://me@host/hive/tpp"} {
		if state := (Backend{URL: url}).state(); state != "" {
			t.Error(url, state)
		}
	}
}
