package dummydata

import "slices"

// A patient dies once. The death variables of a study therefore agree: one
// with fewer rows has some of the rows of one with more, and all dates of a
// patient's death are the same day. Deaths come last: that day is on or after
// every date of the patient that does not itself depend on a death.

// deathFunctions are the functions that tell of a death.
var deathFunctions = map[string]bool{
	"died_from_any_cause":                   true,
	"with_these_codes_on_death_certificate": true,
	"with_death_recorded_in_cpns":           true,
	"with_death_recorded_in_primary_care":   true,
}

// linkDeaths ties the death variables together.
func (p *plan) linkDeaths() {
	var deaths []*node
	for _, n := range p.nodes {
		// One that is limited by another variable's dates follows that instead.
		if n.kind == drawn && deathFunctions[n.variable.Function] && n.parent == nil && len(n.anchors) == 0 {
			deaths = append(deaths, n)
		}
	}
	slices.SortStableFunc(deaths, func(a, b *node) int { return b.want - a.want })
	common := allDays
	var first *node
	for i, n := range deaths {
		if i > 0 {
			n.parent = deaths[i-1]
		}
		if n.form == formDay {
			if first == nil {
				first = n
			}
			common = common.and(n.window)
		}
	}
	for _, n := range deaths {
		if n.form == formDay {
			n.death = true
			if !common.empty() { // else each is drawn within its own
				n.window = common
				n.rate = first.rate
				n.val = newStream(p.opts.Seed, "death", "value")
			}
		}
	}
}

// events are the drawn dates that a death comes after.
func (p *plan) needEventsBeforeDeaths() {
	dying := map[*tree]bool{}
	for _, n := range p.nodes {
		if n.death {
			dying[n.tree] = true
		}
	}
	if len(dying) == 0 {
		return
	}
	// What stands on a death is no event before it.
	depends := map[*tree]bool{}
	var dependsOnDeath func(t *tree) bool
	dependsOnDeath = func(t *tree) bool {
		known, ok := depends[t]
		if !ok {
			known = dying[t] || slices.ContainsFunc(t.needs, dependsOnDeath)
			depends[t] = known
		}
		return known
	}
	for _, n := range p.nodes {
		if n.kind == drawn && n.form == formDay && n.days == nil && !dependsOnDeath(n.tree) {
			p.events = append(p.events, n)
		}
	}
	for t := range dying {
		for _, n := range p.events {
			if !slices.Contains(t.needs, n.tree) {
				t.needs = append(t.needs, n.tree)
			}
		}
	}
}

// deaths draws the dates of death: as expected, or, where the patient has a
// later event, from what is expected from that event on.
func (b *block) deaths(n *node) {
	c := b.of(n)
	row0 := uint64(b.first)
	if n.followed || n.preceded {
		b.linkedDates(n)
	} else {
		c.filled.each(func(row int) {
			c.days[row] = n.rate.day(n.val.at(row0+uint64(row)), n.window)
		})
	}
	last := b.lastEvents(c.filled)
	c.filled.each(func(row int) {
		if last[row] <= c.days[row] {
			return
		}
		w := window{min(last[row], n.window.to), n.window.to}
		if n.followed {
			w.to = max(w.from, min(w.to, c.late[row]))
		}
		c.days[row] = n.rate.day(n.val.again(row0+uint64(row), 100), w)
	})
}

// lastEvents is the last event of each of the given rows.
func (b *block) lastEvents(rows bitmap) []day {
	b.last = sized(b.last, b.rows)
	fillWith(b.last, firstDay)
	for _, e := range b.plan.events {
		c := b.of(e)
		for i, w := range rows {
			b.spare[i] = w & c.filled[i]
		}
		b.spare.each(func(row int) { b.last[row] = max(b.last[row], c.days[row]) })
	}
	return b.last
}
