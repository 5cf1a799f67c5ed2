package dummydata_test

import (
	"strings"
	"testing"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

func year2020(incidence float64) *study.Expectations {
	return expect(study.Uniform, incidence, "2020-01-01", "2020-12-31")
}

// A date that must be early for some and late for others keeps its rows, and
// so do they: the one that has no room where another is goes elsewhere.
func TestDatesThatPullApart(t *testing.T) {
	t.Parallel()
	test := event("test", year2020(1), study.Period{})
	before := event("before", year2020(0.3), study.Period{To: daysAfter("test", -200)})
	after := event("after", year2020(0.4), study.Period{From: daysAfter("test", 200)})
	after2 := event("after_2", year2020(0.3), study.Period{From: daysAfter("after", 30)})
	f := draw(t, studyOf(test, before, after, after2), dummydata.Options{Patients: 10_000})
	for name, want := range map[string]int{"test": 10_000, "before": 3000, "after": 4000, "after_2": 3000} {
		if got := f.filled(name); got != want {
			t.Errorf("%s has %d dates, want %d", name, got, want)
		}
	}
	for row := range f.rows {
		d, _ := f.values["test"][row].(int)
		if b, ok := f.values["before"][row].(int); ok && b > d-200 {
			t.Fatalf("row %d: before is not 200 days before", row)
		}
		if a, ok := f.values["after"][row].(int); ok && a < d+200 {
			t.Fatalf("row %d: after is not 200 days after", row)
		}
	}
	if len(f.report.Notes) > 0 {
		t.Errorf("notes %v, want none", f.report.Notes)
	}
}

// Dates on or before another that come too late for it are told of, and cost
// it nothing.
func TestImpossibleBefore(t *testing.T) {
	t.Parallel()
	test := event("test", year2020(1), study.Period{})
	late := event("late", expect(study.Uniform, 0.5, "2021-02-01", "2021-03-01"), study.Period{To: daysAfter("test", 0)})
	around := event("around", year2020(0.5), study.Period{From: daysAfter("test", 5), To: daysAfter("test", 3)})
	f := draw(t, studyOf(test, late, around), dummydata.Options{Patients: 1000})
	for name, want := range map[string]int{"test": 1000, "late": 0, "around": 0} {
		if got := f.filled(name); got != want {
			t.Errorf("%s has %d dates, want %d", name, got, want)
		}
	}
	if n := f.report.Notes; len(n) != 2 || !strings.Contains(n[0].Text, `empty: on or before "test + 0 days" leaves no day`) {
		t.Errorf("notes %v, want one for each that is empty", n)
	}
	for _, o := range f.report.Variables {
		if o.Variable == "late" && o.Asked != 500 {
			t.Errorf("late was asked %d times, want 500", o.Asked)
		}
	}
}

// A value keeps its incidence where its date cannot be as expected: the limits
// of the record hold, the expected dates give way.
func TestDateOfRecordOutsideOfExpected(t *testing.T) {
	t.Parallel()
	test := event("test", year2020(0.8), study.Period{})
	for _, period := range []study.Period{
		{To: on("2019-06-01")}, {From: on("2021-03-01")}, {To: daysAfter("test", -400)}, {From: daysAfter("test", 400)},
	} {
		asthma := flag("asthma", 0.5)
		asthma.Between = period
		day := study.Variable{Name: "asthma_date", Function: "date_of", Source: "asthma", Type: study.Date, DateFormat: study.Day, Expectations: asthma.Expectations}
		f := draw(t, studyOf(test, asthma, day), dummydata.Options{Patients: 1000})
		if a, d := f.filled("asthma"), f.filled("asthma_date"); a != 500 || d != 500 {
			t.Errorf("%v: %d values and %d dates, want 500", period, a, d)
		}
		if len(f.report.Notes) != 1 {
			t.Errorf("%v: notes %v, want one", period, f.report.Notes)
		}
		for row := range f.rows {
			d, ok := f.values["asthma_date"][row].(int)
			if !ok {
				continue
			}
			anchor, _ := f.values["test"][row].(int)
			for _, end := range []struct {
				limit *study.DateExpression
				sign  int
			}{{period.From, 1}, {period.To, -1}} {
				if end.limit == nil {
					continue
				}
				limit := anchor + end.limit.Offset
				if end.limit.Variable == "" {
					limit = dayNumber(end.limit.Text)
				} else if anchor == 0 {
					t.Fatalf("row %d: a date without its anchor", row)
				}
				if end.sign*(d-limit) < 0 {
					t.Fatalf("row %d: the date is not %s", row, end.limit.Text)
				}
			}
		}
	}
}

// Deaths that another date limits come last too, agree, and take what stands on
// them along.
func TestLimitedDeathsLast(t *testing.T) {
	t.Parallel()
	vaccine := event("vaccine", year2020(0.8), study.Period{})
	admitted := event("admitted", year2020(0.7), study.Period{})
	death := func(name, returning string, typ study.Type, incidence float64) study.Variable {
		v := study.Variable{
			Name: name, Function: "died_from_any_cause", Returning: returning, Type: typ,
			Between: study.Period{From: daysAfter("vaccine", 14)}, Expectations: year2020(incidence),
		}
		if typ == study.Date {
			v.DateFormat = study.Day
		}
		return v
	}
	died, covid := death("died", "date_of_death", study.Date, 0.3), death("died_covid", "date_of_death", study.Date, 0.2)
	covid.Function = "with_these_codes_on_death_certificate"
	again := study.Variable{Name: "died_date", Function: "date_of", Source: "died", Type: study.Date, DateFormat: study.Day, Expectations: died.Expectations}
	first := study.Variable{Name: "first", Function: "minimum_of", Type: study.Date, DateFormat: study.Day, Inputs: []string{"died", "admitted"}}
	last := event("last_seen", year2020(0.1), study.Period{To: daysAfter("died", 0)})
	f := draw(t, studyOf(vaccine, died, covid, death("dead", "binary_flag", study.Bool, 0.25), again, first, last, admitted), dummydata.Options{Patients: 10_000})
	for name, want := range map[string]int{"vaccine": 8001, "admitted": 7000, "died": 3000, "died_covid": 2000, "dead": 2500, "last_seen": 1000} {
		if got := f.filled(name); got != want {
			t.Errorf("%s has %d values, want %d", name, got, want)
		}
	}
	for row := range f.rows {
		d, dead := f.values["died"][row].(int)
		if c, ok := f.values["died_covid"][row].(int); ok && c != d {
			t.Fatalf("row %d: two days of death", row)
		}
		if f.values["dead"][row] == true && !dead {
			t.Fatalf("row %d: dead without a date", row)
		}
		if f.values["died_date"][row] != f.values["died"][row] {
			t.Fatalf("row %d: died_date is another", row)
		}
		if !dead {
			continue
		}
		if v, ok := f.values["vaccine"][row].(int); !ok || d < v+14 {
			t.Fatalf("row %d: the death is not 14 days after the vaccine", row)
		}
		if a, ok := f.values["admitted"][row].(int); ok && a > d {
			t.Fatalf("row %d: admitted after death", row)
		}
		if l, ok := f.values["last_seen"][row].(int); ok && l > d {
			t.Fatalf("row %d: seen after death", row)
		}
		if f.values["first"][row].(int) > d {
			t.Fatalf("row %d: the first of two dates is after one of them", row)
		}
	}
}
