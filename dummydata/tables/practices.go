package tables

import (
	"time"

	"cohortcounts/study"
)

// Practices that are not the study's: as many as a health system of this size
// has, each in one region.
const (
	practiceCount  = 6000
	regionsOfNoise = 42
)

var regions = []string{"East Midlands", "East", "London", "North East", "North West", "South East", "South West", "West Midlands", "Yorkshire and The Humber"}

// registrations are what the study asks of a patient's registration with a
// practice. One row serves all: it begins before, and ends after, all times at
// which the patient has to be registered, and misses those at which not.
type registrations struct {
	always  []span // of every patient
	flags   []registrationFlag
	left    int // column of the date of leaving; -1
	leaving *study.Variable
	parts   []practicePart
	first   int32 // the start of the earliest time that is asked for
}

// A span is days, both in, that one registration must cover.
type span struct{ from, to int32 }

type registrationFlag struct {
	span
	column  int
	history bool // the practice had its system before
}

// A practicePart is a variable that returns something of the practice.
type practicePart struct {
	span
	column int
	place  int
	cells  []cell // by label; of a number none
}

func (p *plan) readRegistrations() registrations {
	r := registrations{left: -1, first: p.last}
	asks := func(v *study.Variable, from, to string, history bool) {
		p.served[v.Name] = true
		a, ok := staticDay(v, from)
		b, alsoOK := staticDay(v, to)
		if !ok || !alsoOK {
			p.note(v.Name, follows, "follows from the other registrations, as its date is each patient's own")
			return
		}
		r.first = min(r.first, a)
		// Who the population is made of is in it.
		if !p.drawing.Drawn(v.Name) || v.Owner == p.study.Population || v.Name == p.study.Population {
			r.always = append(r.always, span{a, b})
			return
		}
		r.flags = append(r.flags, registrationFlag{span{a, b}, p.column(v.Name), history})
	}
	for _, v := range p.of("registered_as_of") {
		asks(v, "reference_date", "reference_date", false)
	}
	for _, v := range p.of("registered_with_one_practice_between") {
		asks(v, "start_date", "end_date", false)
	}
	for _, v := range p.of("with_complete_gp_consultation_history_between") {
		asks(v, "start_date", "end_date", true)
	}
	for _, v := range p.of("date_deregistered_from_all_supported_practices") {
		p.served[v.Name] = true
		if p.drawing.Drawn(v.Name) && r.left < 0 {
			r.left, r.leaving = p.column(v.Name), v
		} else if r.left >= 0 {
			p.note(v.Name, follows, "follows from %s: a patient leaves once", r.leaving.Name)
		}
	}
	p.readPractices(&r)
	return r
}

func (p *plan) readPractices(r *registrations) {
	s := schemas[practiceRegistrations]
	place := map[string]string{"stp_code": "practice_stp", "nuts1_region_name": "practice_nuts1_region_name", "pseudo_id": "practice_pseudo_id"}
	by := map[string]string{}
	for _, v := range p.of("registered_practice_as_of") {
		p.served[v.Name] = true
		day, static := staticDay(v, "date")
		name, ok := place[v.Returning]
		switch {
		case !ok:
			p.note(v.Name, unserved, "the tables cannot tell %s of a practice", v.Returning)
			continue
		case !p.drawing.Drawn(v.Name):
			continue
		case by[v.Returning] != "":
			p.note(v.Name, follows, "follows from %s: patients stay with one practice", by[v.Returning])
			continue
		}
		by[v.Returning] = v.Name
		part := practicePart{column: p.column(v.Name), place: s.at(name), span: span{p.last, p.last}}
		if static {
			part.span = span{day, day}
			r.first = min(r.first, day)
		}
		if v.Returning != "pseudo_id" {
			part.cells = p.labelCells(v, s, name, nil)
		}
		r.parts = append(r.parts, part)
	}
}

// times finds the day on which a patient's registration begins and the one on
// which it ends (never for one that is open); ok is false for no registration.
// missed is called with each variable that cannot be served.
func (r *registrations) times(w *patient) (start, end int32, ok bool) {
	from, to := int32(never), int32(-never)
	want := func(s span) { from, to = min(from, s.from), max(to, s.to) }
	for _, s := range r.always {
		want(s)
	}
	for _, f := range r.flags {
		if w.has(f.column) {
			want(f.span)
		}
	}
	for _, part := range r.parts {
		if w.has(part.column) {
			want(part.span)
		}
	}
	start, end = min(from, r.first), never
	start -= int32(w.dice.count(2500)) + 1
	wanted := from != never
	for _, f := range r.flags {
		if w.has(f.column) || f.from < start || f.to >= end {
			continue
		}
		switch {
		case f.history && wanted: // the same registration, but the practice came to its system later
		case !wanted:
			end = min(end, f.from)
		case f.to > to: // leaves before that time is over
			end = min(end, max(to+1, f.from))
		case f.from < from: // comes after it has begun
			start = max(start, min(from, f.from+1))
		default:
			w.missed[f.column]++
		}
	}
	if w.has(r.left) {
		day := w.columns[r.left].Day(w.at)
		if wanted && day <= to {
			w.missed[r.left]++
		}
		end = day
		start = min(start, end-1)
	}
	return start, end, end > start
}

// serveRegistrations writes practice_registrations.
func (p *plan) serveRegistrations() {
	s := schemas[practiceRegistrations]
	r := p.readRegistrations()
	startAt, endAt, goLive := s.at("start_date"), s.at("end_date"), s.at("practice_systmone_go_live_date")
	id := s.at("practice_pseudo_id")
	var stps, names []cell
	for i := range regionsOfNoise {
		c, _ := s.textCell("practice_stp", stpCode(i))
		stps = append(stps, c)
		c, _ = s.textCell("practice_nuts1_region_name", regions[i%len(regions)])
		names = append(names, c)
	}
	system := dayOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	key := keyOf(p.seed, "practice_registrations")
	write := func(w *patient, start, end int32) *part {
		row := w.add(practiceRegistrations)
		practice := w.dice.IntN(practiceCount)
		row.set(intCell(id, int64(practice+1)))
		row.set(stps[practice%regionsOfNoise])
		row.set(names[practice%regionsOfNoise])
		row.set(dayCell(startAt, start))
		if end != never {
			row.set(dayCell(endAt, end))
		}
		row.set(dayCell(goLive, min(system+int32(practice), start)))
		return row
	}
	p.makers = append(p.makers, func(w *patient) {
		w.dice.roll(key, w.row)
		start, end, ok := r.times(w)
		// An earlier practice says nothing that the study asks for, unless it
		// asks for somebody who is not registered.
		if before := start - int32(w.dice.count(2000)) - 1; len(r.flags) == 0 && before > w.born && w.dice.Float64() < 0.4 {
			write(w, before, start)
		}
		if !ok {
			return
		}
		row := write(w, start, end)
		for _, f := range r.flags {
			if f.history && !w.has(f.column) && f.from >= start && f.to < end {
				row.set(dayCell(goLive, f.from+1))
			}
			if f.history && w.has(f.column) {
				row.set(dayCell(goLive, min(system, f.from)))
			}
		}
		for _, part := range r.parts {
			switch {
			case !w.has(part.column):
				row.set(nullCell(part.place))
			case part.cells == nil:
				row.set(intCell(part.place, w.columns[part.column].Int(w.at)))
			default:
				row.set(part.cells[w.columns[part.column].Code(w.at)])
			}
		}
	})
}

func stpCode(i int) string { return "E540000" + string([]byte{byte('0' + i/10), byte('0' + i%10)}) }
