//go:build cgo

package extract

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// Expressions.

// logic is a truth value, or unknown.
type logic int

const (
	no logic = iota
	unknown
	sure
)

func known(b bool) logic {
	if b {
		return sure
	}
	return no
}

// scope gives the values of names; nil is unknown and only occurs where
// unknown values may (care homes).
type scope struct {
	get         func(name string) any
	threeValued bool
}

func (s scope) truth(e *study.Expression) logic {
	switch e.Operator {
	case study.And:
		result := sure
		for i := range e.Operands {
			result = min(result, s.truth(&e.Operands[i]))
		}
		return result
	case study.Or:
		result := no
		for i := range e.Operands {
			result = max(result, s.truth(&e.Operands[i]))
		}
		return result
	case study.Not:
		return sure - s.truth(&e.Operands[0])
	}
	a, b := s.value(&e.Operands[0]), s.value(&e.Operands[1])
	if a == nil || b == nil {
		if s.threeValued {
			return unknown
		}
		return no
	}
	var order int
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		order = strings.Compare(x, y)
	} else {
		f, okF := numeric(a)
		g, okG := numeric(b)
		if !okF || !okG {
			return no
		}
		order = cmp.Compare(f, g)
	}
	switch e.Operator {
	case study.Equal:
		return known(order == 0)
	case study.NotEqual:
		return known(order != 0)
	case study.Less:
		return known(order < 0)
	case study.LessEqual:
		return known(order <= 0)
	case study.Greater:
		return known(order > 0)
	}
	return known(order >= 0)
}

// value is int64, float64, string, or nil when there is none.
func (s scope) value(e *study.Expression) any {
	switch e.Operator {
	case study.Name:
		return s.get(e.Name)
	case study.Literal:
		return e.Literal
	case study.And, study.Or, study.Not:
		return bit(s.truth(e) == sure)
	case study.Plus, study.Minus, study.Times, study.Divide:
	default:
		return bit(s.truth(e) == sure)
	}
	a := s.value(&e.Operands[0])
	if len(e.Operands) == 1 {
		if n, ok := a.(int64); ok {
			return -n
		}
		f, ok := numeric(a)
		if !ok {
			return nil
		}
		return -f
	}
	b := s.value(&e.Operands[1])
	if n, ok := a.(int64); ok {
		if m, ok := b.(int64); ok {
			switch e.Operator {
			case study.Plus:
				return n + m
			case study.Minus:
				return n - m
			case study.Times:
				return n * m
			}
			if m == 0 {
				return nil
			}
			return n / m
		}
	}
	f, okF := numeric(a)
	g, okG := numeric(b)
	if !okF || !okG {
		return nil
	}
	switch e.Operator {
	case study.Plus:
		return f + g
	case study.Minus:
		return f - g
	case study.Times:
		return f * g
	}
	if g == 0 {
		return nil
	}
	return f / g
}

func numeric(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case string:
		if v == "" {
			return 0, true
		}
		text := strings.Trim(v, " ")
		if text == "" || strings.Trim(text, "0123456789.eE+-") != "" {
			return 0, false
		}
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil
	}
	return 0, false
}

func (s scope) category(v *study.Variable) any {
	var otherwise any
	for i := range v.Categories {
		if c := &v.Categories[i]; c.Condition == nil {
			otherwise = c.Label
		} else if s.truth(c.Condition) == sure {
			return labelled(v, c.Label)
		}
	}
	return labelled(v, otherwise)
}

func labelled(v *study.Variable, label any) any {
	switch l := label.(type) {
	case bool:
		return bit(l)
	case int64:
		if v.Type == study.Float {
			return float64(l)
		}
	}
	return label
}

// halfAway rounds to one decimal, halves away from zero.
func halfAway(x float64) float64 {
	if x < 0 {
		return -halfAway(-x)
	}
	return math.Floor(x*10+0.5) / 10
}
