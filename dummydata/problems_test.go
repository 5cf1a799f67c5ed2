package dummydata_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/dummydata"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// All that is wrong is told at once, with the variable and its place, and the
// file stays as it was.
func TestProblems(t *testing.T) {
	t.Parallel()
	good := expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31")
	with := func(change func(e *study.Expectations)) *study.Expectations {
		e := *good
		change(&e)
		return &e
	}
	text := func(name string, e *study.Expectations) study.Variable {
		return study.Variable{Name: name, Type: study.String, Expectations: e}
	}
	number := func(name string, typ study.Type, d *study.Distribution) study.Variable {
		return study.Variable{Name: name, Type: typ, Expectations: with(func(e *study.Expectations) {
			if typ == study.Int {
				e.Int = d
			} else {
				e.Float = d
			}
		})}
	}
	cases := []struct {
		variable study.Variable
		want     string
	}{
		{event("none", nil, study.Period{}), "none: no expectations"},
		{event("incidence", expect(study.Uniform, 1.5, "2020-01-01", "2020-12-31"), study.Period{}), "incidence: the incidence 1.5 is impossible"},
		{event("negative", expect(study.Uniform, -0.5, "2020-01-01", "2020-12-31"), study.Period{}), "negative: the incidence -0.5 is impossible"},
		{flag("zero", 0), "zero: the incidence 0 is impossible"},
		{event("missing", with(func(e *study.Expectations) { e.Incidence = nil }), study.Period{}), "missing: an incidence is missing"},
		{event("rate", with(func(e *study.Expectations) { e.Rate = "linear" }), study.Period{}), `rate: unknown rate "linear"`},
		{event("universal", universal(), study.Period{}), "universal: the rate universal gives no dates"},
		{event("backwards", expect(study.Uniform, 0.5, "2021-01-01", "2020-01-01"), study.Period{}), "backwards: dates are expected from 2021-01-01 to 2020-01-01"},
		{event("far", expect(study.Uniform, 0.5, "1500-01-01", "2020-01-01"), study.Period{}), "far: the date 1500-01-01 is out of range"},
		{text("noratios", good), "noratios: category ratios are missing"},
		{text("sum", ratios(with(func(*study.Expectations) {}), "a", 0.5, "b", 0.4)), "sum: the category ratios add up to 0.9"},
		{text("share", ratios(with(func(*study.Expectations) {}), "a", 1.5, "b", -0.5)), "share: the share -0.5 of a category is impossible"},
		{number("nonumber", study.Int, nil), "nonumber: an int distribution is missing"},
		{number("distribution", study.Int, &study.Distribution{Name: "binomial"}), `distribution: unknown distribution "binomial"`},
		{number("floatages", study.Float, &study.Distribution{Name: "population_ages"}), `floatages: unknown distribution "population_ages"`},
		{number("deviation", study.Float, &study.Distribution{Name: "normal", StdDev: -1}), "deviation: the standard deviation -1 is impossible"},
		{number("mean", study.Int, &study.Distribution{Name: "poisson", Mean: -1}), "mean: the mean -1 is impossible"},
	}
	var variables []study.Variable
	for _, c := range cases {
		if c.variable.Function == "" {
			c.variable.Function = "with_these_clinical_events"
		}
		variables = append(variables, c.variable)
	}
	path := filepath.Join(t.TempDir(), "input.feather")
	if err := os.WriteFile(path, []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := dummydata.Write(t.Context(), studyOf(variables...), path, dummydata.Options{Patients: 100})
	var problems problem.List
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want a list of problems", err)
	}
	lines := strings.Split(problems.Error(), "\n")
	if len(lines) != len(cases) {
		t.Errorf("%d problems, want %d:\n%v", len(lines), len(cases), problems)
	}
	for i, c := range cases {
		found := false
		for _, line := range lines {
			found = found || strings.HasPrefix(line, "analysis/study_definition.py:") && strings.Contains(line, ":5: "+c.want)
		}
		if !found {
			t.Errorf("case %d: no line says %q", i, c.want)
		}
	}
	if data, _ := os.ReadFile(path); string(data) != "as it was" {
		t.Error("the file was touched")
	}
}

func TestPopulationSize(t *testing.T) {
	t.Parallel()
	for _, patients := range []int{0, -5} {
		_, err := dummydata.Write(t.Context(), covidStudyOf(1), filepath.Join(t.TempDir(), "x.feather"), dummydata.Options{Patients: patients})
		var problems problem.List
		if !errors.As(err, &problems) {
			t.Errorf("%d patients: got %v, want a problem", patients, err)
		}
	}
}

// Hidden variables that cannot be drawn are done without: what follows from
// them is drawn from its own expectations.
func TestHiddenWithoutExpectations(t *testing.T) {
	t.Parallel()
	hidden := flag("hidden", 0.5)
	hidden.Hidden, hidden.Expectations = true, nil
	condition := truth("hidden")
	either := study.Variable{
		Name: "either", Function: "satisfying", Type: study.Bool, Expectations: expect(study.Uniform, 0.25, "2020-01-01", "2020-12-31"),
		Categories: []study.Category{{Label: true, Condition: &condition}, {Label: false}},
	}
	if got := draw(t, studyOf(hidden, either), dummydata.Options{Patients: 1000}).filled("either"); got != 250 {
		t.Errorf("either is true in %d rows, want the 250 it expects", got)
	}
}
