package tables

import (
	"fmt"
	"math"

	"cohortcounts/study"
)

// serveBirths writes the table patients: birth, sex, and the death that the
// practice knows of. Makers after it know the day of birth.
func (p *plan) serveBirths() {
	s := schemas[patients]
	asked := false
	for _, v := range p.of("age_as_of", "date_of_birth") {
		p.served[v.Name] = true
		asked = asked || p.drawing.Drawn(v.Name)
		if d, ok := v.Dates["reference_date"]; ok && d.Variable != "" {
			p.note(v.Name, follows, "follows from the date of birth, as it is an age on each patient's own date")
		}
	}
	sex, sexes := p.labels("sex", s, "sex", func(label string) string {
		return map[string]string{"M": "male", "F": "female", "I": "intersex", "U": "unknown"}[label]
	})
	anySex := s.textCells("sex", []string{"female", "male"})
	key := keyOf(p.seed, "patients")
	birth, death := s.at("date_of_birth"), s.at("date_of_death")
	dead := p.practiceDeaths()
	p.makers = append(p.makers, func(w *patient) {
		w.dice.roll(key, w.row)
		r := w.add(patients)
		born, known := w.born, true
		if asked {
			born, known = w.block.Born(w.at)
		}
		if !asked || !known {
			// A population whose ages are nearly even up to 60, and few beyond 90.
			years := 95 * (1 - math.Sqrt(1-w.dice.unit()))
			born = firstOfMonth(p.last - int32(years*365.25))
		}
		w.born = born
		if known {
			r.set(dayCell(birth, born))
		}
		switch {
		case sex < 0:
			r.set(anySex[w.dice.IntN(2)])
		case w.has(sex):
			r.set(sexes[w.columns[sex].Code(w.at)])
		}
		if day, ok := dead(w); ok {
			r.set(dayCell(death, day))
		}
	})
}

// labels are the cells of a function's labels, by code; column is that of the
// first variable of the function, -1 when there is none.
func (p *plan) labels(function string, s *tableSchema, name string, translate func(string) string) (column int, cells []cell) {
	column = -1
	for _, v := range p.of(function) {
		p.served[v.Name] = true
		if !p.drawing.Drawn(v.Name) {
			continue
		}
		if column >= 0 {
			p.note(v.Name, follows, "follows from %s: both are the same of a patient", p.names[column])
			continue
		}
		column = p.column(v.Name)
		cells = p.labelCells(v, s, name, translate)
	}
	return column, cells
}

// labelCells are the cells of a variable's labels, by code. A label that the
// column cannot hold is noted, and null.
func (p *plan) labelCells(v *study.Variable, s *tableSchema, name string, translate func(string) string) []cell {
	var cells []cell
	for _, label := range p.drawing.Labels(v.Name) {
		text := ""
		if label != nil {
			text = fmt.Sprint(label)
		}
		if translate != nil && text != "" {
			text = translate(text)
			if text == "" {
				p.note(v.Name, unknownLabel, "the label %q cannot come from %s", fmt.Sprint(label), s.name)
			}
		}
		c, ok := s.textCell(name, text)
		if !ok {
			p.note(v.Name, unknownLabel, "the label %q cannot be held by %s of %s", text, name, s.name)
			c = nullCell(s.at(name))
		}
		cells = append(cells, c)
	}
	return cells
}

// serveHouseholds writes one household per patient who has one.
func (p *plan) serveHouseholds() {
	s := schemas[households]
	id, size := -1, -1
	for _, v := range p.of("household_as_of") {
		p.served[v.Name] = true
		switch {
		case !p.drawing.Drawn(v.Name):
		case v.Returning == "pseudo_id" && id < 0:
			id = p.column(v.Name)
		case v.Returning == "household_size" && size < 0:
			size = p.column(v.Name)
		case v.Returning == "pseudo_id" || v.Returning == "household_size":
			p.note(v.Name, follows, "follows from another variable: a patient has one household")
		default:
			p.note(v.Name, unserved, "the tables cannot tell %s of a household", v.Returning)
		}
	}
	key := keyOf(p.seed, "households")
	pseudo, members := s.at("household_pseudo_id"), s.at("household_size")
	patients := int64(p.drawing.Patients())
	p.makers = append(p.makers, func(w *patient) {
		if (id >= 0 || size >= 0) && !w.has(id) && !w.has(size) {
			return
		}
		w.dice.roll(key, w.row)
		r := w.add(households)
		household, people := 1+w.dice.Int64N(patients), 1+int64(w.dice.count(1.4))
		if id >= 0 {
			household = 0
			if w.has(id) {
				household = w.columns[id].Int(w.at)
			}
		}
		if size >= 0 {
			people = 0
			if w.has(size) {
				people = w.columns[size].Int(w.at)
			}
		}
		r.set(intCell(pseudo, household))
		r.set(intCell(members, people))
	})
}

// serveEthnicity writes the code that hospitals have for most patients.
func (p *plan) serveEthnicity() {
	s := schemas[ethnicity]
	groups := map[string]map[string]string{"group_16": {}, "group_6": {}}
	sixth := map[string]string{"A": "1", "B": "1", "C": "1", "D": "2", "E": "2", "F": "2", "G": "2", "H": "3", "J": "3", "K": "3", "L": "3", "M": "4", "N": "4", "P": "4", "R": "5", "S": "5"}
	letters := []string{"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S"}
	for i, letter := range letters {
		groups["group_16"][fmt.Sprint(i+1)] = letter
		if _, known := groups["group_6"][sixth[letter]]; !known {
			groups["group_6"][sixth[letter]] = letter
		}
	}
	asked := -1
	var codes []cell
	for _, v := range p.of("with_ethnicity_from_sus") {
		p.served[v.Name] = true
		switch {
		case !p.drawing.Drawn(v.Name):
		case asked >= 0:
			p.note(v.Name, follows, "follows from %s: a patient has one code", p.names[asked])
		case groups[v.Returning] != nil:
			asked = p.column(v.Name)
			codes = p.labelCells(v, s, "code", func(label string) string { return groups[v.Returning][label] })
		default:
			asked = p.column(v.Name)
			codes = p.labelCells(v, s, "code", nil)
		}
	}
	key := keyOf(p.seed, "ethnicity")
	noise := s.textCells("code", letters)
	often := newMix(len(noise))
	p.makers = append(p.makers, func(w *patient) {
		if asked >= 0 {
			if w.has(asked) {
				w.add(ethnicity).set(codes[w.columns[asked].Code(w.at)])
			}
			return
		}
		if w.dice.roll(key, w.row); w.dice.Float64() < 0.75 {
			w.add(ethnicity).set(noise[often.pick(w.dice)])
		}
	})
}

// serveOccupation writes what was said of a patient's work at a vaccination.
func (p *plan) serveOccupation() {
	worker := -1
	for _, v := range p.of("with_healthcare_worker_flag_on_covid_vaccine_record") {
		p.served[v.Name] = true
		if p.drawing.Drawn(v.Name) && worker < 0 {
			worker = p.column(v.Name)
		}
	}
	key := keyOf(p.seed, "occupation")
	at := schemas[occupation].at("is_healthcare_worker")
	p.makers = append(p.makers, func(w *patient) {
		w.dice.roll(key, w.row)
		switch {
		case w.has(worker):
			w.add(occupation).set(boolCell(at, true))
		case w.dice.Float64() < 0.6:
			w.add(occupation).set(boolCell(at, worker < 0 && w.dice.Float64() < 0.05))
		}
	})
}
