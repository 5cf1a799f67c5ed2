package dummydata_test

import (
	"strings"
	"testing"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// deathDate is a date of death that the given period limits.
func deathDate(name string, e *study.Expectations, between study.Period) study.Variable {
	return study.Variable{
		Name: name, Function: "died_from_any_cause", Returning: "date_of_death", Type: study.Date, DateFormat: study.Day,
		Between: between, Expectations: e,
	}
}

// lateDates counts the rows that have a date after the death.
func (f *frame) lateDates(death string, dates ...string) (late int) {
	for row := range f.rows {
		d, dead := f.values[death][row].(int)
		for _, name := range dates {
			if seen, ok := f.values[name][row].(int); dead && ok && seen > d {
				late++
				break
			}
		}
	}
	return late
}

// A death that is expected to end before other dates do is of patients who have
// none later.
func TestDeathsAreOfThoseWithRoom(t *testing.T) {
	t.Parallel()
	const patients = 20_000
	def := studyOf(
		event("seen", year2020(0.6), study.Period{}),
		event("admitted", expect(study.ExponentialIncrease, 0.4, "2020-01-01", "2020-12-31"), study.Period{}),
		deathDate("died", expect(study.Uniform, 0.2, "2020-01-01", "2020-06-30"), study.Period{}),
	)
	f := draw(t, def, dummydata.Options{Patients: patients})
	if got := f.filled("died"); got != 4000 {
		t.Errorf("%d deaths, want 4000", got)
	}
	if late := f.lateDates("died", "seen", "admitted"); late > 0 {
		t.Errorf("%d deaths before another date of the patient", late)
	}
	for _, d := range f.days("died") {
		if d > dayNumber("2020-06-30") || d < dayNumber("2020-01-01") {
			t.Fatalf("a death on %v is not expected", date1970(d))
		}
	}
	if len(f.report.Notes) > 0 {
		t.Errorf("notes: %v", f.report.Notes)
	}
}

// Where too few have room the incidence is kept, and a note tells how many
// have dates after their death: as few as there must be.
func TestTooFewHaveRoomForDeath(t *testing.T) {
	t.Parallel()
	def := studyOf(
		event("seen", expect(study.Uniform, 0.9, "2020-09-01", "2020-12-31"), study.Period{}),
		deathDate("died", expect(study.Uniform, 0.3, "2020-01-01", "2020-06-30"), study.Period{}),
	)
	f := draw(t, def, dummydata.Options{Patients: 10_000})
	if died, late := f.filled("died"), f.lateDates("died", "seen"); died != 3000 || late != 2001 {
		t.Errorf("%d deaths, %d of them before another date; want 3000 and 2001", died, late)
	}
	if len(f.report.Notes) != 1 || !strings.HasPrefix(f.report.Notes[0].String(), "died: 2001 of 3000 deaths come before other dates of the patient (seen):") {
		t.Errorf("notes: %v", f.report.Notes)
	}
}

// Deaths with limits of their own and others without are brought together: who
// is dead by the narrower is so by the wider, on the same day.
func TestDeathsOfOtherLimitsAgree(t *testing.T) {
	t.Parallel()
	after := study.Period{From: daysAfter("test", 0)}
	soon := study.Period{From: daysAfter("test", 0), To: daysAfter("test", 27)}
	covid := deathDate("died_covid", year2020(0.05), soon)
	covid.Function = "with_these_codes_on_death_certificate"
	flagged := covid
	flagged.Name, flagged.Returning, flagged.Type, flagged.DateFormat = "covid_death", "binary_flag", study.Bool, ""
	flagged.Expectations = year2020(0.02)
	def := studyOf(
		event("test", year2020(0.5), study.Period{}),
		event("seen", year2020(0.7), study.Period{}),
		deathDate("died", year2020(0.1), after),
		covid, flagged,
		deathDate("died_ever", year2020(0.15), study.Period{}),
	)
	f := draw(t, def, dummydata.Options{Patients: 20_000})
	for name, want := range map[string]int{"died": 2000, "died_covid": 1000, "covid_death": 400, "died_ever": 3000} {
		if got := f.filled(name); got != want {
			t.Errorf("%s has %d values, want %d", name, got, want)
		}
	}
	if late := f.lateDates("died_covid", "seen") + f.lateDates("died", "seen") + f.lateDates("died_ever", "seen", "test"); late > 0 {
		t.Errorf("%d deaths before another date of the patient", late)
	}
	for row := range f.rows {
		ever, died, covid := f.values["died_ever"][row], f.values["died"][row], f.values["died_covid"][row]
		if covid != nil && died != covid || died != nil && ever != died {
			t.Fatalf("row %d: three deaths: %v, %v, %v", row, covid, died, ever)
		}
		if f.values["covid_death"][row] == true && covid == nil {
			t.Fatalf("row %d: a death without its date", row)
		}
		if test, ok := f.values["test"][row].(int); covid != nil && (!ok || covid.(int) < test || covid.(int) > test+27) {
			t.Fatalf("row %d: the death is not within 27 days of the test", row)
		}
	}
}

// A study that expects more deaths of one cause than of all has the deaths of
// all among those: no patient dies twice.
func TestMoreDeathsOfOneCause(t *testing.T) {
	t.Parallel()
	soon := study.Period{From: daysAfter("start", 1), To: daysAfter("start", 90)}
	def := studyOf(
		event("start", expect(study.Uniform, 0.9, "2020-01-01", "2020-06-30"), study.Period{}),
		deathDate("died_covid", year2020(0.3), soon),
		deathDate("died", year2020(0.1), study.Period{From: daysAfter("start", 0)}),
	)
	f := draw(t, def, dummydata.Options{Patients: 10_000})
	if covid, died := f.filled("died_covid"), f.filled("died"); covid != 3000 || died != 1000 {
		t.Errorf("%d and %d deaths, want 3000 and 1000", covid, died)
	}
	for row := range f.rows {
		if died := f.values["died"][row]; died != nil && died != f.values["died_covid"][row] {
			t.Fatalf("row %d: two days of death", row)
		}
	}
}

// What follows a death that is a copy of another still finds a day.
func TestDatesThatStandOnADeath(t *testing.T) {
	t.Parallel()
	def := studyOf(
		event("seen", year2020(0.5), study.Period{}),
		deathDate("died", year2020(0.3), study.Period{}),
		deathDate("died_again", year2020(0.2), study.Period{}),
		event("registered", year2020(0.15), study.Period{From: daysAfter("died_again", 5)}),
		event("before", year2020(0.1), study.Period{From: daysAfter("died_again", -28), To: daysAfter("died_again", 0)}),
	)
	f := draw(t, def, dummydata.Options{Patients: 10_000})
	for name, want := range map[string]int{"died": 3000, "died_again": 2000, "registered": 1500, "before": 1000} {
		if got := f.filled(name); got != want {
			t.Errorf("%s has %d values, want %d", name, got, want)
		}
	}
	for row := range f.rows {
		d, dead := f.values["died_again"][row].(int)
		if dead && f.values["died"][row] != d {
			t.Fatalf("row %d: two days of death", row)
		}
		if r, ok := f.values["registered"][row].(int); ok && (!dead || r < d+5) {
			t.Fatalf("row %d: registered before the death", row)
		}
		if r, ok := f.values["before"][row].(int); ok && (!dead || r > d || r < d-28) {
			t.Fatalf("row %d: not in the 28 days before the death", row)
		}
	}
}

// A flag of death has no day: whom it tells of may have later dates than a date
// of death with other limits can be, which is then of others.
func TestDeathsAfterAFlagHaveRoom(t *testing.T) {
	t.Parallel()
	flag := deathDate("died_soon", year2020(0.2), study.Period{From: daysAfter("test", 0), To: daysAfter("test", 27)})
	flag.Returning, flag.Type, flag.DateFormat = "binary_flag", study.Bool, ""
	def := studyOf(
		event("test", year2020(0.8), study.Period{}),
		event("seen", expect(study.Uniform, 0.5, "2020-01-01", "2022-12-31"), study.Period{}),
		flag,
		deathDate("died", year2020(0.1), study.Period{From: daysAfter("test", 0)}),
	)
	f := draw(t, def, dummydata.Options{Patients: 10_000})
	both := 0
	for row := range f.rows {
		if f.values["died_soon"][row] == true && f.values["died"][row] != nil {
			both++
		}
	}
	if died, late := f.filled("died"), f.lateDates("died", "seen"); died != 1000 || late > 0 || both < 900 {
		t.Errorf("%d deaths, %d before another date, %d with the flag; want 1000, 0, and nearly all", died, late, both)
	}
}
