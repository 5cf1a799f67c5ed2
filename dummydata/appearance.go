package dummydata

import (
	"context"
	"slices"
)

// appearance finds, for each label column, the codes that appear, in the order
// in which they do going down the rows. It draws the blocks from the first on
// until every label that can appear has; a label that never does costs a pass
// over all rows, of the columns it depends on.
func (p *plan) appearance(ctx context.Context) (map[*node][]int32, error) {
	orders := map[*node][]int32{}
	var open []*node
	for _, n := range p.columns {
		if n.form == formLabel && !n.writtenEmpty() {
			orders[n] = nil
			open = append(open, n)
		}
	}
	for first, wave := 0, p.opts.workers(); first < p.blocks && len(open) > 0; wave *= 2 {
		end := min(first+wave, p.blocks)
		seen := make([]map[*node][]int32, end-first)
		errands := p.cohortErrands(open)
		err := p.eachBlock(ctx, first, end, func(b *block) error {
			b.drawCohort(errands, open)
			found := map[*node][]int32{}
			for _, n := range open {
				found[n] = b.codes(n)
			}
			seen[b.number-first] = found
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, found := range seen {
			for n, codes := range found {
				for _, code := range codes {
					if !slices.Contains(orders[n], code) {
						orders[n] = append(orders[n], code)
					}
				}
			}
		}
		open = slices.DeleteFunc(open, func(n *node) bool { return len(orders[n]) >= n.possibleLabels() })
		first = end
	}
	return orders, nil
}

// codes are the labels of a block, in order of first appearance.
func (b *block) codes(n *node) []int32 {
	c := b.of(n)
	known := make([]bool, len(n.labels))
	possible := n.possibleLabels()
	var order []int32
	for row := 0; row < b.rows && len(order) < possible; row++ {
		if c.filled.has(row) && !known[c.codes[row]] {
			known[c.codes[row]] = true
			order = append(order, c.codes[row])
		}
	}
	return order
}

// possibleLabels is how many labels can appear.
func (n *node) possibleLabels() int {
	possible := 0
	for code := range n.labels {
		if n.canAppear(code) {
			possible++
		}
	}
	return possible
}

// firstPossibleLabel is a label that can appear, and whether there is one.
func (n *node) firstPossibleLabel() (code int, ok bool) {
	for code := range n.labels {
		if n.canAppear(code) {
			return code, true
		}
	}
	return 0, false
}

func (n *node) canAppear(code int) bool {
	impossible := n.kind == drawn && n.ratios.impossible(code) ||
		n.places != nil && !slices.Contains(n.places.inside, int32(code))
	return n.labels[code] != nil && !impossible
}

// impossible tells whether a value has no chance at all.
func (c cumulative) impossible(i int) bool {
	if i == 0 {
		return c[0] == 0
	}
	return c[i] == c[i-1]
}
