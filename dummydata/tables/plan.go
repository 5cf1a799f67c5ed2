package tables

import (
	"fmt"
	"time"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// A plan is how a study's variables become records; nothing changes while
// they are written.
type plan struct {
	study   *study.Definition
	drawing *dummydata.Drawing
	seed    uint64
	noise   float64 // clinical events per patient beside the study's

	names  []string       // the variables that records are made of
	number map[string]int // of each name
	makers []maker
	groups []*group
	served map[string]bool // variables that a maker sees to
	notes  []dummydata.Note

	// first and last are the days between which noise lies.
	first, last int32
}

func newPlan(def *study.Definition, drawing *dummydata.Drawing, opts Options) *plan {
	p := &plan{study: def, drawing: drawing, seed: opts.Seed, number: map[string]int{}, served: map[string]bool{}}
	p.findPeriod()
	p.serveBirths()
	p.serveDeaths()
	p.serveRegistrations()
	p.serveAddresses()
	p.serveHouseholds()
	p.serveEthnicity()
	p.serveOccupation()
	p.gather()
	for _, g := range p.groups {
		p.makers = append(p.makers, g.maker(p))
	}
	p.noteOverlaps()
	p.addNoise(opts)
	p.noteUnserved()
	return p
}

// note says what a user should know of a variable's records.
func (p *plan) note(variable string, kind dummydata.Kind, format string, args ...any) {
	p.notes = append(p.notes, dummydata.Note{Variable: variable, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// The kinds of notes beside those of the cohort.
const (
	follows      dummydata.Kind = "follow from others, of which patients have the same record"
	findsOthers  dummydata.Kind = "find records of others too, so more patients may have a value, or another one"
	unknownLabel dummydata.Kind = "have labels that records cannot have"
	unserved     dummydata.Kind = "have no records"
	anyRow       dummydata.Kind = "take any row of their table, which has no others"
	outside      dummydata.Kind = "leave patients out when the study is extracted"
	missed       dummydata.Kind = "have other values than were drawn for some patients, which leave no room for a record"
)

// column numbers a variable, so that its values are found by number in each
// block; -1 for one that is not drawn.
func (p *plan) column(variable string) int {
	if !p.drawing.Drawn(variable) {
		return -1
	}
	n, ok := p.number[variable]
	if !ok {
		n = len(p.names)
		p.number[variable] = n
		p.names = append(p.names, variable)
	}
	return n
}

func (p *plan) variable(name string) *study.Variable {
	for i := range p.study.Variables {
		if p.study.Variables[i].Name == name {
			return &p.study.Variables[i]
		}
	}
	return nil
}

// of are the variables of some functions.
func (p *plan) of(functions ...string) []*study.Variable {
	var found []*study.Variable
	for i := range p.study.Variables {
		v := &p.study.Variables[i]
		for _, f := range functions {
			if v.Function == f {
				found = append(found, v)
			}
		}
	}
	return found
}

// findPeriod takes the years before the last day that the study expects
// anything of: records go back about two decades.
func (p *plan) findPeriod() {
	latest := time.Time{}
	for i := range p.study.Variables {
		if e := p.study.Variables[i].Expectations; e != nil && e.Latest.After(latest) {
			latest = e.Latest
		}
	}
	if latest.IsZero() {
		latest = time.Date(2021, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	p.last = dayOf(latest)
	p.first = dayOf(latest.AddDate(-20, 0, 0))
}

// dayOf counts the days from 1970-01-01.
func dayOf(t time.Time) int32 { return int32(t.Unix() / 86400) } // midnights divide exactly

// staticDay is a date of a function's arguments, when it is the same for all.
func staticDay(v *study.Variable, argument string) (int32, bool) {
	d, ok := v.Dates[argument]
	if !ok || d.Variable != "" || d.Date.IsZero() {
		return 0, false
	}
	return dayOf(d.Date), true
}

// staticPeriod is a variable's limits, as far as they are the same for all.
func staticPeriod(period study.Period) (from, to int32) {
	from, to = -never, never
	if period.From != nil && period.From.Variable == "" {
		from = dayOf(period.From.Date)
	}
	if period.To != nil && period.To.Variable == "" {
		to = dayOf(period.To.Date)
	}
	return from, to
}

// computed are the functions whose values follow from other variables.
var computed = map[string]bool{
	"satisfying": true, "categorised_as": true, "maximum_of": true, "minimum_of": true, "fixed_value": true,
	"all": true, "with_value_from_file": true, "which_exist_in_file": true,
}

// noteUnserved tells of each variable that no record is made for.
func (p *plan) noteUnserved() {
	if v := p.variable(p.study.Population); v != nil && v.Function == "satisfying" {
		p.note(v.Name, outside, "patients whose values do not meet its conditions have records too, and are left out when the study is extracted; generate_cohort --apply-population tells how many")
	}
	for i := range p.study.Variables {
		v := &p.study.Variables[i]
		if (v.Function == "satisfying" || v.Function == "categorised_as") && p.drawing.Drawn(v.Name) {
			p.note(v.Name, follows, "follows from other variables, of which some have no expectations: its share is not the one expected")
		}
		if p.served[v.Name] || computed[v.Function] || v.Name == p.study.Population && v.Function == "" {
			continue
		}
		switch {
		case v.Function == "random_sample":
			p.note(v.Name, unserved, "a random sample follows from patient_id, not from records")
		case !p.drawing.Drawn(v.Name):
			p.note(v.Name, unserved, "%s has no expectations to draw records from", v.Function)
		default:
			p.note(v.Name, unserved, "no records are made for %s", v.Function)
		}
	}
}
