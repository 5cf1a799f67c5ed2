package dummydata

import (
	"math"
	"slices"

	"cohortcounts/study"
)

// compiler turns expressions into functions over blocks.
type compiler struct {
	plan *plan
	rule *rule
}

func (c *compiler) node(name string) *node {
	n := c.plan.needNamed(name)
	if n != nil && !slices.Contains(c.rule.parts, n) {
		c.rule.parts = append(c.rule.parts, n)
	}
	return n
}

func (c *compiler) condition(e *study.Expression) (condition, bool) {
	switch e.Operator {
	case study.And, study.Or, study.Not:
		return c.logical(e)
	case study.Equal, study.NotEqual, study.Less, study.LessEqual, study.Greater, study.GreaterEqual:
		if len(e.Operands) == 2 {
			return c.comparison(e.Operator, &e.Operands[0], &e.Operands[1])
		}
	}
	return nil, false
}

func (c *compiler) logical(e *study.Expression) (condition, bool) {
	var operands []condition
	for i := range e.Operands {
		operand, ok := c.condition(&e.Operands[i])
		if !ok {
			return nil, false
		}
		operands = append(operands, operand)
	}
	if len(operands) == 0 {
		return nil, false
	}
	operator := e.Operator
	return func(b *block, out bitmap) {
		operands[0](b, out)
		if operator == study.Not {
			for w := range out {
				out[w] = b.every[w] &^ out[w]
			}
			return
		}
		other := make(bitmap, len(out))
		for _, operand := range operands[1:] {
			operand(b, other)
			for w := range out {
				if operator == study.And {
					out[w] &= other[w]
				} else {
					out[w] |= other[w]
				}
			}
		}
	}, true
}

// isText tells whether an operand is text that is compared as such.
func (c *compiler) isText(e *study.Expression) bool {
	switch e.Operator {
	case study.Literal:
		_, ok := e.Literal.(string)
		return ok
	case study.Name:
		n := c.node(e.Name)
		return n != nil && n.form == formLabel && n.variable.Type == study.String
	}
	return false
}

func (c *compiler) comparison(operator study.Operator, left, right *study.Expression) (condition, bool) {
	if n := c.truthTest(operator, left, right); n != nil {
		return func(b *block, out bitmap) { copy(out, b.of(n).filled) }, true
	}
	var ranks map[string]float64
	if c.isText(left) && c.isText(right) {
		ranks = c.rank(left, right)
	}
	l, ok := c.operand(left, right, ranks)
	if !ok {
		return nil, false
	}
	r, ok := c.operand(right, left, ranks)
	if !ok {
		return nil, false
	}
	holds := map[study.Operator]func(x, y float64) bool{
		study.Equal:        func(x, y float64) bool { return x == y },
		study.NotEqual:     func(x, y float64) bool { return x != y },
		study.Less:         func(x, y float64) bool { return x < y },
		study.LessEqual:    func(x, y float64) bool { return x <= y },
		study.Greater:      func(x, y float64) bool { return x > y },
		study.GreaterEqual: func(x, y float64) bool { return x >= y },
	}[operator]
	return func(b *block, out bitmap) {
		clear(out)
		x, y := l(b), r(b)
		for row := range b.rows {
			if holds(x(row), y(row)) {
				out.set(row)
			}
		}
	}, true
}

// truthTest recognizes the comparison that a bare name stands for, where it
// says no more than that the name has a value.
func (c *compiler) truthTest(operator study.Operator, left, right *study.Expression) *node {
	if operator != study.NotEqual || left.Operator != study.Name || right.Operator != study.Literal {
		return nil
	}
	n := c.node(left.Name)
	if n != nil && (n.form == formFlag && right.Literal == int64(0) || n.form == formDay && right.Literal == "") {
		return n
	}
	return nil
}

// rank orders all text that two operands can have; text compares by its rank.
func (c *compiler) rank(operands ...*study.Expression) map[string]float64 {
	texts := []string{""}
	for _, e := range operands {
		if e.Operator == study.Literal {
			texts = append(texts, e.Literal.(string)) // isText has seen to it
			continue
		}
		n := c.node(e.Name)
		texts = append(texts, labelText(n.variable.Empty()))
		for _, label := range n.labels {
			texts = append(texts, labelText(label))
		}
	}
	slices.Sort(texts)
	ranks := map[string]float64{}
	for i, t := range slices.Compact(texts) {
		ranks[t] = float64(i)
	}
	return ranks
}

// values gives a number for each row of a block.
type values func(b *block) func(row int) float64

// operand compiles one side of a comparison. A date is its day, an empty one
// lies before all; the literal ” next to a date is an empty one.
func (c *compiler) operand(e, other *study.Expression, ranks map[string]float64) (values, bool) {
	constant := func(x float64) (values, bool) {
		return func(*block) func(int) float64 { return func(int) float64 { return x } }, true
	}
	switch e.Operator {
	case study.Literal:
		switch literal := e.Literal.(type) {
		case string:
			switch {
			case ranks != nil:
				return constant(ranks[literal])
			case c.isDate(other):
				if literal != "" {
					return nil, false
				}
				return constant(math.Inf(-1))
			}
			return constant(labelNumber(literal))
		default:
			return constant(numberOf(literal))
		}
	case study.Name:
		n := c.node(e.Name)
		if n == nil {
			return nil, false
		}
		return c.column(n, ranks), true
	case study.Plus, study.Minus, study.Times, study.Divide:
		return c.arithmetic(e)
	}
	return nil, false
}

func (c *compiler) isDate(e *study.Expression) bool {
	if e.Operator != study.Name {
		return false
	}
	n := c.node(e.Name)
	return n != nil && n.form == formDay
}

// column gives a variable's values as numbers.
func (c *compiler) column(n *node, ranks map[string]float64) values {
	switch n.form {
	case formLabel:
		number := labelNumber
		if ranks != nil {
			number = func(label any) float64 { return ranks[labelText(label)] }
		}
		empty := number(n.variable.Empty())
		byCode := make([]float64, len(n.labels))
		for code, label := range n.labels {
			byCode[code] = number(label)
		}
		return func(b *block) func(int) float64 {
			cells := b.of(n)
			return func(row int) float64 {
				if !cells.filled.has(row) {
					return empty
				}
				return byCode[cells.codes[row]]
			}
		}
	case formDay:
		return func(b *block) func(int) float64 {
			cells := b.of(n)
			return func(row int) float64 {
				if !cells.filled.has(row) {
					return math.Inf(-1)
				}
				return float64(b.plan.cut(n.variable.DateFormat, cells.days[row]))
			}
		}
	}
	return func(b *block) func(int) float64 {
		cells := b.of(n)
		return func(row int) float64 { return cells.number(n, row) }
	}
}

// arithmetic compiles + - * / over numbers. Sums of dates are refused: a
// database would do them on text.
func (c *compiler) arithmetic(e *study.Expression) (values, bool) {
	var operands []values
	zero := &study.Expression{Operator: study.Literal, Literal: int64(0)}
	for i := range e.Operands {
		operand := &e.Operands[i]
		if c.isDate(operand) {
			return nil, false
		}
		v, ok := c.operand(operand, zero, nil)
		if !ok {
			return nil, false
		}
		operands = append(operands, v)
	}
	operator := e.Operator
	if len(operands) == 1 && operator == study.Minus {
		return func(b *block) func(int) float64 {
			x := operands[0](b)
			return func(row int) float64 { return -x(row) }
		}, true
	}
	if len(operands) < 2 {
		return nil, false
	}
	return func(b *block) func(int) float64 {
		columns := make([]func(int) float64, len(operands))
		for i, operand := range operands {
			columns[i] = operand(b)
		}
		return func(row int) float64 {
			x := columns[0](row)
			for _, column := range columns[1:] {
				y := column(row)
				switch operator {
				case study.Plus:
					x += y
				case study.Minus:
					x -= y
				case study.Times:
					x *= y
				default:
					x /= y
				}
			}
			return x
		}
	}, true
}
