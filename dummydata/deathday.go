package dummydata

// deathTiers is how many groups of rows deathRows makes.
const deathTiers = 3

// deathRows sorts the rows of candidates, in which n's limits leave a day, by
// how well they suit a death, into b.tiers: the dead by another variable who
// can be so by this one; the living whose last date leaves room; and those who
// would have a date after their death, which is better than a wrong incidence.
func (b *block) deathRows(n *node, candidates bitmap) []bitmap {
	d := n.death
	dead, living, late := b.tiers[1], b.tiers[2], b.tiers[3]
	clear(dead)
	clear(living)
	clear(late)
	last := b.lastEvents(candidates)
	candidates.each(func(row int) {
		w := b.window(d.limits(), row)
		died, on := b.diedBefore(d, row)
		switch {
		case died && on != nil:
			if w.has(*on) {
				dead.set(row)
			}
		case d.day != nil && last[row] > w.to:
			late.set(row)
		case died:
			dead.set(row)
		default:
			living.set(row)
		}
	})
	return b.tiers[1:4]
}

// diedBefore tells whether a patient is dead by an earlier death, and on which
// day, if a variable tells.
func (b *block) diedBefore(d *death, row int) (died bool, on *day) {
	for _, e := range d.earlier {
		if !b.of(e.first).filled.has(row) {
			continue
		}
		died = true
		if e.day == nil {
			continue
		}
		if c := b.of(e.day); c.filled.has(row) {
			return true, &c.days[row]
		}
	}
	return died, nil
}

// deaths draws the dates of death: as expected, or, where the patient has a
// later event, from what is expected from that event on.
func (b *block) deaths(n *node) {
	c, d := b.of(n), n.death
	if d.copied(n) {
		copy(c.days, b.of(d.day).days)
		return
	}
	row0 := uint64(b.first)
	last := b.lastEvents(c.filled)
	c.filled.each(func(row int) {
		w := b.window(n, row)
		if w.empty() {
			b.clearRow(n, row)
			return
		}
		if _, on := b.diedBefore(d, row); on != nil && w.has(*on) {
			c.days[row] = *on
			return
		}
		// What stands on the death must find a day too.
		if room := w; n.followed || n.preceded {
			if n.followed {
				room.to = min(room.to, c.late[row])
			}
			if n.preceded {
				room.from = max(room.from, c.early[row])
			}
			if !room.empty() {
				w = room
			}
		}
		c.days[row] = n.rate.day(n.val.at(row0+uint64(row)), w)
		if last[row] > c.days[row] {
			w.from = max(w.from, min(last[row], w.to))
			c.days[row] = n.rate.day(n.val.again(row0+uint64(row), 100), w)
		}
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
