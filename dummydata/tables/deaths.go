package tables

import (
	"fmt"
	"slices"

	"cohortcounts/study"
)

// A patient dies once, and dummydata draws the death variables of a study so
// that they agree: the row of ons_deaths has what those that are filled want.

// causesNoise are causes of death, the common ones first.
var causesNoise = []string{"F03", "I251", "G309", "C349", "J189", "I219", "J449", "I639", "C509", "C189", "I64", "C61", "J440", "N390", "K746", "C259", "I48", "E149", "W19", "X599"}

var placesNoise = []string{"Hospital", "Home", "Care Home", "Hospice", "Elsewhere", "Other communal establishment"}

// serveDeaths writes ons_deaths. Makers after it know the day of death.
func (p *plan) serveDeaths() {
	s := schemas[onsDeaths]
	var flags, dates []*deathVariable
	var certified []*study.Codelist
	asked := p.of("died_from_any_cause", "with_these_codes_on_death_certificate")
	for _, v := range asked {
		p.served[v.Name] = true
		if list := v.Codelists["codelist"]; list != nil {
			certified = append(certified, list)
		}
		if !p.drawing.Drawn(v.Name) {
			continue
		}
		d := &deathVariable{variable: v, column: p.column(v.Name), underlying: v.Asks("match_only_underlying_cause")}
		if list := v.Codelists["codelist"]; list != nil {
			at := "underlying_cause_of_death"
			if !d.underlying { // lists of several variables must not take each other's place
				at = fmt.Sprintf("cause_of_death_%02d", len(flags)%15+1)
			}
			d.causes = s.textCells(at, list.Codes)
			if len(d.causes) == 0 {
				p.note(v.Name, unserved, "its codelist is empty: nobody dies of it")
				continue
			}
		}
		switch v.Returning {
		case "underlying_cause_of_death":
			d.labels = p.labelCells(v, s, "underlying_cause_of_death", d.accepted(v))
		case "place_of_death":
			d.labels = p.labelCells(v, s, "place", nil)
		case "date_of_death":
			dates = append(dates, d)
		}
		flags = append(flags, d)
	}
	p.noteUnderlying(flags)
	causes := s.textCells("underlying_cause_of_death", without(causesNoise, certified...))
	places := s.textCells("place", placesNoise)
	often := newMix(len(places))
	key := keyOf(p.seed, "ons_deaths")
	date := s.at("date")
	p.makers = append(p.makers, func(w *patient) {
		w.died = never
		dead := len(asked) == 0
		for _, d := range flags {
			dead = dead || w.has(d.column)
		}
		w.dice.roll(key, w.row)
		if !dead || len(asked) == 0 && w.dice.Float64() > 0.02 {
			return
		}
		w.died = p.dayOfDeath(w, flags, dates)
		r := w.add(onsDeaths)
		r.set(dayCell(date, w.died))
		r.set(places[often.pick(w.dice)])
		if len(causes) > 0 {
			r.set(causes[w.dice.IntN(len(causes))])
		}
		for _, d := range flags {
			if w.has(d.column) {
				d.write(w, r)
			}
		}
	})
}

// noteUnderlying tells of variables that look for different underlying causes:
// their patients overlap, and a certificate has one.
func (p *plan) noteUnderlying(deaths []*deathVariable) {
	for i, d := range deaths {
		for _, other := range deaths[:i] {
			if d.underlying && other.underlying && !slices.Equal(d.variable.Codelists["codelist"].Codes, other.variable.Codelists["codelist"].Codes) {
				p.note(other.variable.Name, follows, "a certificate has one underlying cause: patients who have %s too die of a code of its list", d.variable.Name)
				break
			}
		}
	}
}

// A deathVariable is a variable of a death certificate.
type deathVariable struct {
	variable   *study.Variable
	column     int
	underlying bool   // only the underlying cause counts
	causes     []cell // of its codelist; none when any death counts
	labels     []cell // by code, of a variable that returns text
}

// accepted gives a label back when it may stand on a certificate for v.
func (d *deathVariable) accepted(v *study.Variable) func(string) string {
	list := v.Codelists["codelist"]
	if list == nil || !d.underlying {
		return nil
	}
	codes := setOf(list.Codes)
	return func(label string) string {
		if !codes[label] {
			return ""
		}
		return label
	}
}

// write puts a variable's causes and labels on the certificate r.
func (d *deathVariable) write(w *patient, r *part) {
	if len(d.causes) > 0 {
		r.set(d.causes[w.dice.IntN(len(d.causes))])
	}
	if d.labels != nil {
		r.set(d.labels[w.columns[d.column].Code(w.at)])
	}
}

// dayOfDeath is the date that a variable has, else one within the limits of
// all that are filled.
func (p *plan) dayOfDeath(w *patient, flags, dates []*deathVariable) int32 {
	for _, d := range dates {
		if w.has(d.column) {
			return w.columns[d.column].Day(w.at)
		}
	}
	from, to := max(p.last-700, w.born), p.last
	for _, d := range flags {
		if w.has(d.column) {
			a, b := p.expected(d.variable, w.columns[d.column], w.at)
			if max(from, a) <= min(to, b) {
				from, to = max(from, a), min(to, b)
			} else {
				from, to = a, b
			}
		}
	}
	return w.dice.between(from, to)
}

// practiceDeaths gives the day of death that a practice recorded.
func (p *plan) practiceDeaths() func(w *patient) (int32, bool) {
	var asked, dates []*deathVariable
	for _, v := range p.of("with_death_recorded_in_primary_care") {
		p.served[v.Name] = true
		if !p.drawing.Drawn(v.Name) {
			continue
		}
		d := &deathVariable{variable: v, column: p.column(v.Name)}
		asked = append(asked, d)
		if v.Returning == "date_of_death" {
			dates = append(dates, d)
		}
	}
	return func(w *patient) (int32, bool) {
		for _, d := range asked {
			if w.has(d.column) {
				return p.dayOfDeath(w, asked, dates), true
			}
		}
		return 0, false
	}
}

// without are the codes that are in none of the lists.
func without(codes []string, lists ...*study.Codelist) []string {
	taken := map[string]bool{}
	for _, list := range lists {
		for _, code := range list.Codes {
			taken[code] = true
		}
	}
	var left []string
	for _, code := range codes {
		if !taken[code] {
			left = append(left, code)
		}
	}
	return left
}

func setOf(texts []string) map[string]bool {
	set := map[string]bool{}
	for _, t := range texts {
		set[t] = true
	}
	return set
}
