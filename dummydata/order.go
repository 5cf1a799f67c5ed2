package dummydata

import "slices"

// A tree is nodes that are drawn together: a root and all whose parent is in
// the tree, parents first. What is computed is a tree by itself.
type tree struct {
	nodes []*node
	needs []*tree // to be drawn before
	// bounded tells that dates of the tree limit one another.
	bounded bool
	level   int // how many rounds of counting come before its rows are known
}

// plant gathers the nodes into trees and puts these in an order in which each
// stands after those it needs.
func (p *plan) plant() {
	byRoot := map[*node]*tree{}
	// Parents first: with the original's links a parent may stand later.
	var add func(n *node) *tree
	add = func(n *node) *tree {
		if n.tree != nil {
			return n.tree
		}
		if n.parent != nil {
			n.tree = add(n.parent)
		} else {
			n.tree = &tree{}
			byRoot[n] = n.tree
		}
		n.tree.nodes = append(n.tree.nodes, n)
		return n.tree
	}
	for _, n := range p.nodes {
		add(n)
	}
	for _, n := range p.nodes {
		n.tree.bounded = n.tree.bounded || n.after != nil || n.before != nil
		if b := n.after; b != nil && b.anchor.tree == n.tree {
			b.anchor.source().followed, b.anchor.followed = true, true
		}
		if b := n.before; b != nil && b.anchor.tree == n.tree {
			b.anchor.source().preceded, b.anchor.preceded = true, true
		}
		for _, other := range p.requires(n) {
			if other.tree != n.tree && !slices.Contains(n.tree.needs, other.tree) {
				n.tree.needs = append(n.tree.needs, other.tree)
			}
		}
	}
	p.needEventsBeforeDeaths()
	placed := map[*tree]bool{}
	var place func(t *tree)
	place = func(t *tree) {
		if placed[t] {
			return
		}
		placed[t] = true
		for _, other := range t.needs {
			place(other)
			t.level = max(t.level, other.level)
		}
		if t.counted() {
			t.level++
		}
		p.trees = append(p.trees, t)
	}
	for _, n := range p.nodes {
		place(n.tree)
	}
}

// counted tells whether which rows of the tree can be filled is known only
// once others are drawn.
func (t *tree) counted() bool { return t.nodes[0].counted() }

// counted tells it of the first node of a tree.
func (n *node) counted() bool {
	return len(n.anchors) > 0 || n.death != nil && n.death.first == n && n.death.picked
}

// requires are the nodes whose values must be there before n's.
func (p *plan) requires(n *node) []*node {
	nodes := slices.Concat(n.inputs, n.anchors)
	if n.rule != nil {
		nodes = append(nodes, n.rule.parts...)
	}
	if n.birth != nil && n.birth.from != nil {
		nodes = append(nodes, n.birth.from)
	}
	for _, b := range []*bound{n.after, n.before} {
		if b != nil {
			nodes = append(nodes, b.anchor)
		}
	}
	if n.death != nil {
		for _, e := range n.death.earlier {
			nodes = append(nodes, e.first)
			if e.day != nil {
				nodes = append(nodes, e.day)
			}
		}
	}
	return nodes
}

// An errand is what to draw of a tree: all of it, or those nodes that others
// need, and of some of them only which rows are filled.
type errand struct {
	nodes  []*node
	valued []bool
}

// errands are what must be drawn to have the values of the given nodes, in
// order.
func (p *plan) errands(nodes []*node) []errand {
	const fillOnly, value = 1, 2
	wanted := make([]int, len(p.nodes))
	var want func(n *node, what int)
	want = func(n *node, what int) {
		if wanted[n.index] >= what {
			return
		}
		wanted[n.index] = what
		if n.tree.bounded {
			// Dates make room for one another, and may fail to: all of the
			// tree has a say in which rows are filled.
			for _, other := range n.tree.nodes {
				want(other, value)
			}
		}
		if n.parent != nil {
			if n.copies {
				want(n.parent, what)
			}
			want(n.parent, fillOnly)
		}
		if what < value && !n.counted() {
			return
		}
		for _, other := range p.requires(n) {
			want(other, value)
		}
		if n.death != nil && (n.form == formDay || n.counted()) {
			for _, other := range p.events {
				want(other, value)
			}
		}
	}
	for _, n := range nodes {
		want(n, value)
	}
	var list []errand
	for _, t := range p.trees {
		var e errand
		for _, n := range t.nodes {
			if wanted[n.index] > 0 {
				e.nodes = append(e.nodes, n)
				e.valued = append(e.valued, wanted[n.index] >= value)
			}
		}
		if e.nodes != nil {
			list = append(list, e)
		}
	}
	return list
}
