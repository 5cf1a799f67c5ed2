package dummydata

import "sync"

// A block is the rows that a worker has at hand: all columns of them.
type block struct {
	plan   *plan
	number int
	first  int // row of the cohort that is this block's row 0
	rows   int
	// firstOut is the place in the cohort of the first row; see drawCohort.
	firstOut int
	cells    []cells // by node.index
	every    bitmap  // all rows
	spare    bitmap
	tiers    [4]bitmap // of eligible
	last     []day     // of lastEvents
}

// cells are a node's values in a block. Only rows that are filled have values;
// in others numbers are 0, codes are of no meaning, and so are days.
type cells struct {
	filled  bitmap
	days    []day
	ints    []int64
	floats  []float64
	codes   []int32
	cleared bool // rows lost their value after they were chosen
	// The room of a date that limits others: the last and the first day that
	// leave each of those a day, and how many follow one another after it. Nil
	// where nothing limits from that side.
	late, early []day
	followers   []uint8
}

func (p *plan) newBlock() *block {
	rows := min(blockRows, p.opts.Patients)
	return &block{
		plan: p, cells: make([]cells, len(p.nodes)),
		every: make(bitmap, words(rows)), spare: make(bitmap, words(rows)),
	}
}

// blockPool keeps blocks for the next pass over the rows: their memory is most
// of what drawing needs.
type blockPool struct {
	mutex sync.Mutex
	free  []*block
}

func (s *blockPool) get(p *plan) *block {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	last := len(s.free) - 1
	if last < 0 {
		return p.newBlock()
	}
	b := s.free[last]
	s.free = s.free[:last]
	return b
}

func (s *blockPool) put(b *block) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.free = append(s.free, b)
}

// start makes b the block with the given number; its cells are to be drawn.
func (b *block) start(number int) {
	b.number, b.first, b.rows = number, number*blockRows, b.plan.rowsOf(number)
	b.every = b.every[:words(b.rows)]
	b.spare = b.spare[:words(b.rows)]
	b.every.fill(b.rows)
}

// of gives a node's cells, sized to the block.
func (b *block) of(n *node) *cells { return &b.cells[n.index] }

// resize gives the cells of n the block's number of rows; memory is kept from
// block to block.
func (b *block) resize(n *node) *cells {
	c := b.of(n)
	c.filled = sized(c.filled, words(b.rows))
	switch n.form {
	case formDay:
		c.days = sized(c.days, b.rows)
	case formInt:
		c.ints = sized(c.ints, b.rows)
	case formFloat:
		c.floats = sized(c.floats, b.rows)
	case formLabel:
		c.codes = sized(c.codes, b.rows)
	}
	c.cleared = false
	return c
}

func sized[S ~[]T, T any](s S, n int) S {
	if cap(s) < n {
		return make(S, n)
	}
	return s[:n]
}

// draw does the errands, in order.
func (b *block) draw(errands []errand) {
	for _, e := range errands {
		for _, n := range e.nodes {
			b.resize(n)
			b.fill(n)
		}
		for i, n := range e.nodes {
			if e.valued[i] {
				b.openRoom(n)
			}
		}
		for i := len(e.nodes) - 1; i >= 0; i-- {
			if e.valued[i] {
				b.room(e.nodes[i])
			}
		}
		for i, n := range e.nodes {
			if e.valued[i] {
				b.value(n)
			}
		}
	}
}

// fill decides which rows of a drawn node have a value.
func (b *block) fill(n *node) {
	c := b.of(n)
	if n.kind != drawn {
		return
	}
	from, have := b.every, b.rows
	switch {
	case n.same:
		copy(c.filled, b.of(n.parent).filled)
		return
	case n.parent != nil:
		from, have = b.of(n.parent).filled, n.parent.taken[b.number]
		if n.apart != nil {
			for i, w := range b.of(n.apart).filled {
				b.spare[i] = from[i] &^ w
			}
			from, have = b.spare, have-n.apart.taken[b.number]
		}
	case n.counted():
		clear(c.filled)
		for i, rows := range b.eligible(n) {
			choose(b.spare, rows, n.sel.under(uint64(b.number)).tier(i), rows.count(), n.tiers[i][b.number])
			for word, chosen := range b.spare {
				c.filled[word] |= chosen
			}
		}
		return
	}
	choose(c.filled, from, n.sel.under(uint64(b.number)), have, n.taken[b.number])
}

// eligible are the rows in which all anchors of n have a date and leave a day
// between them, in groups: rows of one are taken when there are no more of
// those before it.
func (b *block) eligible(n *node) []bitmap {
	limits := n
	if n.death != nil {
		limits = n.death.limits()
	}
	for i := range b.tiers {
		b.tiers[i] = sized(b.tiers[i], words(b.rows))
	}
	rows := b.tiers[0]
	copy(rows, b.every)
	for _, a := range n.anchors {
		for i, w := range b.of(a).filled {
			rows[i] &= w
		}
	}
	rows.each(func(row int) {
		if b.window(limits, row).empty() {
			rows.clear(row)
		}
	})
	if n.death != nil {
		return b.deathRows(n, rows)
	}
	return b.tiers[:1]
}

// window is where the date of n may lie in a row, by what its anchors have.
func (b *block) window(n *node, row int) window {
	w := n.window
	if n.form != formDay {
		w = n.static.and(n.room)
	}
	if n.after != nil {
		w.from = max(w.from, n.after.at(b.of(n.after.anchor).days[row]))
	}
	if n.before != nil {
		w.to = min(w.to, n.before.at(b.of(n.before.anchor).days[row]))
	}
	return w
}

// openRoom starts the room of a node with its own window.
func (b *block) openRoom(n *node) {
	c := b.of(n)
	if n.followed {
		c.late, c.followers = sized(c.late, b.rows), sized(c.followers, b.rows)
		fillWith(c.late, n.window.to)
		clear(c.followers)
	}
	if n.preceded {
		c.early = sized(c.early, b.rows)
		fillWith(c.early, n.window.from)
	}
}

// room narrows the room of what n is limited by, in the rows where n has a
// date: each must leave n a day.
func (b *block) room(n *node) {
	if n.form != formDay || n.kind != drawn {
		return
	}
	c := b.of(n)
	if from := n.source(); from != n {
		other := b.of(from)
		c.filled.each(func(row int) {
			if n.followed {
				other.late[row] = min(other.late[row], c.late[row])
			}
			if n.preceded {
				other.early[row] = max(other.early[row], c.early[row])
			}
		})
	}
	if after := n.after; after != nil && after.anchor.tree == n.tree {
		a := b.of(after.anchor)
		anchorLate, anchorFollowers, late, followers := a.late, a.followers, c.late, c.followers
		c.filled.each(func(row int) {
			last, chain := n.window.to, uint8(0)
			if n.followed {
				last, chain = late[row], followers[row]
			}
			anchorLate[row] = min(anchorLate[row], after.latest(last))
			anchorFollowers[row] = max(anchorFollowers[row], min(chain, 254)+1)
		})
	}
	if before := n.before; before != nil && before.anchor.tree == n.tree {
		a := b.of(before.anchor)
		c.filled.each(func(row int) {
			first := n.window.from
			if n.preceded {
				first = c.early[row]
			}
			a.early[row] = max(a.early[row], before.earliest(first))
		})
	}
}
