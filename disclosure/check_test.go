package disclosure

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckFile(t *testing.T) {
	t.Parallel()
	rows := func(n int) string { return "a\n" + strings.Repeat("5\n", n) }
	for _, c := range []struct {
		name, file, text string
		refused          string // a part of what is said; empty: nothing is
	}{
		{"a table", "a.csv", "week,n\n2020-02-02,5.0\n", ""},
		{"patient_id", "a.csv", "Patient ID,n\n1,5\n", "has a column \"Patient ID\""},
		{"5,000 rows", "a.csv", rows(5000), ""},
		{"5,001 rows", "a.csv", rows(5001), "has 5001 rows; at most 5000"},
		{"16 MiB", "a.txt", strings.Repeat("x", MaxReleaseBytes), ""},
		{"more than 16 MiB", "a.txt", strings.Repeat("x", MaxReleaseBytes+1), "at most 16777216 (16 MiB)"},
		{"feather", "a.csv", "ARROW1\x00\x00", "is a feather file"},
		{"Parquet", "a.txt", "PAR1", "is a Parquet file"},
		{"gzip", "a.csv.gz", "\x1f\x8b\x08", "is compressed"},
		{"empty", "a.csv", "", "is empty"},
		{"patient_id in other letters", "a.csv", "n,tpp.PATIENT-IDs\n1,5\n", "has a column \"tpp.PATIENT-IDs\""},
		{"patient_id behind a byte order mark", "a.csv", "\ufeffpatientId,n\n1,5\n", "has a column \"patientId\""},
		{"patient_id between tabs", "a.tsv", "patient_id\tn\n1\t5\n", "has a column \"patient_id\""},
		{"patient_id in JSON", "a.json", "[{\"n\": 1, \"patient_id\" : 5}]", "has a column \"patient_id\""},
		{"JSON", "a.json", "{\"patients\": 5, \"note\": \"no patient_id: left out\"}", ""},
		{"SVG", "a.svg", "<svg><title>patient_id, and more</title></svg>", ""},
		{"HTML", "a.html", "<html><body>5</body></html>", ""},
		{"not UTF-8", "a.csv", "week,caf\xe9\n2020-02-02,5.0\n", ""},
		{"zero bytes", "a.csv", "week,n\n\x00,5\n", ""},
		{"one huge line", "a.csv", strings.Repeat("x,", 1<<20) + "x\n", ""},
		{"a quote that is not closed", "a.csv", "a,b\n\"1,2\n", "a.csv:2:"},
		{"a bad row", "a.csv", "a,b\n1\n", "a.csv:2:1: wrong number of fields"},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		check, err := CheckFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(check.Refused, "\n")
		if (got == "") != (c.refused == "") || !strings.Contains(got, c.refused) {
			t.Errorf("%s: %q, want %q", c.name, got, c.refused)
		}
	}
	if _, err := CheckFile(t.TempDir()); err == nil {
		t.Error("a folder was checked")
	}
}

func TestColumnCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells    string
		kind     string
		withheld int
		missing  int
		smallest float64
		fives    float64
		midpoint float64
	}{
		{"5.0|10.0||[REDACTED]|7", "integer", 1, 1, 5, 2.0 / 3, 0},
		{"0|3|9|15", "integer", 0, 0, 0, 0.5, 1},
		{"-4|1.5", "decimal", 0, 0, -4, 0, 0},
		{"2020-02-02|2020-02-09", "date", 0, 0, 0, 0, 0},
		{"True|false|", "boolean", 0, 1, 0, 0, 0},
		{"a|5", "text", 0, 0, 5, 1, 0},
		{"|NaN|null", "empty", 0, 3, 0, 0, 0},
	} {
		var column columnCheck
		for _, cell := range strings.Split(c.cells, "|") {
			column.add(cell)
		}
		got := column.result()
		value := func(v *float64) float64 {
			if v == nil {
				return 0
			}
			return *v
		}
		if got.Type != c.kind || got.Withheld != c.withheld || got.Missing != c.missing || value(got.Smallest) != c.smallest ||
			value(got.DivisibleBy5) != c.fives || value(got.Midpoint6) != c.midpoint {
			t.Errorf("%s: %+v", c.cells, got)
		}
	}
}
