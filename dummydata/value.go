package dummydata

import (
	"cohortcounts/internal/samebits"
)

// value gives the filled rows of a node their values.
func (b *block) value(n *node) {
	c := b.of(n)
	switch n.kind {
	case derived:
		b.derive(n)
		return
	case aggregate:
		b.compare(n)
		return
	case fixed:
		b.repeat(n)
		return
	case fromFile:
		b.takeFromFile(n)
		return
	}
	if n.parent != nil && b.of(n.parent).cleared {
		b.followCleared(n)
	}
	row0 := uint64(b.first)
	switch n.form {
	case formDay:
		b.dates(n)
	case formInt:
		clear(c.ints)
		if n.birth != nil {
			b.ages(n)
			return
		}
		c.filled.each(func(row int) {
			c.ints[row] = n.numbers.integer(n.val.at(row0 + uint64(row)))
		})
	case formFloat:
		clear(c.floats)
		c.filled.each(func(row int) {
			c.floats[row] = n.numbers.float(n.val.at(row0 + uint64(row)))
		})
	case formLabel:
		at := n.ratios.at
		if n.places != nil {
			at = n.places.at
		}
		c.filled.each(func(row int) {
			c.codes[row] = int32(at(n.val.at(row0 + uint64(row))))
		})
		b.dropEmptyLabels(n)
	}
}

// dropEmptyLabels takes away the rows whose label stands for no value.
func (b *block) dropEmptyLabels(n *node) {
	c := b.of(n)
	for code, label := range n.labels {
		if label != nil {
			continue
		}
		c.filled.each(func(row int) {
			if c.codes[row] == int32(code) {
				c.filled.clear(row)
			}
		})
	}
}

// dates draws the dates of a node.
func (b *block) dates(n *node) {
	c := b.of(n)
	row0 := uint64(b.first)
	switch {
	case n.copies:
		copy(c.days, b.of(n.parent).days)
	case n.birth != nil:
		b.births(n)
	case n.death != nil:
		b.deaths(n)
	case n.days != nil: // labels that are dates
		c.filled.each(func(row int) {
			code := n.ratios.at(n.val.at(row0 + uint64(row)))
			if n.labels[code] == nil {
				c.filled.clear(row)
				return
			}
			c.days[row] = n.days[code]
		})
	case n.after == nil && n.before == nil && !n.followed && !n.preceded:
		c.filled.each(func(row int) {
			c.days[row] = n.rate.day(n.val.at(row0+uint64(row)), n.window)
		})
		if b.plan.opts.Independent && n.variable.Source == "" {
			b.dropOutside(n)
		}
	default:
		b.linkedDates(n)
	}
}

// dropOutside is the original's filter: dates outside of the static period
// are taken away after they were drawn.
func (b *block) dropOutside(n *node) {
	if n.static == allDays {
		return
	}
	c := b.of(n)
	c.filled.each(func(row int) {
		if d := c.days[row]; d < n.static.from || d > n.static.to {
			c.filled.clear(row)
		}
	})
}

// linkedDates draws dates between those that limit them, leaving room for
// those that they limit.
//
// A date that k others follow, each on or after the one before, is the least
// of k+1: were the limits alike and the offsets none, the whole chain would be
// k+1 independent dates, sorted.
func (b *block) linkedDates(n *node) {
	c := b.of(n)
	after, before := b.limitOf(n.after), b.limitOf(n.before)
	late, early, followers := c.late, c.early, c.followers
	row0 := uint64(b.first)
	c.filled.each(func(row int) {
		w, least := n.window, 1
		if after.days != nil {
			w.from = max(w.from, after.at(row))
		}
		if before.days != nil {
			w.to = min(w.to, before.at(row))
		}
		if w.empty() {
			b.clearRow(n, row)
			return
		}
		limits := w
		if late != nil {
			w.to = min(w.to, late[row])
			least += int(followers[row])
		}
		if early != nil {
			w.from = max(w.from, early[row])
		}
		if w.empty() { // no day suits all that follow: one of them is cleared instead
			w = limits
		}
		c.days[row] = n.rate.day(leastOf(n.val, row0+uint64(row), least), w)
	})
}

// A limit is a bound with its anchor's dates in a block.
type limit struct {
	*bound
	days []day // nil when there is no bound
}

func (b *block) limitOf(bound *bound) limit {
	if bound == nil {
		return limit{}
	}
	return limit{bound, b.of(bound.anchor).days}
}

func (l *limit) at(row int) day {
	if l.table == nil {
		return l.days[row] + l.offset
	}
	return l.bound.at(l.days[row])
}

// leastOf is the least of k numbers of a row. Half of a number is enough for
// a day, so each gives two.
func leastOf(s stream, row uint64, k int) uint64 {
	u := s.at(row)
	if k == 1 {
		return u
	}
	if k > 16 { // one number, bent to the distribution of the least
		return share(1 - samebits.Exp(samebits.Log(1-unit(u))/float64(k)))
	}
	least := min(u>>32, u&(1<<32-1))
	for try := 1; 2*try < k; try++ {
		u = s.again(row, try)
		least = min(least, u>>32)
		if 2*try+1 < k {
			least = min(least, u&(1<<32-1))
		}
	}
	return least << 32
}

// clearRow takes a row's value away, and that of the variable whose record the
// date is of. It is the way out when limits contradict each other in a row:
// bounds come before incidence.
func (b *block) clearRow(n *node, row int) {
	for {
		c := b.of(n)
		c.filled.clear(row)
		c.cleared = true
		switch n.form {
		case formInt:
			c.ints[row] = 0
		case formFloat:
			c.floats[row] = 0
		}
		if !n.same {
			return
		}
		n = n.parent
	}
}

// followCleared clears the rows that the parent lost.
func (b *block) followCleared(n *node) {
	parent := b.of(n.parent).filled
	b.of(n).filled.each(func(row int) {
		if !parent.has(row) {
			b.clearRow(n, row)
		}
	})
}

// repeat fills in a fixed value.
func (b *block) repeat(n *node) {
	c := b.of(n)
	copy(c.filled, b.every)
	switch value := n.variable.Value.(type) {
	case bool:
		if !value {
			clear(c.filled)
		}
	case int64:
		fillWith(c.ints, value)
		fillWith(c.floats, float64(value))
	case float64:
		fillWith(c.floats, value)
	case string:
		fillWith(c.days, n.window.from)
		fillWith(c.codes, 0)
		b.dropEmptyLabels(n)
	}
}

func fillWith[T any](s []T, value T) {
	for i := range s {
		s[i] = value
	}
}
