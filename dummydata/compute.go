package dummydata

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// unionLabels are all labels of several nodes, in their order.
func unionLabels(nodes []*node) []any {
	var labels []any
	for _, n := range nodes {
		for _, l := range n.labels {
			if l != nil && !slices.Contains(labels, l) {
				labels = append(labels, l)
			}
		}
	}
	return labels
}

// compare computes an aggregate: the greatest or least of its inputs. Empty
// ones are left out, and so is 0, which over real tables cannot be told from an
// empty number; with the original's way both take part as 0.
func (b *block) compare(n *node) {
	c := b.of(n)
	greatest := n.variable.Function == "maximum_of"
	clear(c.filled)
	clear(c.ints)
	clear(c.floats)
	for i, input := range n.inputs {
		other := b.of(input)
		rows := other.filled
		number := n.form == formInt || n.form == formFloat
		zeros := b.plan.opts.Independent && (number || n.form == formFlag)
		if zeros {
			rows = b.every
		}
		if n.form == formFlag {
			for w := range rows {
				switch {
				case greatest || i == 0:
					c.filled[w] |= other.filled[w]
				case zeros: // the least of two is true when both are
					c.filled[w] &= other.filled[w]
				default: // false counts as empty
					c.filled[w] |= other.filled[w]
				}
			}
			continue
		}
		rows.each(func(row int) {
			if number && !zeros && other.number(input, row) == 0 {
				return
			}
			taken := !c.filled.has(row)
			if !taken {
				order := b.order(n, c, input, other, row)
				taken = greatest && order > 0 || !greatest && order < 0
			}
			if taken {
				c.filled.set(row)
				b.take(n, c, input, other, row)
			}
		})
	}
}

// order compares an input's value with the one that was taken so far.
func (b *block) order(n *node, c *cells, input *node, other *cells, row int) int {
	switch n.form {
	case formDay:
		return cmp.Compare(other.days[row], c.days[row])
	case formInt:
		return cmp.Compare(other.number(input, row), float64(c.ints[row]))
	case formFloat:
		return cmp.Compare(other.number(input, row), c.floats[row])
	}
	return strings.Compare(labelText(input.labels[other.codes[row]]), labelText(n.labels[c.codes[row]]))
}

func (b *block) take(n *node, c *cells, input *node, other *cells, row int) {
	switch n.form {
	case formDay:
		c.days[row] = other.days[row]
	case formInt:
		c.ints[row] = int64(other.number(input, row))
	case formFloat:
		c.floats[row] = other.number(input, row)
	case formLabel:
		label := input.labels[other.codes[row]]
		c.codes[row] = int32(slices.Index(n.labels, label))
	}
}

// number is a node's value in a row as a number; empty is 0.
func (c *cells) number(n *node, row int) float64 {
	switch {
	case n.form == formInt:
		return float64(c.ints[row])
	case n.form == formFloat:
		return c.floats[row]
	case !c.filled.has(row):
		return 0
	case n.form == formFlag:
		return 1
	case n.form == formDay:
		return float64(c.days[row])
	}
	return labelNumber(n.labels[c.codes[row]])
}

// notANumber is what text that is no number compares as: unequal to all.
var notANumber = math.NaN()
