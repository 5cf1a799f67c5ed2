//go:build cgo

package tables_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/dummydata"
	"cohortcounts/dummydata/tables"
	"cohortcounts/extract"
	"cohortcounts/study"
)

// T2: the study, extracted from the tables, is the dummy cohort, row by row.
func TestExtractedCohortIsTheDrawnOne(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		project string
		differ  []string // columns that a note tells of
	}{
		{project: "../../examples/primary-care-covid-codes"},
		{project: "testdata/project", differ: []string{"hip_home"}},
	} {
		t.Run(filepath.Base(test.project), func(t *testing.T) {
			t.Parallel()
			def := load(t, test.project, "study_definition")
			dir := t.TempDir()
			const patients = 1500
			report, err := tables.Write(t.Context(), def, filepath.Join(dir, "tables"), tables.Options{Patients: patients, Seed: 3, NoiseEvents: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range test.differ {
				if !slices.ContainsFunc(report.Notes, func(n dummydata.Note) bool { return n.Variable == name }) {
					t.Errorf("no note tells that %s differs", name)
				}
			}
			drawn := filepath.Join(dir, "drawn.csv")
			if _, err := dummydata.Write(t.Context(), def, drawn, dummydata.Options{Patients: patients, Seed: 3, Format: cohort.CSV}); err != nil {
				t.Fatal(err)
			}
			extracted := filepath.Join(dir, "extracted.csv")
			url := "duckdb:" + filepath.Join(dir, "tables")
			if _, err := extract.Write(t.Context(), def, extracted, extract.Options{URL: url, Format: cohort.CSV, TempDir: dir, Threads: 1}); err != nil {
				t.Fatal(err)
			}
			compare(t, def, readCohort(t, drawn), readCohort(t, extracted), test.differ)
		})
	}
}

// compare tells of each column in which two cohorts differ. Empty values are
// written in another way in a dummy cohort, and floats with other digits.
func compare(t *testing.T, def *study.Definition, drawn, extracted map[string]map[string]string, differ []string) {
	t.Helper()
	if len(drawn) != len(extracted) {
		t.Errorf("%d patients were extracted, %d drawn", len(extracted), len(drawn))
	}
	for i := range def.Variables {
		v := &def.Variables[i]
		if v.Hidden || v.Name == def.Population || slices.Contains(differ, v.Name) {
			continue
		}
		bad, example := 0, ""
		for id, row := range drawn {
			want, got := normal(row[v.Name]), normal(extracted[id][v.Name])
			if want != got {
				bad++
				example = fmt.Sprintf("%q drawn, %q extracted", want, got)
			}
		}
		if bad > 0 {
			t.Errorf("%s differs in %d rows: %s", v.Name, bad, example)
		}
	}
}

func normal(text string) string {
	switch text {
	case "0", "0.0", "-1":
		return ""
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && strings.Contains(text, ".") {
		return strconv.FormatFloat(x, 'g', 12, 64)
	}
	return text
}

// readCohort reads a CSV cohort: patient_id, then column.
func readCohort(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	id := slices.Index(lines[0], "patient_id")
	rows := map[string]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows[line[id]] = row
	}
	return rows
}
