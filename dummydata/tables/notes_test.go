package tables_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/dummydata/tables"
)

// T4: what cannot be had is told.
func TestNotes(t *testing.T) {
	t.Parallel()
	const head = `
from cohortextractor import StudyDefinition, codelist, patients
a = codelist(["A1...", "A2..."], system="ctv3")
ab = codelist(["A1...", "A2...", "B1..."], system="ctv3")
typed = codelist([("C1...", "1"), ("C2...", "2")], system="ctv3")
def labels(*l): return {"incidence": 0.5, "category": {"ratios": {x: 1/len(l) for x in l}}}
study = StudyDefinition(
    index_date="2020-02-01",
    default_expectations={"date": {"earliest": "2020-02-01", "latest": "2021-01-31"}, "rate": "uniform", "incidence": 0.5},
    population=patients.all(),
`
	for _, test := range []struct {
		name, columns, variable, text string
	}{
		{"lists that overlap", `x=patients.with_these_clinical_events(a), y=patients.with_these_clinical_events(ab),`, "y", "finds the records of x too"},
		{"codes that the fewest look for", `x=patients.with_these_clinical_events(codelist(["A1...", "A2..."], system="ctv3"), on_or_after="2020-02-01"), y=patients.with_these_clinical_events(codelist(["A1...", "D1..."], system="ctv3"), on_or_after="2020-02-01"), z=patients.with_these_clinical_events(codelist(["A1...", "A2...", "E1..."], system="ctv3"), on_or_after="2020-02-01"),`, "y", ""},
		{"codes of other times", `x=patients.with_these_clinical_events(a, between=["2020-02-01", "2020-06-30"]), y=patients.with_these_clinical_events(codelist(["A1..."], system="ctv3"), between=["2020-02-01", "2020-06-30"]), z=patients.with_these_clinical_events(codelist(["A2...", "F1..."], system="ctv3"), on_or_after="2020-07-01"),`, "y", ""},
		{"no home without a label", `x=patients.care_home_status_as_of("2020-02-01", categorised_as={"home": "IsPotentialCareHome", "none": "NOT IsPotentialCareHome", "": "DEFAULT"}, return_expectations={"rate": "universal", "category": {"ratios": {"home": 0.3, "none": 0.6, "": 0.1}}}),`, "x", "no address is without a label"},
		{"own codes are preferred", `x=patients.with_these_clinical_events(a), y=patients.with_these_clinical_events(ab),`, "x", ""},
		{"periods apart", `x=patients.with_these_clinical_events(a, on_or_before="2020-06-30"), y=patients.with_these_clinical_events(a, on_or_after="2020-07-01"),`, "x", ""},
		{"same records", `x=patients.with_these_clinical_events(a), y=patients.with_these_clinical_events(a, returning="date", date_format="YYYY-MM-DD"),`, "x", "follows from y"},
		{"a code of no list", `x=patients.with_these_clinical_events(a, returning="code", return_expectations=labels("A1...", "Z9...")),`, "x", `the label "Z9..." cannot come from clinical_events`},
		{"a label of no number", `x=patients.address_as_of("2020-02-01", returning="index_of_multiple_deprivation", round_to_nearest=100, return_expectations=labels("poor", "100")),`, "x", `the label "poor" cannot be held by imd_rounded`},
		{"no table", `x=patients.admitted_to_icu(returning="binary_flag"),`, "x", "no records are made for admitted_to_icu"},
		{"two underlying causes", `x=patients.with_these_codes_on_death_certificate(codelist(["U071"], system="icd10"), match_only_underlying_cause=True), y=patients.with_these_codes_on_death_certificate(codelist(["I21"], system="icd10"), match_only_underlying_cause=True),`, "x", "a certificate has one underlying cause"},
		{"any row", `x=patients.admitted_to_hospital(returning="binary_flag"),`, "x", "takes any row of apcs"},
		{"children have no index", `x=patients.most_recent_bmi(on_or_after="2020-02-01", return_expectations={"float": {"distribution": "normal", "mean": 25, "stddev": 3}, "incidence": 1}), age=patients.age_as_of("2020-02-01", return_expectations={"rate": "universal", "int": {"distribution": "population_ages"}}),`, "x", "patients have another value than was drawn"},
		{"no expectations", `x=patients.satisfying("y", y=patients.with_these_clinical_events(typed, returning="category")),`, "y", "has no expectations to draw records from"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, folder := range []string{"analysis", "codelists"} {
				mustMkdir(t, filepath.Join(dir, folder))
			}
			text := head + "    " + test.columns + "\n)\n"
			if err := os.WriteFile(filepath.Join(dir, "analysis", "study_definition.py"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := tables.Write(t.Context(), load(t, dir, "study_definition"), filepath.Join(dir, "tables"), tables.Options{Patients: 300, Seed: 1, NoiseEvents: -1})
			if err != nil {
				t.Fatal(err)
			}
			var notes []string
			for _, n := range report.Notes {
				if n.Variable == test.variable {
					notes = append(notes, n.Text)
				}
			}
			got := strings.Join(notes, "\n")
			if test.text == "" && got != "" || !strings.Contains(got, test.text) {
				t.Errorf("%s has the notes %q, want %q", test.variable, got, test.text)
			}
		})
	}
}
