package tables

// mostRecords bounds the records of one variable of one patient, whatever
// number was drawn.
const mostRecords = 1000

// meanStay is how many days pass on average between admission and discharge.
const meanStay = 3

// maker makes what writes the records of a group.
func (g *group) maker(p *plan) maker {
	if g.impossible {
		return func(*patient) {}
	}
	key := keyOf(p.seed, g.key)
	date, discharge := g.schema.at(g.date), g.schema.at("discharge_date")
	background := p.background(g)
	numeric := g.table == clinicalEvents
	leader := p.variable(p.names[g.lead])
	return func(w *patient) {
		if !w.has(g.lead) {
			return
		}
		w.dice.roll(key, w.row)
		n := 1
		if g.count >= 0 && w.has(g.count) {
			n = int(min(w.columns[g.count].Int(w.at), mostRecords))
		}
		if n <= 0 {
			return // an amount of 0 is no record
		}
		from, to := p.expected(leader, w.columns[g.lead], w.at)
		day, dated := g.day(w)
		if !dated {
			if to < from {
				w.missed[g.lead]++
				return
			}
			day = g.firstDay(w.dice, from, to, n)
		}
		if g.minimumAge >= 0 && yearOf(day)-yearOf(w.born) < g.minimumAge {
			w.missed[g.lead]++
			return
		}
		for k := range n {
			at := day
			if k > 0 {
				var ok bool
				if at, ok = g.next(w.dice, day, from, to, k); !ok {
					w.missed[g.lead]++
					return
				}
			}
			r := w.add(g.table)
			background(w, r)
			r.set(dayCell(date, at))
			if discharge >= 0 {
				r.set(dayCell(discharge, at+int32(w.dice.count(meanStay))))
			}
			for _, set := range g.chosen {
				set(w, r, at)
			}
			for _, set := range g.values {
				set(w, r, at)
			}
			if len(g.procedures) > 0 {
				w.procedure(g.procedures[w.dice.IntN(len(g.procedures))])
			}
			if numeric && !r.get(eventValue).value.IsNull() {
				w.copyToRanges(r, !g.rangesToo)
				for _, set := range g.ranges {
					set(w, w.parts[clinicalEventsRanges], at)
				}
			}
		}
	}
}

// day is the date that one of the group's variables has.
func (g *group) day(w *patient) (int32, bool) {
	for _, column := range g.dates {
		if w.has(column) {
			return w.columns[column].Day(w.at), true
		}
	}
	return 0, false
}

// firstDay chooses the day of the first, or last, of n records so that the
// others find room.
func (g *group) firstDay(d *dice, from, to int32, n int) int32 {
	room := int32(n-1) * int32(g.gap)
	if g.first {
		return d.between(from, max(from, to-room))
	}
	return d.between(min(to, from+room), to)
}

// next is the day of the k-th further record: after the first, or before the
// last.
func (g *group) next(d *dice, day, from, to int32, k int) (int32, bool) {
	if g.gap > 0 {
		at := day + int32(k*g.gap)
		if !g.first {
			at = day - int32(k*g.gap)
		}
		return at, at >= from && at <= to
	}
	if g.first {
		return d.between(day, max(day, to)), true
	}
	return d.between(min(from, day), day), true
}

// background fills the cells of a record that no variable asks for, as noise
// has them.
func (p *plan) background(g *group) func(w *patient, r *part) {
	n := noiseOf(g.table)
	if n == nil {
		return func(*patient, *part) {}
	}
	columns := p.noiseCells(n)
	ident := -1
	if n.ident != "" {
		ident = g.schema.at(n.ident)
	}
	positive := -1
	if g.table == sgssTests && len(g.conds) == 0 {
		positive = g.schema.at("is_positive")
	}
	return func(w *patient, r *part) {
		if ident >= 0 {
			r.set(intCell(ident, w.nextIdent()))
		}
		for i := range columns {
			columns[i].set(w, r)
		}
		if positive >= 0 { // what is returned of a test may be known of positive ones only
			r.set(boolCell(positive, len(g.values) > 0 || w.dice.Float64() < 0.2))
		}
	}
}

// noteOverlaps tells of variables that find the records of others too.
func (p *plan) noteOverlaps() {
	for _, g := range p.groups {
		var others []string
		for _, o := range p.groups {
			if o != g && g.finds(o) && !p.chained(g, o) && !p.chained(o, g) {
				others = append(others, p.names[o.lead])
			}
		}
		if len(others) > 0 {
			p.note(p.names[g.lead], findsOthers, "finds the records of %s too, so more patients may have a value, or another value, than was drawn", few(others))
		}
	}
}

// finds tells whether a record of other may meet all conditions of g.
func (g *group) finds(other *group) bool {
	if g.table != other.table || g.impossible || other.impossible || g.to < other.from || other.to < g.from {
		return false
	}
	for i := range g.conds {
		meets := false
		for j := range other.conds {
			if other.conds[j].column != g.conds[i].column {
				continue
			}
			for _, text := range other.conds[j].write {
				meets = meets || g.conds[i].accept(text)
			}
		}
		if !meets {
			return false
		}
	}
	return true
}

// chained tells whether the records of late follow those of early, by limits
// that are dates of other variables, and so never come between.
func (p *plan) chained(early, late *group) bool {
	if !late.first {
		return false
	}
	seen := map[string]bool{}
	var follows func(g *group) bool
	follows = func(g *group) bool {
		for _, name := range g.linked {
			if seen[name] {
				continue
			}
			seen[name] = true
			for _, o := range p.groups {
				if o.owns(name) && (o == early || follows(o)) {
					return true
				}
			}
		}
		return false
	}
	return follows(late)
}

func (g *group) owns(variable string) bool {
	for _, m := range g.members {
		if m.Name == variable {
			return true
		}
	}
	return false
}
