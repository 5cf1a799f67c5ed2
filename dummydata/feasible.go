package dummydata

import "fmt"

// possible notes the variables that no patient can have, because the dates
// that limit them leave no day, and finds the days that each of the others can
// have at all.
func (p *plan) possible() {
	for _, n := range p.nodes {
		if p.findReach(n); !n.isFreeDate() || !n.reach.empty() {
			continue
		}
		n.want = 0
		if n.same {
			n.parent.want = 0
		}
		switch {
		case n.window.empty():
			p.note(n, Empty, fmt.Sprintf("empty: no day is both in its period and expected (%s)", describeWindow(n)))
		case n.after != nil:
			p.note(n, Empty, fmt.Sprintf("empty: %s leaves no day of those expected (%s)", limitText("on or after", n.after), describeWindow(n)))
		default:
			p.note(n, Empty, fmt.Sprintf("empty: %s leaves no day of those expected (%s)", limitText("on or before", n.before), describeWindow(n)))
		}
	}
}

// isFreeDate tells whether a date is drawn within limits.
func (n *node) isFreeDate() bool {
	return n.kind == drawn && n.form == formDay && n.days == nil && n.birth == nil
}

// findReach finds the days that n can have, given those that some day of the
// dates which limit it allows.
func (p *plan) findReach(n *node) {
	n.reach = n.window
	if !n.isFreeDate() {
		return
	}
	if n.after != nil && n.before != nil && n.after.anchor == n.before.anchor && n.after.anchor.kind == drawn {
		whole := n.reach
		n.reach = window{lastDay, firstDay}
		for d := n.after.anchor.reach.from; d <= n.after.anchor.reach.to; d++ {
			if w := whole.and(window{n.after.at(d), n.before.at(d)}); !w.empty() {
				n.reach = window{min(n.reach.from, w.from), max(n.reach.to, w.to)}
			}
		}
		return
	}
	if n.after != nil && n.after.anchor.kind == drawn {
		n.reach.from = max(n.reach.from, n.after.at(n.after.anchor.reach.from))
	}
	if n.before != nil && n.before.anchor.kind == drawn {
		n.reach.to = min(n.reach.to, n.before.at(n.before.anchor.reach.to))
	}
}

// moveRecord sees to a date of a record that holds a value too, where no day is
// both expected and within the record's limits: it gets the nearest days that
// are within those. The limits come first, then the value's incidence, then
// the dates that are expected.
func (p *plan) moveRecord(n *node) {
	source := p.byName[n.variable.Source]
	if source == nil || source.kind != drawn || source.form == formDay || n.form != formDay {
		return
	}
	defer func() { source.room = source.room.and(n.window) }()
	if n.static.empty() || !n.reach.empty() {
		return
	}
	expected, length := n.rate.days, n.rate.days.to-n.rate.days.from
	w := n.static
	if n.after != nil && n.after.anchor.kind == drawn {
		w.from = max(w.from, n.after.at(n.after.anchor.reach.from))
		expected.to = max(expected.to, n.after.at(n.after.anchor.reach.to)+length)
	}
	if n.before != nil && n.before.anchor.kind == drawn {
		w.to = min(w.to, n.before.at(n.before.anchor.reach.to))
		expected.from = min(expected.from, n.before.at(n.before.anchor.reach.from)-length)
	}
	switch {
	case w.empty():
		return
	case w.to < expected.from:
		expected = window{w.to - length, w.to}
	case w.from > expected.to:
		expected = window{w.from, w.from + length}
	}
	p.note(n, Moved, fmt.Sprintf("no day is both within its limits and expected (%s): it is within its limits", describeWindow(n)))
	n.window = w.and(expected)
	n.rate = rate{days: n.window}
	p.findReach(n)
}

// separate sees to it that a date finds a day in every row, whichever of those
// that it makes room for have a value there. Where it must come early enough
// for some and late enough for others, and both cannot be, the last of them
// gets rows of its own; see [plan.part].
func (p *plan) separate() {
	for changed := true; changed; {
		changed = false
		rooms := map[*node]window{}
		for _, n := range p.nodes {
			p.leastRoom(n, rooms)
			if !n.reach.empty() && p.part(n, rooms) {
				changed = true
				break
			}
		}
	}
}

// leastRoom is how late and how early a date must be, when all have a value
// that it must make room for; where these have rows of their own, to may come
// before from.
func (p *plan) leastRoom(n *node, rooms map[*node]window) window {
	if w, ok := rooms[n]; ok {
		return w
	}
	w := n.window
	rooms[n] = w // dates do not limit one another in a circle
	for _, child := range p.limitedBy(n) {
		w = w.and(child.leaves(n, p.leastRoom(child, rooms)))
	}
	rooms[n] = w
	return w
}

// leaves are the days of its anchor that leave a date with the given room one.
func (n *node) leaves(anchor *node, room window) window {
	w := allDays
	if n.after != nil && n.after.anchor == anchor {
		w.to = n.after.latest(room.to)
	}
	if n.before != nil && n.before.anchor == anchor {
		w.from = n.before.earliest(room.from)
	}
	return w
}

// limitedBy are the dates of the same tree that n limits, in order.
func (p *plan) limitedBy(n *node) []*node {
	var found []*node
	if n.kind != drawn || n.form != formDay {
		return nil
	}
	for _, c := range p.nodes {
		limits := c.after != nil && c.after.anchor == n || c.before != nil && c.before.anchor == n
		if limits && c.kind == drawn && c.form == formDay && !c.reach.empty() && c.root() == n.root() {
			found = append(found, c)
		}
	}
	return found
}

// root is the first node of n's tree.
func (n *node) root() *node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// part looks for dates that n cannot make room for in one row. The last of them
// gets rows in which the other one is empty, if there are enough, and is else
// taken out of the tree: its rows are then those that happen to have room. It
// is false when there are none.
func (p *plan) part(n *node, rooms map[*node]window) bool {
	children := p.limitedBy(n)
	for i, child := range children {
		own := n.window.and(child.leaves(n, rooms[child]))
		var against []*node
		for _, other := range children[:i] {
			if child.record().apart != other.record() && own.and(other.leaves(n, rooms[other])).empty() {
				against = append(against, other)
			}
		}
		if len(against) == 0 || child.record() == n.root() {
			continue
		}
		record, other := child.record(), against[0].record()
		enough := record.want+other.want <= n.want && record.parent == other.parent && other.index < record.index
		if len(against) == 1 && record.apart == nil && enough {
			record.apart = other
		} else {
			record.parent, record.apart = nil, nil
			record.anchors = []*node{n}
		}
		return true
	}
	return false
}

// record is what a date's rows are those of: the variable that it is the date
// of, or itself.
func (n *node) record() *node {
	for n.same {
		n = n.parent
	}
	return n
}
