package dummyfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// One column of each type, as CSV: which cells fit it. A cell is judged with
// the whole column, here alone.
func TestCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind    study.Type
		format  study.DateFormat
		fit, no string // cells, apart by blanks
	}{
		{study.Bool, "", "1 0 1.0 True False NA", "2 yes -1 x"},
		{study.Int, "", "1 0 -3 1.5 True NaN", "x 1x"},
		{study.Float, "", "1 0.5 1e3 NA", "x 1,5"},
		{study.Date, study.Year, "2020 2020.0 0", "20 2020-01 x"},
		{study.Date, study.Month, "2020-03", "2020-03-01 2020 x"},
		{study.Date, study.Day, "2020-03-01 2020-1-2", "2020-03 01/02/2020 2020-02-30"},
		{study.String, "", "x 1 2020-01-01", ""},
	} {
		for fits, cells := range map[bool]string{true: c.fit, false: c.no} {
			for _, cell := range strings.Fields(cells) {
				path := filepath.Join(t.TempDir(), "d.csv")
				if err := os.WriteFile(path, []byte("patient_id,v\n1,\""+cell+"\"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				definition := &study.Definition{Variables: []study.Variable{{Name: "v", Type: c.kind, DateFormat: c.format}}}
				if err := Check(definition, path, cohort.CSV); (err == nil) != fits {
					t.Errorf("%s %s: %q: got %v", c.kind, c.format, cell, err)
				}
			}
		}
	}
}

// patient_id is a whole number in every row.
func TestPatientID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "x", "1.5"} {
		path := filepath.Join(t.TempDir(), "d.csv")
		if err := os.WriteFile(path, []byte("patient_id\n1\n\""+id+"\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Check(&study.Definition{}, path, cohort.CSV)
		if err == nil || !strings.Contains(err.Error(), "for patient_id in row 3") {
			t.Errorf("%q: got %v", id, err)
		}
	}
}
