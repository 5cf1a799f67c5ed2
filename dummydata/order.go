package dummydata

import "slices"

// A tree is nodes that are drawn together: a root and all whose parent is in
// the tree, parents first. What is computed is a tree by itself.
type tree struct {
	nodes []*node
	needs []*tree // to be drawn before
	level int     // how many rounds of counting come before its rows are known
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
		if b := n.after; b != nil && b.anchor.tree == n.tree {
			b.anchor.followed = true
		}
		if b := n.before; b != nil && b.anchor.tree == n.tree {
			b.anchor.preceded = true
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
		if len(t.nodes[0].anchors) > 0 {
			t.level++
		}
		p.trees = append(p.trees, t)
	}
	for _, n := range p.nodes {
		place(n.tree)
	}
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
	return nodes
}

// closure are the trees that must be drawn to have the given nodes, in order.
func (p *plan) closure(nodes []*node) []*tree {
	wanted := map[*tree]bool{}
	var want func(t *tree)
	want = func(t *tree) {
		if wanted[t] {
			return
		}
		wanted[t] = true
		for _, other := range t.needs {
			want(other)
		}
	}
	for _, n := range nodes {
		want(n.tree)
	}
	var trees []*tree
	for _, t := range p.trees {
		if wanted[t] {
			trees = append(trees, t)
		}
	}
	return trees
}
