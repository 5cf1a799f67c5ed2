package dummydata

import (
	"fmt"
	"slices"

	"cohortcounts/study"
)

// A bound is a limit of a variable's dates that is taken, patient by patient,
// from another variable's date.
type bound struct {
	anchor *node
	limit  *study.DateExpression
	format study.DateFormat // the precision the anchor is known with
	// A bound of days alone is offset; others are looked up in table, which
	// starts with the day base.
	offset day
	table  []day
	base   day
}

// newBound prepares a bound for an anchor whose dates lie in w.
func newBound(anchor *node, limit *study.DateExpression, w window) *bound {
	b := &bound{anchor: anchor, limit: limit, format: anchor.variable.DateFormat}
	simple := limit.Function == "" && (limit.Unit == study.Days || limit.Offset == 0) && b.format == study.Day
	if simple {
		const far = int(400 * 366) // beyond all dates, and no overflow
		b.offset = day(max(-far, min(limit.Offset, far)))
		return b
	}
	b.base = w.from
	b.table = make([]day, 0, max(0, int(w.to-w.from)+1))
	for d := w.from; d <= w.to; d++ {
		b.table = append(b.table, limitDay(limit, b.format, d))
	}
	return b
}

// at is the limit that an anchor's day gives.
func (b *bound) at(d day) day {
	if b.table == nil {
		return d + b.offset
	}
	return b.table[min(max(int(d-b.base), 0), len(b.table)-1)]
}

// latest is the last day of the anchor that gives a limit of at most d, or
// a day before all when there is none.
func (b *bound) latest(d day) day {
	if b.table == nil {
		return d - b.offset
	}
	i, _ := slices.BinarySearch(b.table, d+1)
	return b.base + day(i) - 1
}

// earliest is the first day of the anchor that gives a limit of at least d.
func (b *bound) earliest(d day) day {
	if b.table == nil {
		return d - b.offset
	}
	i, _ := slices.BinarySearch(b.table, d)
	return b.base + day(i)
}

// link ties the plan's nodes to one another, and finds the window of each.
func (p *plan) link() {
	for _, n := range p.nodes {
		v := n.variable
		if n.kind != drawn {
			continue
		}
		n.static = staticWindow(p.period(n))
		if n.form == formDay && v.Function != "categorised_as" {
			n.window = n.rate.days
			if !p.opts.Independent {
				n.window = p.within(n)
			}
		}
		if p.opts.Independent {
			p.linkIndependent(n)
			continue
		}
		if n.variable.Source != "" {
			p.linkSource(n)
		} else {
			p.linkBounds(n, n)
		}
		p.findReach(n)
		p.moveRecord(n)
	}
	if !p.opts.Independent {
		p.linkDeaths()
		p.linkBirths()
		p.linkPlaces()
	}
	p.possible()
	p.separate()
}

// period is what limits the records that a date is taken from: its own, or
// that of the variable whose record it is the date of.
func (p *plan) period(n *node) study.Period {
	if source := p.byName[n.variable.Source]; source != nil && n.form == formDay && !p.opts.Independent {
		return p.period(source)
	}
	return n.variable.Between
}

func staticWindow(period study.Period) window {
	w := allDays
	if period.From != nil && period.From.Variable == "" {
		w.from = max(w.from, dayOf(period.From.Date))
	}
	if period.To != nil && period.To.Variable == "" {
		w.to = min(w.to, dayOf(period.To.Date))
	}
	return w
}

// within is the window in which a date both is expected and may lie.
func (p *plan) within(n *node) window {
	w := n.rate.days.and(n.static)
	if w.empty() {
		// The day that a uniform rate leaves out may be all there is.
		whole := window{min(n.rate.days.from, dayOf(n.expected.Earliest)), n.rate.days.to}
		w = whole.and(n.static)
	}
	return w
}

// linkIndependent ties a variable as the original does: a value has the rows
// of the last date that was asked of its record. Nothing else agrees.
func (p *plan) linkIndependent(n *node) {
	source := p.byName[n.variable.Source]
	if source == nil || n.form != formDay || source.form == formDay {
		return
	}
	source.parent, source.same = n, true
}

// linkSource ties what is taken from the record of another variable to it.
func (p *plan) linkSource(n *node) {
	source := p.byName[n.variable.Source]
	if source == nil || source.kind != drawn {
		return
	}
	n.parent = source
	if n.form != formDay {
		return // a comparator, a bound of the reference range: may be missing
	}
	n.same = true
	if source.form == formDay {
		n.copies = true
		return
	}
	p.linkBounds(n, source)
	n.parent = source
}

// linkBounds ties n to the dates that limit its records, which are those of
// source: n itself, or the variable that n is the date of.
func (p *plan) linkBounds(n, source *node) {
	var anchors []*node
	limitBy := func(limit *study.DateExpression) *bound {
		if limit == nil || limit.Variable == "" {
			return nil
		}
		anchor := p.byName[limit.Variable]
		if anchor == nil || anchor.form != formDay {
			return nil
		}
		if !slices.Contains(anchors, anchor) {
			anchors = append(anchors, anchor)
		}
		w := anchor.window
		if anchor.kind == fromFile || anchor.kind == derived || anchor.kind == aggregate {
			w = allDays
		}
		return newBound(anchor, limit, w)
	}
	period := p.period(source)
	n.after, n.before = limitBy(period.From), limitBy(period.To)
	if n != source {
		return // the rows are the source's, whose own links decide
	}
	if len(anchors) == 1 && anchors[0].kind == drawn {
		n.parent = anchors[0]
		return
	}
	// Several dates, or one that is computed: which rows leave room between
	// them is known only once those are drawn.
	n.anchors = anchors
}

func limitText(side string, b *bound) string {
	if b.limit.Text != "" {
		return fmt.Sprintf("%s %q", side, b.limit.Text)
	}
	return "its limit by " + b.anchor.name
}

func describeWindow(n *node) string {
	return fmt.Sprintf("expected %s to %s, period %s to %s",
		n.expected.Earliest.Format("2006-01-02"), n.expected.Latest.Format("2006-01-02"),
		dateText(n.static.from), dateText(n.static.to))
}

func dateText(d day) string {
	if d <= firstDay || d >= lastDay {
		return "any day"
	}
	return dateOf(d).Format("2006-01-02")
}
