package dummydata

import (
	"math"
	"slices"
	"strconv"
)

// A rule is how satisfying and categorised_as follow from other variables:
// the first category whose condition holds, else the default.
type rule struct {
	parts      []*node
	conditions []condition // in order; those of the default are nil
	values     []any       // of each category, in the form of the node
	otherwise  int         // the default's place
}

// A condition sets, in out, the rows of a block for which it holds.
type condition func(b *block, out bitmap)

// ruleOf is the rule of a derived variable, or nil when one of its parts
// cannot be drawn or its values are not to be computed: it is then drawn from
// its own expectations.
func (p *plan) ruleOf(n *node) *rule {
	if p.opts.Independent || len(n.variable.Categories) == 0 {
		return nil
	}
	r := &rule{otherwise: -1}
	labels := []any{}
	for i, category := range n.variable.Categories {
		labels = append(labels, category.Label)
		if category.Condition == nil {
			r.otherwise = i
			r.conditions = append(r.conditions, nil)
			continue
		}
		c := &compiler{plan: p, rule: r}
		holds, ok := c.condition(category.Condition)
		if !ok {
			return nil
		}
		r.conditions = append(r.conditions, holds)
	}
	if r.otherwise < 0 {
		return nil
	}
	r.values = make([]any, len(labels))
	switch n.form {
	case formLabel:
		n.labels = tidyLabels(labels)
		for i := range labels {
			r.values[i] = int32(i)
			if n.labels[i] == nil {
				r.values[i] = nil
			}
		}
	case formDay:
		for i, label := range labels {
			d, ok := parseDay(label)
			if !ok {
				return nil
			}
			r.values[i] = d
		}
	default:
		for i, label := range labels {
			r.values[i] = numberOf(label)
		}
	}
	return r
}

// derive computes a derived node.
func (b *block) derive(n *node) {
	c, r := b.of(n), n.rule
	left := slices.Clone(b.every)
	holds := make(bitmap, len(left))
	clear(c.filled)
	clear(c.ints)
	clear(c.floats)
	for i, condition := range r.conditions {
		if condition == nil {
			continue
		}
		condition(b, holds)
		for w := range holds {
			holds[w] &= left[w]
			left[w] &^= holds[w]
		}
		b.assign(n, c, holds, r.values[i])
	}
	b.assign(n, c, left, r.values[r.otherwise])
}

func (b *block) assign(n *node, c *cells, rows bitmap, value any) {
	switch value := value.(type) {
	case nil:
		return
	case float64:
		if n.form == formFlag && value == 0 {
			return
		}
		rows.each(func(row int) {
			switch n.form {
			case formInt:
				c.ints[row] = int64(value)
			case formFloat:
				c.floats[row] = value
			}
		})
	case int32: // a label's code, or a day
		rows.each(func(row int) {
			switch n.form {
			case formLabel:
				c.codes[row] = value
			case formDay:
				c.days[row] = value
			}
		})
	}
	for w := range rows {
		c.filled[w] |= rows[w]
	}
}

func parseDay(label any) (any, bool) {
	text, ok := label.(string)
	if !ok || text == "" {
		return nil, ok
	}
	t, err := parseISO(text)
	if err != nil {
		return nil, false
	}
	return dayOf(t), true
}

func numberOf(label any) float64 {
	switch l := label.(type) {
	case bool:
		if l {
			return 1
		}
	case int64:
		return float64(l)
	case float64:
		return l
	}
	return 0
}

// labelNumber is text as a number, for comparisons with numbers; no text is 0,
// as in the original's database.
func labelNumber(label any) float64 {
	switch l := label.(type) {
	case nil:
		return 0
	case int64:
		return float64(l)
	case float64:
		return l
	case string:
		if l == "" {
			return 0
		}
		if n, err := strconv.ParseFloat(l, 64); err == nil && !math.IsInf(n, 0) {
			return n
		}
	}
	return notANumber
}
