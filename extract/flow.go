package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"cohortcounts/flowchart"
	"cohortcounts/study"
)

// Flowchart counts how many patients each part of a study's population leaves,
// one after the other as they are joined by AND, with one query.
func Flowchart(ctx context.Context, def *study.Definition, o Options) (*flowchart.Raw, error) {
	if _, err := compile(def, duckDialect{}); err != nil {
		return nil, err
	}
	e, err := open(ctx, o.URL, o)
	if err != nil {
		return nil, err
	}
	raw, err := flow(ctx, e, def, o)
	return raw, errors.Join(err, e.close())
}

func flow(ctx context.Context, e engine, def *study.Definition, o Options) (*flowchart.Raw, error) {
	c, err := plan(ctx, e, onlyFor(def, nil), o)
	if err != nil {
		return nil, err
	}
	labels, counted := []string{"All patients"}, []string{"count(*)"}
	met := ""
	x := expressions{d: c.d, name: c.operandOf}
	population := c.columns[def.Population]
	parts := conjuncts(population.variable)
	for i := range parts {
		condition, err := x.compile(&parts[i])
		if err != nil {
			return nil, fmt.Errorf("%s: population: %w", def.File, err)
		}
		met = all(met, bracket(x.condition(condition)))
		labels, counted = append(labels, written(&parts[i], outer)), append(counted, "count_if("+met+")")
	}
	switch {
	case len(parts) > 0:
	case population.variable.Function != "all":
		labels, counted = append(labels, population.variable.Function), append(counted, "count_if("+c.member(population)+")")
	}
	s := c.levelsOver()
	s.final = "SELECT " + strings.Join(counted, ",\n  ") + "\nFROM " + levelName(c.levels) + " q"
	s.countUses()
	if err := c.ready(ctx, e, s); err != nil {
		return nil, err
	}
	answer, err := e.run(ctx, s)
	if err != nil {
		return nil, err
	}
	raw, err := readFlow(answer, labels)
	return raw, errors.Join(err, answer.close())
}

func readFlow(answer rows, labels []string) (*flowchart.Raw, error) {
	raw, row := &flowchart.Raw{}, make([]any, len(labels))
	if err := answer.next(row); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i, label := range labels {
		n, ok := row[i].(int64)
		if !ok {
			return nil, errors.New("the database gave no number where one was asked for")
		}
		raw.Add(label, n)
	}
	return raw, nil
}

// conjuncts are the parts of a population that are joined by AND; none of one
// that is no expression.
func conjuncts(population *study.Variable) []study.Expression {
	if population.Function != "satisfying" || len(population.Categories) == 0 || population.Categories[0].Condition == nil {
		return nil
	}
	var parts []study.Expression
	var walk func(e *study.Expression)
	walk = func(e *study.Expression) {
		if e.Operator != study.And {
			parts = append(parts, *e)
			return
		}
		for i := range e.Operands {
			walk(&e.Operands[i])
		}
	}
	walk(population.Categories[0].Condition)
	return parts
}

// How tightly operators bind; a part that binds less than what it stands in is
// put in brackets.
const (
	outer = iota
	withinOr
	withinAnd
	withinNot
	withinComparison
)

// written is an expression as its author may have written it.
func written(e *study.Expression, within int) string {
	binds, text := withinComparison+1, ""
	join := func(operator string, inside int) string {
		parts := make([]string, len(e.Operands))
		for i := range e.Operands {
			parts[i] = written(&e.Operands[i], inside)
		}
		return strings.Join(parts, " "+operator+" ")
	}
	switch e.Operator {
	case study.Name:
		text = e.Name
	case study.Literal:
		text = fmt.Sprint(e.Literal)
		if s, ok := e.Literal.(string); ok {
			text = `"` + s + `"`
		}
	case study.Or:
		binds, text = withinOr, join("OR", withinOr)
	case study.And:
		binds, text = withinAnd, join("AND", withinAnd)
	case study.Not:
		binds, text = withinNot, "NOT "+written(&e.Operands[0], withinNot)
	case study.Plus, study.Minus, study.Times, study.Divide:
		text = "(" + join(string(e.Operator), withinComparison) + ")"
		if len(e.Operands) == 1 {
			text = string(e.Operator) + written(&e.Operands[0], withinComparison+1)
		}
	default:
		if bare(e) {
			return e.Operands[0].Name
		}
		binds, text = withinComparison, join(string(e.Operator), withinComparison)
	}
	if binds < within {
		return "(" + text + ")"
	}
	return text
}

// bare tells whether a comparison is what a name by itself means: that it is
// not its type's empty value.
func bare(e *study.Expression) bool {
	if e.Operator != study.NotEqual || e.Operands[0].Operator != study.Name || e.Operands[1].Operator != study.Literal {
		return false
	}
	switch e.Operands[1].Literal {
	case int64(0), 0.0, "", int64(-1), "0":
		return true
	}
	return false
}
