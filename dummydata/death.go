package dummydata

import (
	"fmt"
	"slices"

	"cohortcounts/study"
)

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

// linkDeaths ties the death variables together: those with a period that is
// the same for all, and those that the same dates limit.
func (p *plan) linkDeaths() {
	byLimits := map[string][]*node{}
	var limits []string
	for _, n := range p.nodes {
		if n.kind != drawn || !deathFunctions[n.variable.Function] || n.variable.Source != "" {
			continue
		}
		key := ""
		if n.parent != nil || len(n.anchors) > 0 {
			key = limitKey(n.variable.Between)
		}
		if byLimits[key] == nil {
			limits = append(limits, key)
		}
		byLimits[key] = append(byLimits[key], n)
	}
	for _, key := range limits {
		p.agreeOnDeath(byLimits[key], key != "")
	}
}

// limitKey tells apart what limits a variable's records.
func limitKey(period study.Period) string {
	key := "limited"
	for _, end := range []*study.DateExpression{period.From, period.To} {
		key += "|"
		if end != nil {
			key += fmt.Sprint(end.Variable, end.Function, end.Offset, end.Unit, end.Date)
		}
	}
	return key
}

// agreeOnDeath makes the deaths those of the same patients on the same days.
// One that has dates of others as limits is limited by those still.
func (p *plan) agreeOnDeath(deaths []*node, limited bool) {
	slices.SortStableFunc(deaths, func(a, b *node) int { return b.want - a.want })
	common := allDays
	var first *node
	for i, n := range deaths {
		if i > 0 {
			n.parent, n.anchors = deaths[i-1], nil
		}
		if n.form == formDay {
			if first == nil {
				first = n
			}
			common = common.and(n.window)
		}
	}
	for _, n := range deaths {
		if n.form != formDay {
			continue
		}
		if limited {
			n.postponed = &tree{postpones: n}
		} else {
			n.death = true
		}
		if !common.empty() { // else each is drawn within its own
			n.window = common
			n.rate = first.rate
			n.val = newStream(p.opts.Seed, "death"+first.name, "value")
			if !limited {
				n.val = newStream(p.opts.Seed, "death", "value")
			}
		}
	}
}

// A death that other dates limit is drawn with those, in their tree, and moved
// behind the patient's events once these are drawn. postponeDeaths makes trees
// of those moves, so that they find their place in the order.
func (p *plan) postponeDeaths() []*tree {
	var trees []*tree
	for _, n := range p.nodes {
		if n.postponed != nil {
			n.postponed.needs = []*tree{n.tree}
			trees = append(trees, n.postponed)
		}
	}
	for _, n := range p.nodes {
		for _, other := range p.requires(n) {
			if other.postponed != nil && other.tree != n.tree && !slices.Contains(n.tree.needs, other.postponed) {
				n.tree.needs = append(n.tree.needs, other.postponed)
			}
		}
	}
	return trees
}

// needEventsBeforeDeaths finds the drawn dates that a death comes after.
func (p *plan) needEventsBeforeDeaths() {
	deaths := map[*tree]bool{}
	for _, n := range p.nodes {
		switch {
		case n.death:
			deaths[n.tree] = true
		case n.postponed != nil:
			deaths[n.postponed] = true
		}
	}
	if len(deaths) == 0 {
		return
	}
	// What stands on a death is no event before it.
	depends := map[*tree]bool{}
	var dependsOnDeath func(t *tree) bool
	dependsOnDeath = func(t *tree) bool {
		known, ok := depends[t]
		if !ok {
			known = deaths[t] || slices.ContainsFunc(t.needs, dependsOnDeath)
			depends[t] = known
		}
		return known
	}
	for _, n := range p.nodes {
		if n.kind == drawn && n.form == formDay && n.days == nil && !dependsOnDeath(n.tree) && !n.followsDeath() {
			p.events = append(p.events, n)
		}
	}
	for t := range deaths {
		for _, n := range p.events {
			if !slices.Contains(t.needs, n.tree) {
				t.needs = append(t.needs, n.tree)
			}
		}
	}
}

// followsDeath tells whether n is, or is limited by, a death of its own tree
// that others limit.
func (n *node) followsDeath() bool {
	if n.postponed != nil || n.parent != nil && n.parent.followsDeath() {
		return true
	}
	for _, b := range []*bound{n.after, n.before} {
		if b != nil && b.anchor.tree == n.tree && b.anchor.followsDeath() {
			return true
		}
	}
	return false
}

// postpone moves a death behind the patient's last event, as far as its limits
// and what follows it leave room.
func (b *block) postpone(n *node) {
	c := b.of(n)
	last := b.lastEvents(c.filled)
	var followers, copies []*node
	for _, other := range n.tree.nodes {
		switch {
		case other.copies && other.parent == n:
			copies = append(copies, other)
		case other.kind == drawn && other.form == formDay && other.after != nil && other.after.anchor == n:
			followers = append(followers, other)
		}
	}
	c.filled.each(func(row int) {
		if last[row] <= c.days[row] {
			return
		}
		w := b.window(n, row)
		for _, f := range followers {
			if cells := b.of(f); cells.filled.has(row) {
				w.to = min(w.to, f.after.latest(cells.days[row]))
			}
		}
		if w.from = max(w.from, c.days[row], min(last[row], w.to)); !w.empty() {
			c.days[row] = n.rate.day(n.val.again(uint64(b.first+row), 100), w)
		}
	})
	for _, other := range copies {
		copy(b.of(other).days, c.days)
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
