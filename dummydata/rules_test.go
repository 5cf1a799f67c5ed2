package dummydata_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// D1: exactly int((1-incidence)*N) rows are empty, in doubles.
func TestExactIncidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		patients  int
		incidence float64
		filled    int
	}{
		{100, 0.9, 91}, // int(0.1 * 100) is 9: 1-0.9 is less than 0.1
		{100, 0.1, 10},
		{100, 0.29, 29},
		{100, 0.999, 100},
		{100, 0.001, 1},
		{1, 0.5, 1},
		{10_000, 1.0 / 3, 3334},
		{70_001, 0.2, 14_001},
		{200_000, 0.7, 140_000},
	} {
		e := expect(study.Uniform, c.incidence, "2020-01-01", "2020-12-31")
		e.Int = &study.Distribution{Name: "poisson", Mean: 50}
		e.Float = &study.Distribution{Name: "normal", Mean: 50, StdDev: 1}
		def := studyOf(
			event("day", e, study.Period{}), flag("flag", c.incidence),
			study.Variable{Name: "count", Type: study.Int, Expectations: e},
			study.Variable{Name: "value", Type: study.Float, Expectations: e},
			study.Variable{Name: "label", Type: study.String, Expectations: ratios(expect(study.Uniform, c.incidence, "2020-01-01", "2020-12-31"), "a", 0.5, "b", 0.5)},
		)
		for _, independent := range []bool{false, true} {
			f := draw(t, def, dummydata.Options{Patients: c.patients, Independent: independent})
			for _, name := range f.names[:5] {
				if got := f.filled(name); got != c.filled || f.rows != c.patients {
					t.Errorf("%d patients, incidence %v, independent %v: %s is filled in %d of %d rows, want %d",
						c.patients, c.incidence, independent, name, got, f.rows, c.filled)
				}
			}
		}
	}
}

// D2: every link of a chain is in its bounds, empty where the link before is,
// and has its incidence, also where there is hardly room.
func TestChains(t *testing.T) {
	t.Parallel()
	for _, rate := range []study.Rate{study.Uniform, study.ExponentialIncrease} {
		for _, latest := range []string{"2021-11-28", "2020-06-01", "2020-05-17"} { // 666, 121, 106 days; 105 are needed
			def := studyOf(chain("covid", 6, rate)...)
			for i := range def.Variables {
				def.Variables[i].Expectations.Latest = date(latest)
			}
			f := draw(t, def, dummydata.Options{Patients: 20_000})
			for i := 1; i <= 6; i++ {
				name, before := fmt.Sprintf("covid_X%d_date", i), fmt.Sprintf("covid_X%d_date", i-1)
				incidence := 1 / float64(i)
				if got, want := f.filled(name), 20_000-int((1-incidence)*20_000); got != want {
					t.Errorf("%s to %s: %s has %d dates, want %d", rate, latest, name, got, want)
				}
				for row, v := range f.values[name] {
					d, ok := v.(int)
					if !ok {
						continue
					}
					if d < dayNumber("2020-02-01") || d > dayNumber(latest) {
						t.Fatalf("%s to %s: %s lies outside of its dates", rate, latest, name)
					}
					if i > 1 {
						if p, ok := f.values[before][row].(int); !ok || d < p+21 {
							t.Fatalf("%s to %s: %s of row %d is not 21 days after %s", rate, latest, name, row, before)
						}
					}
				}
			}
			if len(f.report.Notes) > 0 {
				t.Errorf("%s to %s: notes %v, want none", rate, latest, f.report.Notes)
			}
		}
	}
}

// D1: where a chain has no room, or a link asks for more than the one before
// has, the report says so, and bounds still hold.
func TestChainsWithoutRoom(t *testing.T) {
	t.Parallel()
	def := studyOf(chain("covid", 6, study.Uniform)...)
	for i := range def.Variables {
		def.Variables[i].Expectations.Latest = date("2020-03-31") // room for three
	}
	f := draw(t, def, dummydata.Options{Patients: 1000})
	for i, want := range []int{1000, 500, 334, 0, 0, 0} {
		if got := f.filled(fmt.Sprintf("covid_X%d_date", i+1)); got != want {
			t.Errorf("link %d has %d dates, want %d", i+1, got, want)
		}
	}
	if n := len(f.report.Notes); n != 3 {
		t.Errorf("%d notes, want one for each of the three links without a day: %v", n, f.report.Notes)
	}

	few := event("first", expect(study.Uniform, 0.1, "2020-01-01", "2020-12-31"), study.Period{})
	many := event("second", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{From: daysAfter("first", 0)})
	f = draw(t, studyOf(few, many), dummydata.Options{Patients: 1000})
	if got := f.filled("second"); got != 100 {
		t.Errorf("second has %d dates, want 100, those of first", got)
	}
	if len(f.report.Notes) != 1 || f.report.Notes[0].Variable != "second" {
		t.Errorf("notes %v, want one for second", f.report.Notes)
	}
}

// D2: limits of all kinds: months, first days, both sides, two variables.
func TestBounds(t *testing.T) {
	t.Parallel()
	year := func(incidence float64) *study.Expectations {
		return expect(study.Uniform, incidence, "2020-01-01", "2020-12-31")
	}
	dynamic := func(variable, function string, offset int, unit study.Unit) *study.DateExpression {
		return &study.DateExpression{Variable: variable, Function: function, Offset: offset, Unit: unit}
	}
	window := event("window", year(0.4), study.Period{From: on("2020-05-10"), To: on("2020-06-20")})
	month := event("month", year(0.3), study.Period{From: dynamic("window", "", 2, study.Months)})
	school := event("school", year(0.3), study.Period{From: dynamic("window", "first_day_of_school_year", 0, ""), To: dynamic("window", "last_day_of_school_year", 0, "")})
	before := event("before", year(0.25), study.Period{To: daysAfter("window", -30)})
	around := event("around", year(0.2), study.Period{From: daysAfter("window", -3), To: daysAfter("window", 3)})
	other := event("other", year(0.9), study.Period{})
	between := event("between", year(0.1), study.Period{From: daysAfter("window", 0), To: daysAfter("other", 0)})
	inside := flag("inside", 0.2)
	inside.Between = study.Period{From: daysAfter("window", 0), To: on("2020-12-31")}
	f := draw(t, studyOf(window, month, school, before, around, other, between, inside), dummydata.Options{Patients: 20_000})
	for name, incidence := range map[string]float64{"window": 0.4, "month": 0.3, "school": 0.3, "before": 0.25, "around": 0.2, "other": 0.9, "between": 0.1, "inside": 0.2} {
		if got, want := f.filled(name), 20_000-int((1-incidence)*20_000); got != want {
			t.Errorf("%s has %d values, want %d", name, got, want)
		}
	}
	for row := range f.rows {
		w, hasWindow := f.values["window"][row].(int)
		o, hasOther := f.values["other"][row].(int)
		check := func(name string, holds func(d int) bool) {
			if d, ok := f.values[name][row].(int); ok && (!hasWindow || !holds(d)) {
				t.Fatalf("row %d: %s is out of bounds", row, name)
			}
		}
		check("window", func(d int) bool { return d >= dayNumber("2020-05-10") && d <= dayNumber("2020-06-20") })
		check("month", func(d int) bool { return d >= int(date1970(w).AddDate(0, 2, 0).Unix()/86400) })
		check("school", func(d int) bool { return d <= dayNumber("2020-08-31") })
		check("before", func(d int) bool { return d <= w-30 })
		check("around", func(d int) bool { return d >= w-3 && d <= w+3 })
		check("between", func(d int) bool { return hasOther && d >= w && d <= o })
		if f.values["inside"][row] == true && !hasWindow {
			t.Fatalf("row %d: inside is true without window", row)
		}
	}
}

// A date_of has the rows of its record; on a date it is that date.
func TestDatesOfRecords(t *testing.T) {
	t.Parallel()
	bmi := study.Variable{
		Name: "bmi", Function: "most_recent_bmi", Type: study.Float,
		Between:      study.Period{From: on("2020-03-01"), To: on("2020-06-30")},
		Expectations: expect(study.Uniform, 0.6, "2019-01-01", "2021-12-31"),
	}
	bmi.Expectations.Float = &study.Distribution{Name: "normal", Mean: 27, StdDev: 4}
	measured := study.Variable{Name: "bmi_date", Function: "date_of", Source: "bmi", Type: study.Date, DateFormat: study.Day, Expectations: expect(study.Uniform, 0.1, "1990-01-01", "1990-12-31")}
	first := event("first", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{})
	again := study.Variable{Name: "first_date", Function: "date_of", Source: "first", Type: study.Date, DateFormat: study.Month, Expectations: first.Expectations}
	after := event("after", expect(study.Uniform, 0.3, "2020-01-01", "2021-12-31"), study.Period{From: daysAfter("bmi_date", 7)})
	f := draw(t, studyOf(bmi, measured, first, again, after), dummydata.Options{Patients: 5000})
	for row := range f.rows {
		d, has := f.values["bmi_date"][row].(int)
		if has != present(f.values["bmi"][row]) {
			t.Fatalf("row %d: bmi and its date disagree", row)
		}
		if has && (d < dayNumber("2020-03-01") || d > dayNumber("2020-06-30")) {
			t.Fatalf("row %d: bmi_date lies outside of the period of bmi", row)
		}
		if a, ok := f.values["after"][row].(int); ok && (!has || a < d+7) {
			t.Fatalf("row %d: after is not after bmi_date", row)
		}
		one, two := f.values["first"][row], f.values["first_date"][row]
		if (one == nil) != (two == nil) || one != nil && int(date1970(one.(int)).AddDate(0, 0, 1-date1970(one.(int)).Day()).Unix()/86400) != two.(int) {
			t.Fatalf("row %d: first_date is not the month of first", row)
		}
	}
	if got := f.filled("bmi"); got != 3000 {
		t.Errorf("bmi has %d values, want 3000", got)
	}
}

// Deaths come last, agree with one another, and keep their incidence.
func TestDeathsLast(t *testing.T) {
	t.Parallel()
	f := draw(t, covidStudy(), dummydata.Options{Patients: 3000})
	late := 0
	for row := range f.rows {
		death, dead := f.values["date_died_ons"][row].(int)
		if dead != (f.values["died_ons"][row] == true) {
			t.Fatalf("row %d: flag and date of death disagree", row)
		}
		if f.values["died_ons_covid"][row] == true && !dead {
			t.Fatalf("row %d: died of a cause but is alive", row)
		}
		want := "alive"
		if dead {
			want = "covid-death"
		}
		if f.values["death_category"][row] != want {
			t.Fatalf("row %d: death_category does not follow from its parts", row)
		}
		for _, name := range f.names {
			if d, ok := f.values[name][row].(int); ok && dead && d > death {
				t.Fatalf("row %d: %s is after the death", row, name)
			}
		}
		if dead && death > dayNumber("2021-12-01") {
			late++
		}
	}
	if f.filled("date_died_ons") != 600 || late > 0 {
		t.Errorf("%d deaths, %d too late; want 600 and 0", f.filled("date_died_ons"), late)
	}
}

func TestAgeAndBirthAgree(t *testing.T) {
	t.Parallel()
	age := study.Variable{
		Name: "age", Function: "age_as_of", Type: study.Int, Dates: map[string]study.DateExpression{"reference_date": *on("2020-02-01")},
		Expectations: &study.Expectations{Rate: study.Universal, Int: &study.Distribution{Name: "population_ages"}},
	}
	later := age
	later.Name, later.Dates = "age_later", map[string]study.DateExpression{"reference_date": *on("2021-03-15")}
	born := study.Variable{Name: "dob", Function: "date_of_birth", Type: study.Date, DateFormat: study.Month, Expectations: expect(study.Uniform, 0.9, "1930-01-01", "2020-01-01")}
	f := draw(t, studyOf(age, later, born), dummydata.Options{Patients: 5000})
	for row := range f.rows {
		d, ok := f.values["dob"][row].(int)
		if !ok {
			continue
		}
		for name, reference := range map[string]string{"age": "2020-02-01", "age_later": "2021-03-15"} {
			years := int64(0)
			for !date1970(d).AddDate(int(years)+1, 0, 0).After(date(reference)) {
				years++
			}
			if f.values[name][row] != years {
				t.Fatalf("row %d: %s and dob disagree", row, name)
			}
		}
		if d < dayNumber("1930-01-01") || d > dayNumber("2020-01-01") {
			t.Fatalf("row %d: dob is not expected", row)
		}
	}
	if got := f.filled("dob"); got != 4501 { // int((1-0.9)*5000) is 499
		t.Errorf("dob has %d values, want 4501", got)
	}
}

// Many studies expect numbers of about 1000 by default, of ages too: births
// before the first date that can be written.
func TestAgesBeforeAllDates(t *testing.T) {
	t.Parallel()
	age := study.Variable{
		Name: "age", Function: "age_as_of", Type: study.Int, Dates: map[string]study.DateExpression{"reference_date": *on("2020-02-01")},
		Expectations: &study.Expectations{Rate: study.Universal, Int: &study.Distribution{Name: "normal", Mean: 1000, StdDev: 100}},
	}
	later := age
	later.Name, later.Dates = "age_later", map[string]study.DateExpression{"reference_date": *on("2021-02-01")}
	born := study.Variable{Name: "dob", Function: "date_of_birth", Type: study.Date, DateFormat: study.Month, Expectations: expect(study.Uniform, 0.9, "1930-01-01", "2020-01-01")}
	f := draw(t, studyOf(age, later, born), dummydata.Options{Patients: 10_000})
	sum, squares := 0.0, 0.0
	days := map[int]bool{}
	for row := range f.rows {
		years := f.values["age"][row].(int64)
		if got := f.values["age_later"][row]; got != years+1 {
			t.Fatalf("row %d: %d years old, and %v a year later", row, years, got)
		}
		sum += float64(years) / 10_000
		squares += float64(years*years) / 10_000
		if d, ok := f.values["dob"][row].(int); ok {
			days[d] = true
			if d < dayNumber("1930-01-01") || d > dayNumber("2020-01-01") {
				t.Fatalf("row %d: dob is not expected", row)
			}
		}
	}
	if deviation := math.Sqrt(squares - sum*sum); math.Abs(sum-999.5) > 5 || math.Abs(deviation-100) > 5 {
		t.Errorf("ages have mean %.1f and deviation %.1f, want 999.5 and 100", sum, deviation)
	}
	if len(days) < 1000 || f.filled("dob") != 9001 {
		t.Errorf("%d dates of birth in %d months, want 9001 in more than 1000", f.filled("dob"), len(days))
	}
	if n := f.report.Notes; len(n) != 1 || n[0].Variable != "dob" || n[0].Kind != dummydata.Apart {
		t.Errorf("notes %v, want one of dob", n)
	}
}

// place is where a patient's practice lies, expected of everybody.
func place(name, returning string, pairs ...any) study.Variable {
	return study.Variable{
		Name: name, Function: "registered_practice_as_of", Returning: returning, Type: study.String,
		Dates:        map[string]study.DateExpression{"date": *on("2020-02-01")},
		Expectations: ratios(universal(), pairs...),
	}
}

func TestPlacesAreATree(t *testing.T) {
	t.Parallel()
	var small []any
	for i := range 200 {
		small = append(small, fmt.Sprintf("E0200%04d", i), 0.005)
	}
	def := studyOf(
		place("region", "nuts1_region_name", "North", 0.25, "South", 0.75),
		place("stp", "stp_code", "S1", 0.1, "S2", 0.15, "S3", 0.5, "S4", 0.25),
		place("msoa", "msoa_code", small...),
	)
	f := draw(t, def, dummydata.Options{Patients: 20_000})
	for _, pair := range [][2]string{{"msoa", "stp"}, {"msoa", "region"}, {"stp", "region"}} {
		in := map[any]any{}
		for row := range f.rows {
			inner, outer := f.values[pair[0]][row], f.values[pair[1]][row]
			if known, ok := in[inner]; ok && known != outer {
				t.Fatalf("%s %v lies in two of %s", pair[0], inner, pair[1])
			}
			in[inner] = outer
		}
	}
	counts := map[any]int{}
	for _, v := range f.values["stp"] {
		counts[v]++
	}
	if len(f.report.Notes) > 0 {
		t.Errorf("notes %v, want none", f.report.Notes)
	}
	if counts["S3"] < 9700 || counts["S3"] > 10_300 {
		t.Errorf("S3 has %d of 20,000 patients, want half", counts["S3"])
	}
}

// Regions that are expected are there, also where the study expects too few
// small places to fill them.
func TestPlacesTooFewForTheLargerOnes(t *testing.T) {
	t.Parallel()
	f := draw(t, studyOf(
		place("msoa", "msoa_code", "A", 0.5, "B", 0.5),
		place("stp", "stp_code", "S1", 0.3, "S2", 0.3, "S3", 0.4),
		place("region", "nuts1_region_name", "North", 0.6, "South", 0.4),
	), dummydata.Options{Patients: 10_000})
	counts := map[any]int{}
	for row := range f.rows {
		counts[f.values["stp"][row]]++
		if north := f.values["region"][row] == "North"; north == (f.values["stp"][row] == "S3") {
			t.Fatalf("row %d: %v lies in two regions", row, f.values["stp"][row])
		}
	}
	for name, want := range map[string]int{"S1": 3000, "S2": 3000, "S3": 4000} {
		if got := counts[name]; got < want-250 || got > want+250 {
			t.Errorf("%s has %d patients, want about %d", name, got, want)
		}
	}
	if n := f.report.Notes; len(n) != 1 || n[0].Variable != "stp" || n[0].Kind != dummydata.Apart {
		t.Errorf("notes %v, want one of stp: two places cannot be divided into three", n)
	}
}

// Aggregates leave out what is empty; the original's way does not.
func TestAggregates(t *testing.T) {
	t.Parallel()
	a := event("a", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{})
	b := event("b", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{})
	number := func(name string) study.Variable {
		e := expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31")
		e.Int = &study.Distribution{Name: "normal", Mean: 100, StdDev: 5}
		return study.Variable{Name: name, Type: study.Int, Expectations: e, Hidden: true}
	}
	least := func(name string, typ study.Type, inputs ...string) study.Variable {
		v := study.Variable{Name: name, Function: "minimum_of", Type: typ, Inputs: inputs}
		if typ == study.Date {
			v.DateFormat = study.Day
		}
		return v
	}
	label := study.Variable{Name: "label", Type: study.String, Hidden: true, Expectations: ratios(universal(), "x", 0.5, "y", 0.5)}
	def := studyOf(a, b, number("m"), number("n"), least("first", study.Date, "a", "b"), least("few", study.Int, "m", "n"),
		label, least("text", study.String, "label", "label"))
	f := draw(t, def, dummydata.Options{Patients: 1000})
	if want := []string{"a", "b", "first", "few", "text", "patient_id"}; !slices.Equal(f.names, want) {
		t.Fatalf("columns %v, want %v", f.names, want)
	}
	for row := range f.rows {
		want := f.values["a"][row]
		if other := f.values["b"][row]; want == nil || other != nil && other.(int) < want.(int) {
			want = other
		}
		if f.values["first"][row] != want {
			t.Fatalf("row %d: first is not the least of a and b", row)
		}
	}
	if got := f.types["text"].String(); got != "dictionary<values=null, indices=int8, ordered=false>" || f.filled("text") > 0 {
		t.Errorf("an aggregate of texts is %s with %d values, want one of nothing, as the original's", got, f.filled("text"))
	}
	few := f.filled("few")
	if independent := draw(t, def, dummydata.Options{Patients: 1000, Independent: true}).filled("few"); independent >= few || few < 600 {
		t.Errorf("few has %d values, and %d drawn independently; want about 750 and 250", few, independent)
	}
}

// D3 and D4: equal bytes for any number of workers; another variable changes
// no column but those that follow from it.
func TestRepeatable(t *testing.T) {
	t.Parallel()
	def := covidStudyOf(2)
	opts := dummydata.Options{Patients: 140_000, Seed: 7, Workers: 1}
	one := draw(t, def, opts)
	for _, workers := range []int{2, 3, 8} {
		opts.Workers = workers
		if other := draw(t, def, opts); !bytes.Equal(one.bytes, other.bytes) {
			t.Errorf("%d workers give other bytes than one", workers)
		}
	}
	opts.Seed = 8
	if other := draw(t, def, opts); bytes.Equal(one.bytes, other.bytes) {
		t.Error("another seed gives the same bytes")
	}
	opts.Seed = 7
	wider := covidStudyOf(2)
	wider.Variables = append([]study.Variable{event("new", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{}), flag("newer", 0.1)}, wider.Variables...)
	f := draw(t, wider, opts)
	for _, name := range one.names {
		if name != "date_died_ons" && !slices.Equal(one.values[name], f.values[name]) {
			t.Errorf("%s changed with a variable that it does not depend on", name)
		}
	}
}

// With the population applied there are as many patients as asked for, and all
// belong to it, whatever the number of workers.
func TestApplyPopulation(t *testing.T) {
	t.Parallel()
	registered := flag("registered", 0.6)
	registered.Hidden = true
	population := study.Variable{
		Name: "population", Function: "satisfying", Type: study.Bool, Hidden: true,
		Categories: []study.Category{{Label: true, Condition: and(truth("registered"), not(truth("dead")))}, {Label: false}},
	}
	day := event("day", expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"), study.Period{})
	sex := study.Variable{Name: "sex", Type: study.String, Expectations: ratios(universal(), "M", 0.5, "F", 0.5)}
	def := studyOf(flag("dead", 0.3), day, sex, registered, population)
	opts := dummydata.Options{Patients: 70_000, ApplyPopulation: true, Workers: 1}
	f := draw(t, def, opts)
	if f.rows != 70_000 || f.filled("dead") != 0 || f.report.Patients != 70_000 {
		t.Errorf("%d rows, %d of them dead; want 70,000 and 0", f.rows, f.filled("dead"))
	}
	if got := f.filled("day"); got < 34_000 || got > 36_000 {
		t.Errorf("%d dates, want about half", got)
	}
	ids := map[any]bool{}
	for _, id := range f.values["patient_id"] {
		ids[id] = true
	}
	if len(ids) != 70_000 {
		t.Errorf("%d different patient_id, want 70,000", len(ids))
	}
	a := f.report.Population
	if rate := float64(a.Accepted) / float64(a.Candidates); rate < 0.4 || rate > 0.44 {
		t.Errorf("%d of %d candidates accepted, want 42 %%", a.Accepted, a.Candidates)
	}
	opts.Workers = 4
	if !bytes.Equal(draw(t, def, opts).bytes, f.bytes) {
		t.Error("four workers give other bytes than one")
	}
}

// A number that is drawn as 0 is left out of an aggregate as an empty one is: a
// cohort of real tables does not tell them apart.
func TestAggregatesLeaveOutZero(t *testing.T) {
	t.Parallel()
	number := func(name string) study.Variable {
		e := expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31")
		e.Int = &study.Distribution{Name: "normal", Mean: 0, StdDev: 3}
		return study.Variable{Name: name, Type: study.Int, Expectations: e}
	}
	compared := func(name, function string) study.Variable {
		return study.Variable{Name: name, Function: function, Type: study.Int, Inputs: []string{"m", "n"}}
	}
	f := draw(t, studyOf(number("m"), number("n"), compared("least", "minimum_of"), compared("most", "maximum_of")), dummydata.Options{Patients: 1000})
	for row := range f.rows {
		var values []int64
		for _, name := range []string{"m", "n"} {
			if v := f.values[name][row].(int64); v != 0 {
				values = append(values, v)
			}
		}
		least, most := int64(0), int64(0)
		if values != nil {
			least, most = slices.Min(values), slices.Max(values)
		}
		if f.values["least"][row] != least || f.values["most"][row] != most {
			t.Fatalf("row %d: of %v the least is %v and the most %v", row, values, f.values["least"][row], f.values["most"][row])
		}
	}
}

// A population that cannot be applied is a fault that says why.
func TestPopulationNotApplied(t *testing.T) {
	t.Parallel()
	bare := flag("bare", 0.5)
	bare.Hidden, bare.Expectations = true, nil
	satisfying := study.Variable{
		Name: "population", Function: "satisfying", Type: study.Bool, Hidden: true,
		Categories: []study.Category{{Label: true, Condition: and(truth("drawn"), truth("bare"))}, {Label: false}},
	}
	registered := study.Variable{Name: "population", Function: "registered_as_of", Type: study.Bool, Hidden: true}
	for _, c := range []struct {
		population  study.Variable
		independent bool
		want        string
	}{
		{satisfying, false, "it asks for bare, which cannot be drawn; give return_expectations, or leave out --apply-population"},
		{registered, false, "it is registered_as_of, which is not drawn; write it as satisfying"},
		{satisfying, true, "each variable is drawn by itself; leave out --independent"},
	} {
		def := studyOf(flag("drawn", 0.5), bare, c.population)
		opts := dummydata.Options{Patients: 10, ApplyPopulation: true, Independent: c.independent}
		_, err := dummydata.Write(t.Context(), def, filepath.Join(t.TempDir(), "input.feather"), opts)
		if err == nil || !strings.Contains(err.Error(), "population: cannot be applied: "+c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

// A patient without an ethnicity in SUS has the group "0" in expressions, as
// over tables: its name alone is false then.
func TestConditionsOnNoEthnicity(t *testing.T) {
	t.Parallel()
	files := map[string]string{"codelists/.keep": "", "analysis/study_definition.py": `
from cohortextractor import StudyDefinition, patients
half = {"category": {"ratios": {"1": 0.5, "2": 0.5}}, "incidence": 0.5}
flag = {"incidence": 0.5}
study = StudyDefinition(
    default_expectations={"date": {"earliest": "2020-01-01", "latest": "2020-12-31"}, "rate": "uniform"},
    population=patients.all(),
    group=patients.with_ethnicity_from_sus(returning="group_6", use_most_frequent_code=True, return_expectations=half),
    none=patients.satisfying("NOT group", return_expectations=flag),
    zero=patients.satisfying("group = '0'", return_expectations=flag),
    low=patients.satisfying("group < 2", return_expectations=flag),
)`}
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	def, err := study.Load(t.Context(), root, "study_definition", study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := draw(t, def, dummydata.Options{Patients: 1000})
	for row := range f.rows {
		group := f.values["group"][row]
		if none := f.values["none"][row]; none != (group == nil) || f.values["zero"][row] != none {
			t.Fatalf("row %d: group %v, but none is %v and zero %v", row, group, none, f.values["zero"][row])
		}
		if low := f.values["low"][row]; low != (group != "2") {
			t.Fatalf("row %d: group %v, but low is %v", row, group, low)
		}
	}
}

// A label column has the type that its labels give it, also where none of them
// appears: the original draws them whatever the condition says.
func TestTypeOfLabelsThatDoNotAppear(t *testing.T) {
	t.Parallel()
	never := study.Variable{
		Name: "never", Type: study.String, Function: "categorised_as",
		Categories:   []study.Category{{Label: "x", Condition: and(truth("f"), not(truth("f")))}, {Label: ""}},
		Expectations: ratios(universal(), "x", 0.5, "", 0.5),
	}
	f := draw(t, studyOf(flag("f", 0.5), never), dummydata.Options{Patients: 100})
	if got := f.types["never"].(*arrow.DictionaryType).ValueType; got.ID() != arrow.STRING || f.filled("never") != 0 {
		t.Errorf("a column of no label is a dictionary of %s with %d values, want string and 0", got, f.filled("never"))
	}
}
