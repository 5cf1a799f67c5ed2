package study

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const yamlStudy = `
    sex=patients.sex(return_expectations=sexes),
    bmi=patients.most_recent_bmi(on_or_after="index_date - 1 year", include_measurement_date=True, include_month=True, return_expectations=level),
    seen=patients.with_these_clinical_events(codes, **day, between=["index_date", "today"]),
    worst=patients.with_these_clinical_events(graded, returning="category", on_or_after="seen + 1 day", return_expectations={"category": {"ratios": {"mild": 1}}}),
    drug=patients.with_these_medications(codes, ignore_days_where_these_clinical_codes_occur=read, return_first_date_in_period=True, include_day=True),
    group=patients.categorised_as({"x": "sex = 'M' AND old", "y": "DEFAULT"}, old=patients.satisfying("bmi > 30"), return_expectations={"category": {"ratios": {"x": 1}}}),
    last=patients.maximum_of("seen", "2020-01-01"),
    worst_month=patients.date_of("worst", date_format="YYYY-MM"),
    hospital=patients.admitted_to_hospital(with_these_diagnoses=icd, with_admission_method=["21", "2A"]),
    tested=patients.with_vaccination_record(tpp={"target_disease_matches": "INFLUENZA"}, emis={}),
    odd=patients.categorised_as({"yes": "sex = 'F'", "1": "DEFAULT"}, return_expectations={"category": {"ratios": {"yes": 0.5, "1": 0.5}}, "incidence": 1}),
    code=patients.with_these_clinical_events(codes, returning="code", return_expectations={"category": {"ratios": {"['1', '2'] " * 150: 1}}}),`

// A study that is written as YAML and read back is the same study.
func TestYAML(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{"analysis/x": ""})
	original, err := load(t, yamlStudy, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	recording := recordingOf(t, yamlStudy)
	if err := recording.WriteYAML(&text, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if len(line) > 1024 && !strings.HasPrefix(strings.TrimSpace(line), "? ") {
			t.Errorf("a key too long for YAML: %.60s…", line)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "analysis", "study_definition.yaml"), text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	back, err := Load(t.Context(), root, "study_definition", Options{Today: day("2021-06-30")})
	if err != nil {
		t.Fatalf("%v\n%s", err, &text)
	}
	// What a variable is written with is not part of it; nor is the spelling
	// of a static date, which YAML holds evaluated.
	ignore := cmp.Options{
		cmpopts.IgnoreTypes(Position{}), cmpopts.IgnoreFields(Variable{}, "Owner"), cmpopts.IgnoreFields(Definition{}, "File"),
		cmpopts.IgnoreFields(Codelist{}, "File"), cmpopts.EquateEmpty(),
		cmp.FilterPath(func(p cmp.Path) bool { return strings.HasSuffix(p.String(), "Text") }, cmp.Ignore()),
		// satisfying comes back as categories 1 and 0.
		cmp.FilterPath(func(p cmp.Path) bool {
			return strings.HasSuffix(p.String(), "Function") || strings.HasSuffix(p.String(), "Label")
		}, cmp.Ignore()),
	}
	if diff := cmp.Diff(original, back, ignore); diff != "" {
		t.Errorf("%s\n%s", diff, &text)
	}
}

// recordingOf is what load evaluates, before it has a meaning.
func recordingOf(t *testing.T, columns string) *Recording {
	t.Helper()
	var kept *Recording
	root := studyProject(t, columns)
	kept, err := Record(t.Context(), root, "study_definition", Options{Today: day("2021-06-30")})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// The original sorts variables by name; they are put in order again. Its tags
// and anchors are understood.
func TestOriginalYAML(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{"analysis/study_definition.yaml": `covariate_definitions:
  a_date:
    args: {column_type: date, date_format: YYYY-MM-DD, return_expectations: null, returning: date, source: b}
    type: value_from
  b:
    args:
      between: !!python/tuple
      - '2020-01-01'
      - null
      codelist: &id001 !!python/object/new:cohortextractor.codelistlib.Codelist
        listitems:
        - !!python/tuple
          - '1'
          - mild
        state:
          has_categories: true
          system: snomed
      column_type: bool
      include_date_of_match: true
      return_expectations: {date: {earliest: '2020-01-01', latest: '2021-01-01'}, incidence: 0.5}
      returning: binary_flag
    type: with_these_clinical_events
  population:
    args: {column_type: bool}
    type: all
  z:
    args: {codelist: *id001, column_type: bool, return_expectations: {date: {earliest: '2020-01-01', latest: '2021-01-01'}, incidence: 0.5}, returning: binary_flag}
    type: with_these_medications
hidden_columns:
- z
`})
	got, err := Load(t.Context(), root, "study_definition", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("b bool\na_date date YYYY-MM-DD\nz bool hidden\npopulation bool hidden", columnsOf(got)); diff != "" {
		t.Error(diff)
	}
	if list := got.Variables[0].Codelists["codelist"]; list == nil || list.Codes[0] != "1" || list.Categories[0] != "mild" || list != got.Variables[2].Codelists["codelist"] {
		t.Errorf("codelist: %+v", list)
	}
}

func TestYAMLFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                "has no covariate_definitions",
		"a: [":            "cannot be read as YAML",
		"a: 1\n---\nb: 1": "one YAML document",
		"covariate_definitions:\n  a:\n    type: sx\n    args: {}\n  population:\n    type: all\n    args: {}\n": `analysis/study_definition.yaml:2:3: a: patients has no function "sx"`,
		"covariate_definitions: *x\n": "anchor",
	} {
		root := project(t, map[string]string{"analysis/study_definition.yaml": text})
		_, err := Load(t.Context(), root, "study_definition", Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// No text makes the reader panic, and what it accepts has a meaning or faults.
func FuzzReadYAML(f *testing.F) {
	f.Add("covariate_definitions:\n  a:\n    type: sex\n    args: {}\n  population:\n    type: all\n    args: {}\n")
	f.Add("covariate_definitions: {a: {type: value_from, args: {source: a}}}\nhidden_columns: [a]\n")
	f.Add("a: &x [*x]\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "s.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r := &Recording{name: "s", file: "s.yaml", options: Options{Today: day("2021-06-30")}}
		if r.readYAML(path) == nil {
			definition, err := r.Define(time.Time{})
			if (definition == nil) == (err == nil) {
				t.Errorf("%q: %v, %v", text, definition, err)
			}
		}
	})
}
