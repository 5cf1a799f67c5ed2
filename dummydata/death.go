package dummydata

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cohortcounts/study"
)

// A patient dies once, and last. The death variables of a study therefore
// agree: those with the same limits are of the same patients, one with fewer
// rows having some of the rows of one with more, on one day. Of those with
// different limits the narrower are drawn first; who is dead by them is so by
// the others too, on that day, where it is within their limits.
//
// That day is on or after every date of the patient that does not itself depend
// on a death: the dead are chosen among the patients whose last date leaves
// them a day.

// deathFunctions are the functions that tell of a death.
var deathFunctions = map[string]bool{
	"died_from_any_cause":                   true,
	"with_these_codes_on_death_certificate": true,
	"with_death_recorded_in_cpns":           true,
	"with_death_recorded_in_primary_care":   true,
}

// A death is what the death variables with the same limits have in common.
type death struct {
	first *node // has the most rows; those of the others are among them
	// day is the date of death, of the variable with the most rows of those
	// that have one; nil when none has. The others' dates are copies of it, if
	// all of them can lie on one day.
	day   *node
	agree bool
	// earlier are the deaths that are drawn before.
	earlier []*death
	// picked tells that not every patient can be chosen: see needEventsBeforeDeaths.
	picked bool
}

// copied tells whether n, one of the deaths, has the date of another.
func (d *death) copied(n *node) bool { return d != nil && d.agree && n.form == formDay && n != d.day }

// source is the node whose date n has: its own, or that of another death.
func (n *node) source() *node {
	if n.death.copied(n) {
		return n.death.day
	}
	return n
}

// limits is the node whose limits decide who can have died.
func (d *death) limits() *node {
	if d.agree {
		return d.day
	}
	return d.first
}

// linkDeaths ties the death variables together.
func (p *plan) linkDeaths() {
	stands := p.standOnDeaths()
	byLimits := map[string][]*node{}
	var limits []string
	for _, n := range p.nodes {
		if !isDeath(n) || stands[n] || n.form == formDay && n.window.empty() {
			continue
		}
		key := "" // a period that is the same for all
		if n.parent != nil || len(n.anchors) > 0 {
			key = limitKey(n.variable.Between)
		}
		if byLimits[key] == nil {
			limits = append(limits, key)
		}
		byLimits[key] = append(byLimits[key], n)
	}
	slices.SortStableFunc(limits, func(a, b string) int {
		return cmp.Compare(narrowness(byLimits[b][0]), narrowness(byLimits[a][0]))
	})
	var earlier []*death
	for _, key := range limits {
		d := p.agreeOnDeath(byLimits[key])
		d.earlier = slices.Clone(earlier)
		earlier = append(earlier, d)
	}
}

func isDeath(n *node) bool {
	return n.kind == drawn && deathFunctions[n.variable.Function] && n.variable.Source == ""
}

// standOnDeaths are the nodes whose values follow from a death: their limits,
// or what they are computed from, lead to one.
func (p *plan) standOnDeaths() map[*node]bool {
	stands := map[*node]bool{}
	for changed := true; changed; {
		changed = false
		for _, n := range p.nodes {
			before := p.requires(n)
			if n.parent != nil {
				before = append(before, n.parent)
			}
			follows := func(other *node) bool { return stands[other] || isDeath(other) }
			if !stands[n] && slices.ContainsFunc(before, follows) {
				stands[n], changed = true, true
			}
		}
	}
	return stands
}

// narrowness orders limits: those that end on another date leave the least
// room.
func narrowness(n *node) (order int) {
	if n.before != nil {
		order += 2
	}
	if n.after != nil {
		order++
	}
	return order
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

// agreeOnDeath makes the deaths, which have the same limits, those of the same
// patients on the same days. Who these are is known when the dates that limit
// them are drawn.
func (p *plan) agreeOnDeath(deaths []*node) *death {
	slices.SortStableFunc(deaths, func(a, b *node) int { return b.want - a.want })
	d := &death{first: deaths[0]}
	common := allDays
	for i, n := range deaths {
		if i > 0 {
			n.parent, n.anchors = deaths[i-1], nil
		} else if n.parent != nil {
			n.parent, n.anchors = nil, []*node{n.parent}
		}
		if n.form == formDay {
			common = common.and(n.window)
			d.day = cmp.Or(d.day, n)
		}
		n.death = d
	}
	if d.agree = d.day != nil && !common.empty(); !d.agree {
		return d // each date is drawn within its own period
	}
	d.day.window = common
	name := "death"
	if len(d.first.anchors) > 0 {
		name += d.day.name
	}
	d.day.val = newStream(p.opts.Seed, name, "value")
	return d
}

// needEventsBeforeDeaths finds the drawn dates that a death comes after, and
// whether they leave every patient a day to die on.
func (p *plan) needEventsBeforeDeaths() {
	deaths := map[*tree]bool{}
	var all []*death
	for _, n := range p.nodes {
		if n.death != nil {
			deaths[n.tree] = true
			if n.death.first == n {
				all = append(all, n.death)
			}
		}
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
		if len(all) > 0 && n.kind == drawn && n.form == formDay && n.days == nil && !dependsOnDeath(n.tree) {
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
	for _, d := range all {
		d.picked = len(d.first.anchors)+len(d.earlier) > 0 || d.day != nil && slices.ContainsFunc(p.events, func(e *node) bool {
			return e.reach.to > d.limits().window.to
		})
	}
}

// laterEvents names the dates that can come after a death, those that can be
// the latest first.
func (p *plan) laterEvents(d *death) string {
	limits := d.limits()
	last := limits.window.to
	if limits.before != nil { // it may be any day that the other date allows
		last = limits.window.from
	}
	var later []*node
	for _, e := range p.events {
		if e.reach.to > last {
			later = append(later, e)
		}
	}
	slices.SortStableFunc(later, func(a, b *node) int { return cmp.Compare(b.reach.to, a.reach.to) })
	var names []string
	for _, e := range later[:min(len(later), namesShown)] {
		names = append(names, e.name)
	}
	text := strings.Join(names, ", ")
	if more := len(later) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
