package dummydata

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// allocateAll decides how many rows each drawn variable has in each block.
// Trees whose eligible rows follow from what others draw are counted first, in
// rounds: each draws what the trees of its level stand on.
func (p *plan) allocateAll(ctx context.Context) error {
	highest := 0
	for _, t := range p.trees {
		highest = max(highest, t.level)
	}
	for level := 0; level <= highest; level++ {
		var counted []*node
		for _, t := range p.trees {
			if t.level == level && t.counted() {
				counted = append(counted, t.nodes[0])
			}
		}
		eligible, err := p.countEligible(ctx, counted)
		if err != nil {
			return err
		}
		for _, t := range p.trees {
			if t.level != level {
				continue
			}
			for _, n := range t.nodes {
				p.allocateNode(n, eligible[n])
			}
		}
	}
	return nil
}

// allocateNode shares out the rows of a node. Eligible are, for each group of
// rows, how many each block has; nil where they follow from the node's parent.
func (p *plan) allocateNode(n *node, eligible [][]int) {
	switch {
	case n.kind != drawn:
		return
	case n.same:
		n.taken = n.parent.taken
		return
	case n.parent != nil:
		rows := n.parent.taken
		if n.apart != nil {
			rows = slices.Clone(rows)
			for b, taken := range n.apart.taken {
				rows[b] -= taken
			}
		}
		eligible = [][]int{rows}
	case eligible == nil:
		rows := make([]int, p.blocks)
		for b := range rows {
			rows[b] = p.rowsOf(b)
		}
		eligible = [][]int{rows}
	}
	n.taken = make([]int, p.blocks)
	n.tiers = nil
	left := n.want
	for i, rows := range eligible {
		taken := allocate(newStream(p.opts.Seed, n.name, "allocate").tier(i), rows, left)
		for b, k := range taken {
			n.taken[b] += k
			left -= k
		}
		n.tiers = append(n.tiers, taken)
	}
	if left > 0 {
		p.note(n, Fewer, fmt.Sprintf("%d of %d asked rows have a value: %s", n.want-left, n.want, p.whyFewer(n)))
	}
	if n.death != nil && len(n.tiers) == deathTiers {
		early := 0
		for _, k := range n.tiers[deathTiers-1] {
			early += k
		}
		if early > 0 {
			p.note(n, Early, fmt.Sprintf("%d of %d deaths come before other dates of the patient (%s): no more patients have none after the last day that it can have", early, n.want-left, p.laterEvents(n.death)))
		}
	}
}

func (p *plan) whyFewer(n *node) string {
	switch {
	case n.parent != nil:
		return "no more have " + n.parent.name
	case n.death != nil && len(n.death.earlier) > 0:
		return "the others have no room between the dates that limit it, or died on other days"
	}
	return "no more have room between the dates that limit it"
}

// countEligible counts, per group and block, the rows in which the nodes'
// anchors leave room.
func (p *plan) countEligible(ctx context.Context, nodes []*node) (map[*node][][]int, error) {
	counts := map[*node][][]int{}
	if len(nodes) == 0 {
		return counts, nil
	}
	var before []*node
	for _, n := range nodes {
		before = append(before, p.requires(n)...)
		groups := 1
		if n.death != nil {
			before = append(before, p.events...)
			groups = deathTiers
		}
		for range groups {
			counts[n] = append(counts[n], make([]int, p.blocks))
		}
	}
	errands := p.errands(before)
	return counts, p.eachBlock(ctx, 0, p.blocks, func(b *block) error {
		b.draw(errands)
		for _, n := range nodes {
			for i, rows := range b.eligible(n) {
				counts[n][i][b.number] = rows.count()
			}
		}
		return nil
	})
}

func (p *plan) rowsOf(number int) int {
	return min(blockRows, p.opts.Patients-number*blockRows)
}

// eachBlock calls do with the blocks from first up to end, drawn by nobody yet,
// from several goroutines; each has a block of its own, which it uses again
// and again.
func (p *plan) eachBlock(ctx context.Context, first, end int, do func(b *block) error) error {
	return p.parallel(ctx, first, end, func(b *block, number int) error {
		b.start(number)
		return do(b)
	})
}

// parallel calls do with the numbers from first up to end, in order, from
// several goroutines; each has a block of its own.
func (p *plan) parallel(ctx context.Context, first, end int, do func(b *block, number int) error) error {
	numbers := make(chan int)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(numbers)
		for n := first; n < end; n++ {
			select {
			case numbers <- n:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range min(p.opts.workers(), end-first) {
		group.Go(func() error {
			b := p.spareBlocks.get(p)
			defer p.spareBlocks.put(b)
			for n := range numbers {
				if err := do(b, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
