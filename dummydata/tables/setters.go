package tables

import (
	"fmt"
	"math"
	"slices"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// A setter sets cells of the record r, whose date is day.
type setter func(w *patient, r *part, day int32)

// setters fill in the records of a group: its conditions first, then what the
// variables return.
type setters struct {
	schema *tableSchema
	chosen []setter // of conditions
	values []setter
	ranges []setter // of the same record in clinical_events_ranges
	// procedures are codes for the table beside opa.
	procedures []cell
	// impossible tells that no record can meet the conditions.
	impossible bool
}

// chooseCodes makes a setter of each condition. Where several codes meet it,
// those are taken that the fewest other variables look for, ideally none, so
// that the records of one are not found by another.
func (p *plan) chooseCodes(g *group) {
	for i := range g.conds {
		c := &g.conds[i]
		c.write = fewestSeekers(c.write, p.otherConditions(g, c))
		if c.column == procedureColumn {
			g.procedures = schemas[opaProcedures].textCells("primary_procedure_code", c.write)
			g.impossible = g.impossible || len(g.procedures) == 0
			continue
		}
		cells := g.schema.textCells(c.column, c.write)
		if len(cells) == 0 {
			p.note(g.members[0].Name, unserved, "nothing meets its condition on %s: nobody has a record", c.column)
			g.impossible = true
			continue
		}
		often := newMix(len(cells))
		g.chosen = append(g.chosen, func(w *patient, r *part, _ int32) { r.set(cells[often.pick(w.dice)]) })
	}
}

// otherConditions are those on the same column that look for other texts, too,
// of other groups whose period meets that of g.
func (p *plan) otherConditions(g *group, c *cond) []*cond {
	var others []*cond
	for _, other := range p.groups {
		if other == g || other.table != g.table || other.to < g.from || g.to < other.from {
			continue
		}
		for i := range other.conds {
			o := &other.conds[i]
			if o.column == c.column && !o.sameAs(c) {
				others = append(others, o)
			}
		}
	}
	return others
}

// fewestSeekers are the texts that the fewest of the conditions accept.
func fewestSeekers(texts []string, conditions []*cond) []string {
	var found []string
	fewest := len(conditions)
	for _, text := range texts {
		seekers := 0
		for _, o := range conditions {
			if o.accept(text) {
				seekers++
			}
		}
		if seekers < fewest {
			found, fewest = nil, seekers
		}
		if seekers == fewest {
			found = append(found, text)
		}
	}
	return found
}

// sameAs tells whether two conditions are one, by the texts that meet them.
func (c *cond) sameAs(o *cond) bool {
	return slices.ContainsFunc(c.write, o.accept) && !slices.ContainsFunc(c.write, func(t string) bool { return !o.accept(t) }) &&
		!slices.ContainsFunc(o.write, func(t string) bool { return !c.accept(t) })
}

// value adds the setter of what a member returns.
func (p *plan) value(g *group, v *study.Variable, column int) {
	switch v.Returning {
	case "total_bed_days_in_period":
		at := g.schema.at("discharge_date")
		g.values = append(g.values, func(w *patient, r *part, day int32) {
			if w.has(column) && w.columns[column].Int(w.at) > 0 {
				r.set(dayCell(at, day+int32(min(w.columns[column].Int(w.at), 3650))-1))
			}
		})
		return
	case "total_critical_care_days_in_period":
		g.values = append(g.values, numberSetter(v, column, g.schema, "days_in_critical_care", 0))
		return
	}
	name, ok := g.returns[v.Returning]
	switch {
	case !ok:
		p.note(v.Name, unserved, "the tables cannot tell %s", v.Returning)
	case v.Returning == "category":
		g.values = append(g.values, p.categorySetter(g, v, column))
	case p.drawing.Labels(v.Name) != nil:
		g.values = append(g.values, labelSetter(column, p.labelCells(v, g.schema, name, g.accepted(v, name))))
	default:
		g.values = append(g.values, numberSetter(v, column, g.schema, name, g.decimals))
	}
}

// accepted gives a label back when a record with it meets the conditions.
func (g *group) accepted(v *study.Variable, column string) func(string) string {
	if v.Returning == "symptomatic" {
		return func(label string) string { return map[string]string{"Y": "T", "N": "F"}[label] }
	}
	return func(label string) string {
		for i := range g.conds {
			if c := &g.conds[i]; c.column == column && !c.accept(label) {
				return ""
			}
		}
		return label
	}
}

// labelSetter sets the cell of a variable's label; without one, or where it is
// null, the record keeps what it has.
func labelSetter(column int, cells []cell) setter {
	return func(w *patient, r *part, _ int32) {
		if !w.has(column) {
			return
		}
		if c := cells[w.columns[column].Code(w.at)]; !c.value.IsNull() {
			r.set(c)
		}
	}
}

// categorySetter sets one of the codes of the label's category.
func (p *plan) categorySetter(g *group, v *study.Variable, column int) setter {
	list := v.Codelists["codelist"]
	name := g.returns["category"]
	var byLabel [][]cell
	for _, label := range p.drawing.Labels(v.Name) {
		var codes []string
		for i, category := range list.Categories {
			if label != nil && category == fmt.Sprint(label) && list.Codes[i] != "" {
				codes = append(codes, list.Codes[i])
			}
		}
		if len(codes) == 0 && label != nil {
			p.note(v.Name, unknownLabel, "no code of its codelist has the category %q", fmt.Sprint(label))
		}
		byLabel = append(byLabel, g.schema.textCells(name, codes))
	}
	return func(w *patient, r *part, _ int32) {
		if w.has(column) {
			if cells := byLabel[w.columns[column].Code(w.at)]; len(cells) > 0 {
				r.set(cells[w.dice.IntN(len(cells))])
			}
		}
	}
}

// numberSetter sets a variable's number, rounded to some decimals (0: as it
// is).
func numberSetter(v *study.Variable, column int, s *tableSchema, name string, decimals int) setter {
	at := s.at(name)
	if v.Type == study.Float {
		return floatSetter(column, at, decimals)
	}
	whole := s.columns[at].kind == kindInt
	return func(w *patient, r *part, _ int32) {
		switch {
		case !w.has(column):
		case whole:
			r.set(intCell(at, w.columns[column].Int(w.at)))
		default:
			r.set(floatCell(at, float64(w.columns[column].Int(w.at))))
		}
	}
}

func floatSetter(column, at, decimals int) setter {
	scale := math.Pow10(decimals)
	return func(w *patient, r *part, _ int32) {
		if !w.has(column) {
			return
		}
		x := w.columns[column].Float(w.at)
		if decimals > 0 {
			x = math.Round(x*scale) / scale
		}
		r.set(floatCell(at, x))
	}
}

// discharge sets the day on which an admission ends.
func (g *group) discharge(column int) {
	at := g.schema.at("discharge_date")
	g.values = append(g.values, func(w *patient, r *part, day int32) {
		if w.has(column) {
			r.set(dayCell(at, max(day, w.columns[column].Day(w.at))))
		}
	})
}

// expected is where the study expects a variable's record in a row: within
// its limits and, if there is room, within the dates of its expectations. It
// is empty, to before from, when the limits leave no day.
func (p *plan) expected(v *study.Variable, c dummydata.Column, row int) (from, to int32) {
	from, to = c.Window(row)
	if to < from || v.Expectations == nil {
		return from, to
	}
	first, last := p.first, p.last
	if e := v.Expectations; !e.Earliest.IsZero() && !e.Latest.IsZero() {
		first, last = max(dayOf(e.Earliest), p.last-36500), dayOf(e.Latest)
	}
	if a, b := max(from, first), min(to, last); a <= b {
		return a, b
	}
	if a, b := max(from, p.first), min(to, p.last); a <= b {
		return a, b
	}
	// Neither is near: a year from the end that is.
	if from > p.last {
		return from, min(to, from+365)
	}
	return max(from, to-365), to
}
