package tables

import (
	"fmt"

	"cohortcounts/study"
)

// serveAddresses writes where patients live: one address that holds at all
// times which the study asks for, and some earlier ones.
func (p *plan) serveAddresses() {
	s := schemas[addresses]
	first := p.last
	var parts []addressPart
	by := map[string]string{}
	for _, v := range p.of("address_as_of", "care_home_status_as_of") {
		p.served[v.Name] = true
		if day, ok := staticDay(v, "date"); ok {
			first = min(first, day)
		}
		what := v.Returning
		if v.Function == "care_home_status_as_of" {
			what = "care home"
		}
		switch {
		case !p.drawing.Drawn(v.Name):
		case by[what] != "":
			p.note(v.Name, follows, "follows from %s: patients stay at one address", by[what])
		default:
			if part, ok := p.addressPart(v, s); ok {
				parts = append(parts, part)
				by[what] = v.Name
			}
		}
	}
	var areas []string
	for i := range 400 {
		areas = append(areas, fmt.Sprintf("E0200%04d", i+1))
	}
	msoas := s.textCells("msoa_code", areas)
	key := keyOf(p.seed, "addresses")
	number, startAt, endAt := s.at("address_id"), s.at("start_date"), s.at("end_date")
	rural, imd, postcode, careHome := s.at("rural_urban_classification"), s.at("imd_rounded"), s.at("has_postcode"), s.at("care_home_is_potential_match")
	write := func(w *patient, n int64, start, end int32) *part {
		r := w.add(addresses)
		r.set(intCell(number, int64(w.row)*2+n))
		r.set(dayCell(startAt, start))
		if end != never {
			r.set(dayCell(endAt, end))
		}
		area := w.dice.IntN(len(msoas))
		r.set(intCell(rural, int64(1+area%8)))
		r.set(intCell(imd, 100*int64(1+w.dice.IntN(328))))
		r.set(msoas[area])
		r.set(boolCell(postcode, true))
		r.set(boolCell(careHome, false))
		return r
	}
	p.makers = append(p.makers, func(w *patient) {
		w.dice.roll(key, w.row)
		start := first - int32(w.dice.count(2500)) - 1
		if before := start - int32(w.dice.count(2000)) - 1; before > w.born && w.dice.Float64() < 0.4 {
			write(w, 1, before, start)
		}
		r := write(w, 0, start, never)
		for _, part := range parts {
			label := part.empty
			if w.has(part.column) {
				label = part.filled
				if part.labels != nil {
					label = part.labels[w.columns[part.column].Code(w.at)]
				}
			}
			for _, c := range label {
				r.set(c)
			}
		}
	})
}

// An addressPart is a variable that returns something of an address: the cells
// of each of its labels (of a flag, of those who have it), and those of a
// patient without a value.
type addressPart struct {
	column int
	labels [][]cell
	filled []cell
	empty  []cell
}

func (p *plan) addressPart(v *study.Variable, s *tableSchema) (addressPart, bool) {
	part := addressPart{column: p.column(v.Name)}
	place := map[string]string{"index_of_multiple_deprivation": "imd_rounded", "rural_urban_classification": "rural_urban_classification", "msoa": "msoa_code"}
	if v.Function == "care_home_status_as_of" {
		return p.careHomePart(v, s, part)
	}
	name, ok := place[v.Returning]
	if !ok {
		p.note(v.Name, unserved, "the tables cannot tell %s of an address", v.Returning)
		return part, false
	}
	for _, c := range p.labelCells(v, s, name, nil) {
		part.labels = append(part.labels, []cell{c})
	}
	part.empty = []cell{nullCell(s.at(name))}
	return part, true
}
