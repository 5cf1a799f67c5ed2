//go:build cgo

package extract

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2"

	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// hostileCodes are codes that SQL, patterns and CSV have their own ideas about.
var hostileCodes = []string{"it's", `a"b`, "x;DROP TABLE patients;--", "naïve☃", "new\nline", "%", "_", `\`, "$1", "?", "{0}", "\u202e"}

func hostileStudy() *study.Definition {
	list := &study.Codelist{System: "ctv3", Codes: hostileCodes}
	find := func(name, returning string, kind study.Type) study.Variable {
		return study.Variable{
			Name: name, Function: "with_these_clinical_events", Returning: returning, Type: kind, DateFormat: study.Day,
			Codelists: map[string]*study.Codelist{"codelist": list}, Arguments: map[string]any{},
		}
	}
	return &study.Definition{Name: "study_definition", File: "study_definition.py", Population: "population", Variables: []study.Variable{
		{Name: "population", Function: "all", Type: study.Bool, Hidden: true}, find("n", "number_of_matches_in_period", study.Int), find("d", "date", study.Date),
	}}
}

// hostileTables writes a folder of tables: five patients, three of whom have an
// event with each code. The SQL for the events may be another one.
func hostileTables(t *testing.T, dir, events string) {
	t.Helper()
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer connector.Close() //nolint:errcheck // it holds nothing
	conn, err := connector.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := &duckDB{conn: conn}
	defer conn.Close() //nolint:errcheck // it holds nothing
	if events == "" {
		var codes []string
		for _, code := range append([]string{"other"}, hostileCodes...) {
			codes = append(codes, "("+literal(code)+")")
		}
		events = "SELECT i AS patient_id, DATE '2020-01-01' AS date, code AS ctv3_code FROM range(3) t(i), (VALUES " + strings.Join(codes, ", ") + ") c(code)"
	}
	for _, sql := range []string{
		"COPY (SELECT i AS patient_id FROM range(5) t(i)) TO " + literal(filepath.Join(dir, "patients.parquet")),
		"COPY (" + events + ") TO " + literal(filepath.Join(dir, "clinical_events.parquet")),
		"ATTACH " + literal(filepath.Join(dir, "all.duckdb")),
		"CREATE TABLE \"all\".events AS " + events,
		`CREATE VIEW "all".clinical_events AS SELECT * FROM "all".events`,
		`CREATE TABLE "all".patients AS SELECT i AS patient_id FROM range(5) t(i)`,
		`DETACH "all"`,
	} {
		if err := e.exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// Codes are values and never SQL.
func TestHostileCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hostileTables(t, dir, "")
	for _, url := range []string{"duckdb:" + dir, "duckdb:" + filepath.Join(dir, "all.duckdb")} {
		out := filepath.Join(t.TempDir(), "out.csv")
		if _, err := Write(t.Context(), hostileStudy(), out, Options{URL: url, Format: cohort.CSV, Threads: 1}); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		want := "patient_id,n,d\n0,12,2020-01-01\n1,12,2020-01-01\n2,12,2020-01-01\n3,0,\n4,0,\n"
		if string(got) != want {
			t.Errorf("%s: got\n%s", url, got)
		}
	}
}

// What is wrong with a database is one line that says what to do, and no output
// is touched.
func TestHostileDatabases(t *testing.T) {
	t.Parallel()
	events := "clinical_events.parquet"
	damage := func(change func([]byte) []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			data, err := os.ReadFile(filepath.Join(dir, events))
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, events), change(data))
		}
	}
	csv := func(text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, events)); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "clinical_events.csv"), []byte(text))
		}
	}
	for name, c := range map[string]struct {
		events string
		change func(t *testing.T, dir string)
		within string // path of the database in the folder
		want   string
	}{
		"column missing":       {events: "SELECT 1 AS patient_id, 'x' AS ctv3_code", want: "needs column date of table clinical_events, not found in "},
		"another type":         {events: "SELECT 1 AS patient_id, DATE '2020-01-01' AS date, 5.5::DOUBLE AS ctv3_code", want: "needs column ctv3_code of table clinical_events to hold text, but in "},
		"a list":               {events: "SELECT 1 AS patient_id, DATE '2020-01-01' AS date, ['a'] AS ctv3_code", want: "needs column ctv3_code of table clinical_events to hold text, but in "},
		"junk for dates":       {events: "SELECT 1 AS patient_id, '31/12/2020' AS date, 'x' AS ctv3_code", want: ": table clinical_events: column date, of type VARCHAR, holds a value that is not a date (YYYY-MM-DD)"},
		"no such day":          {events: "SELECT 1 AS patient_id, '2021-02-29' AS date, 'x' AS ctv3_code", want: "holds a value that is not a date"},
		"junk for ids":         {events: "SELECT 'p1' AS patient_id, '2021-02-28' AS date, 'x' AS ctv3_code", want: "column patient_id, of type VARCHAR, holds a value that is not a whole number"},
		"cut short":            {change: damage(func(b []byte) []byte { return b[:len(b)/2] }), want: "table clinical_events: "},
		"empty file":           {change: damage(func([]byte) []byte { return nil }), want: "a Parquet file is damaged: it does not end as one; make it again"},
		"bytes changed":        {change: damage(func(b []byte) []byte { return append(append(b[:10:10], bytes.Repeat([]byte{0xff}, 50)...), b[60:]...) }), want: "a Parquet file is damaged; make it again"},
		"quote not closed":     {change: csv("patient_id,date,ctv3_code\n1,2020-01-01,\"secret\n2,2020\n"), want: "clinical_events.csv: line 2 cannot be read: a quote is not closed"},
		"fields missing":       {change: csv("patient_id,date,ctv3_code\n1,secret\n"), want: "clinical_events.csv: line 2 cannot be read: it has not as many fields as the header"},
		"fields too many":      {change: csv("patient_id,date,ctv3_code\n1,2020-01-01,secret,c\n"), want: "line 2 cannot be read: it has not as many fields as the header"},
		"not UTF-8":            {change: csv("patient_id,date,ctv3_code\n1,2020-01-01,secret\xff\n"), want: "line 2 cannot be read: it is not UTF-8"},
		"a header twice":       {change: csv("patient_id,date,date,ctv3_code\n"), want: "clinical_events.csv: the header names column 3 \"date\", which is empty or there twice"},
		"an empty CSV":         {change: csv(""), want: "clinical_events.csv: is empty; it needs a header line"},
		"a table missing":      {change: func(t *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, events)) }, want: "needs table clinical_events, not found in "},
		"a table, not a base":  {within: "patients.parquet", want: "patients.parquet: is a table and no DuckDB file; give the folder that it lies in"},
		"no base at all":       {within: "note.txt", change: func(t *testing.T, dir string) { put(t, filepath.Join(dir, "note.txt"), []byte("a note, no base")) }, want: "note.txt: is no DuckDB file; give a folder of tables, or a DuckDB file"},
		"nothing there":        {within: "nowhere", want: "nowhere: there is no such folder or file"},
		"a base cut short":     {within: "cut.duckdb", change: cutBase(9000), want: "cut.duckdb: cannot open: a file is damaged: it ends too early; make it again"},
		"a base of its header": {within: "cut.duckdb", change: cutBase(5), want: "cut.duckdb: is no DuckDB file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			hostileTables(t, dir, c.events)
			if c.change != nil {
				c.change(t, dir)
			}
			out := filepath.Join(t.TempDir(), "out.csv")
			put(t, out, []byte("old"))
			_, err := Write(t.Context(), hostileStudy(), out, Options{URL: "duckdb:" + filepath.Join(dir, c.within), Format: cohort.CSV, Threads: 1})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v", err)
			}
			if status := exit.Status(err); status != exit.Failed {
				t.Errorf("status %d", status)
			}
			if data, err := os.ReadFile(out); err != nil || string(data) != "old" {
				t.Errorf("the output was touched: %q, %v", data, err)
			}
		})
	}
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func cutBase(size int) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		data, err := os.ReadFile(filepath.Join(dir, "all.duckdb"))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, "cut.duckdb"), data[:size])
	}
}

func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hostileTables(t, dir, "")
	for limit, status := range map[string]int{
		"4GB": 0, "512 MiB": 0, "2gib": 0, "1.5GB": 0, "10": exit.Usage, "-1GB": exit.Usage, "0GB": exit.Usage, "1GB; DROP": exit.Usage, "much": exit.Usage,
	} {
		_, err := Write(t.Context(), hostileStudy(), filepath.Join(t.TempDir(), "out.csv"), Options{URL: "duckdb:" + dir, Format: cohort.CSV, Threads: 1, MemoryLimit: limit})
		if got := exit.Status(err); got != status {
			t.Errorf("%s: status %d: %v", limit, got, err)
		}
	}
}

// What DuckDB says when files are locked, too new, or there is no room; these
// are its words.
func TestDuckDBFaults(t *testing.T) {
	t.Parallel()
	e := &duckDB{path: "base"}
	for says, want := range map[string]string{
		"IO Error: Could not set lock on file \"/a/b\": Conflicting lock is held in /usr/bin/python3 (PID 1). See also https://…":                                            "base: cannot open: another program has the DuckDB file open; end it, or give a copy of the file",
		"Serialization Error: … The database file was created with DuckDB version v2 … newer version of DuckDB":                                                              "base: cannot open: the file was written by a newer DuckDB than the one in this program; export its tables as Parquet, and give their folder",
		"Out of Memory Error: could not allocate block of size 256.0 KiB (19.0 MiB/19.0 MiB used)\nmore":                                                                     "base: cannot open: DuckDB ran out of memory; allow it more with --memory-limit",
		"Out of Memory Error: failed to offload data block of size 256.0 KiB … This limit was set by the 'max_temp_directory_size' setting.":                                 "base: cannot open: there is no space left in the folder for temporary files; set TMPDIR to one with more",
		"Invalid Input Error: Failed to read file \"b\": schema mismatch in glob: column \"x\" was read from the original file \"a\", but could not be found in file \"b\".": "base: cannot open: the Parquet files of a table do not all have the same columns; give a folder whose files do",
		"Conversion Error: Could not convert string 'secret' to INT64\nLINE 1":                                                                                               "base: DuckDB cannot open: Conversion Error: Could not convert string … to INT64",
		"Out of Range Error: Overflow in multiplication of INT64 (9223 * -17)!":                                                                                              "base: DuckDB cannot open: Out of Range Error: Overflow in multiplication of INT64 (… * …)!",
		"Conversion Error: Type DOUBLE with value -1.5e+300 can't be cast because the value is out of range for INT32":                                                       "base: DuckDB cannot open: Conversion Error: Type DOUBLE with value … can't be cast because the value is out of range for INT32",
	} {
		if got := e.fault("open", errors.New(says)); got.Error() != want {
			t.Errorf("%v", got)
		}
	}
}
