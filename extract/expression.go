package extract

import (
	"fmt"

	"cohortcounts/study"
)

// operand is a part of an expression.
type operand struct {
	sql      string
	kind     operandKind
	nullable bool // has no value for some patients: divided by zero, a text that is no number
}

type operandKind int

const (
	truth operandKind = iota // of SQL's type BOOLEAN; the others are values
	whole
	fraction
	text
)

// namer finds what a name in an expression stands for.
type namer func(name string) (operand, error)

// expressions compiles logical expressions.
type expressions struct {
	d    dialect
	name namer
	// threeValued leaves a comparison with what is unknown unknown. Otherwise
	// it is false, and NOT of it true.
	threeValued bool
}

// appendNames adds the variables that an expression names.
func appendNames(names []string, e *study.Expression) []string {
	if e.Operator == study.Name {
		names = append(names, e.Name)
	}
	for i := range e.Operands {
		names = appendNames(names, &e.Operands[i])
	}
	return names
}

func (x expressions) compile(e *study.Expression) (operand, error) {
	switch e.Operator {
	case study.Name:
		return x.name(e.Name)
	case study.Literal:
		return literalOperand(e.Literal)
	}
	operands := make([]operand, len(e.Operands))
	for i := range e.Operands {
		var err error
		if operands[i], err = x.compile(&e.Operands[i]); err != nil {
			return operand{}, err
		}
	}
	switch e.Operator {
	case study.And, study.Or:
		return x.junction(e.Operator, operands), nil
	case study.Not:
		return operand{sql: "NOT " + bracket(x.condition(operands[0])), kind: truth}, nil
	case study.Plus, study.Minus, study.Times, study.Divide:
		return x.arithmetic(e.Operator, operands), nil
	case study.Equal, study.NotEqual, study.Less, study.LessEqual, study.Greater, study.GreaterEqual:
		return x.comparison(e.Operator, operands[0], operands[1]), nil
	}
	return operand{}, fmt.Errorf("the operator %q has no meaning here", e.Operator)
}

func literalOperand(value any) (operand, error) {
	switch v := value.(type) {
	case int64:
		return operand{sql: integer(v), kind: whole}, nil
	case float64:
		return operand{sql: double(v), kind: fraction}, nil
	case string:
		return operand{sql: literal(v), kind: text}, nil
	}
	return operand{}, fmt.Errorf("the value %v is neither a number nor text", value)
}

func bracket(sql string) string { return "(" + sql + ")" }

func (x expressions) junction(op study.Operator, operands []operand) operand {
	sql := ""
	for i, o := range operands {
		if i > 0 {
			sql += " " + string(op) + " "
		}
		sql += bracket(x.condition(o))
	}
	return operand{sql: sql, kind: truth}
}

// condition is an operand as a truth value.
func (x expressions) condition(o operand) string {
	switch o.kind {
	case truth:
		return o.sql
	case text:
		return o.sql + " <> ''"
	}
	return x.comparison(study.NotEqual, o, operand{sql: "0", kind: whole}).sql
}

// numberForm is what a text that can be read as a number looks like. Engines
// read others too, and each its own: nan, 1_000, 2D.
const numberForm = `'^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$'`

// number is an operand as a number: an empty text is 0, one that cannot be
// read has no value.
func (x expressions) number(o operand) operand {
	switch o.kind {
	case truth:
		return operand{sql: bracket(flag(o.sql)), kind: whole}
	case text:
		sql := fmt.Sprintf("CASE WHEN %s = '' THEN 0e0 WHEN %s THEN TRY_CAST(%s AS DOUBLE) END", o.sql, x.d.matches(o.sql, numberForm), o.sql)
		return operand{sql: bracket(sql), kind: fraction, nullable: true}
	}
	return o
}

func (x expressions) arithmetic(op study.Operator, operands []operand) operand {
	for i := range operands {
		operands[i] = x.number(operands[i])
	}
	a := operands[0]
	if len(operands) == 1 {
		a.sql = "(-" + bracket(a.sql) + ")"
		return a
	}
	b := operands[1]
	result := operand{kind: max(a.kind, b.kind), nullable: a.nullable || b.nullable}
	switch {
	case op == study.Divide && result.kind == whole:
		result.sql, result.nullable = x.d.divide(a.sql, "nullif("+b.sql+", 0)"), true
	case op == study.Divide:
		result.sql, result.nullable = "("+a.sql+" / nullif("+b.sql+", 0))", true
	default:
		result.sql = "(" + a.sql + " " + string(op) + " " + b.sql + ")"
	}
	return result
}

// comparison compares texts as texts; where one side is a number, as numbers.
func (x expressions) comparison(op study.Operator, a, b operand) operand {
	if a.kind != text || b.kind != text {
		a, b = x.number(a), x.number(b)
	}
	symbol := string(op)
	if op == study.NotEqual {
		symbol = "<>"
	}
	sql := a.sql + " " + symbol + " " + b.sql
	if (a.nullable || b.nullable) && !x.threeValued {
		sql = "coalesce(" + sql + ", FALSE)"
	}
	return operand{sql: sql, kind: truth}
}
