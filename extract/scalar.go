package extract

import (
	"fmt"
	"strconv"

	"cohortcounts/study"
)

// operandOf is a variable as expressions see it.
func (c *compiler) operandOf(name string) (operand, error) {
	o := c.columns[name]
	if o == nil {
		return operand{}, fmt.Errorf("unknown column %q", name)
	}
	sql := c.use(name)
	switch o.variable.Type {
	case study.Bool, study.Int:
		return operand{sql: sql, kind: whole}, nil
	case study.Float:
		return operand{sql: sql, kind: fraction}, nil
	case study.Date:
		return operand{sql: dateText(o.variable, sql), kind: text}, nil
	}
	return operand{sql: sql, kind: text}, nil
}

// categories is the label of the first category whose condition is true.
func (c *compiler) categories(v *study.Variable) string {
	return c.choose(v, expressions{d: c.d, name: c.operandOf})
}

func (c *compiler) choose(v *study.Variable, x expressions) string {
	sql, otherwise := "CASE", "NULL"
	for i := range v.Categories {
		category := &v.Categories[i]
		label := c.constant(v, category.Label)
		if category.Condition == nil {
			otherwise = label
			continue
		}
		condition, err := x.compile(category.Condition)
		if err != nil {
			c.fault(v, "%s in %q", err, category.Text)
			continue
		}
		sql += "\n    WHEN " + x.condition(condition) + " THEN " + label
	}
	if sql == "CASE" {
		return otherwise
	}
	return sql + "\n    ELSE " + otherwise + " END"
}

// constant is a fixed value, or a category's label, of the variable's type.
func (c *compiler) constant(v *study.Variable, value any) string {
	switch value := value.(type) {
	case bool:
		return strconv.Itoa(map[bool]int{true: 1}[value])
	case int64:
		if v.Type == study.Float {
			return double(float64(value))
		}
		return integer(value)
	case float64:
		return double(value)
	case string:
		if v.Type != study.Date {
			return literal(value)
		}
		date, ok := parseDay(value)
		if !ok {
			c.fault(v, "%q is not a date in YYYY-MM-DD form", value)
		}
		return dateLiteral(date)
	}
	c.fault(v, "the value %v is neither text nor a number", value)
	return "NULL"
}

// aggregateOf is the largest or smallest of its inputs, those left out that
// are their type's empty value; empty when none is left.
func (c *compiler) aggregateOf(v *study.Variable) string {
	empty := map[study.Type]string{study.Bool: "0", study.Int: "0", study.Float: "0e0", study.String: "''"}[v.Type]
	values := make([]string, len(v.Inputs))
	for i, name := range v.Inputs {
		values[i] = c.use(name)
		if v.Type == study.Date {
			// Formats are those of the first input; a date that another one
			// cuts has been cut there.
			continue
		}
		values[i] = "nullif(" + values[i] + ", " + empty + ")"
	}
	value := values[0]
	switch {
	case len(values) == 1:
	case v.Function == "maximum_of":
		value = c.d.greatest(values)
	default:
		value = c.d.least(values)
	}
	if v.Type == study.Date {
		return value
	}
	return "coalesce(" + value + ", " + empty + ")"
}

// cleanOf is what makes the text of some variable of several safe to put out: the
// one that is taken may be its.
func (c *compiler) cleanOf(names []string) func(string) string {
	for _, name := range names {
		if o := c.columns[name]; o != nil && o.clean != nil {
			return o.clean
		}
	}
	return nil
}

// randomSample takes a share of the patients that follows from their ids.
func (c *compiler) randomSample(v *study.Variable) string {
	var percent float64
	switch p := v.Arguments["percent"].(type) {
	case int64:
		percent = float64(p)
	case float64:
		percent = p
	default:
		c.fault(v, "random_sample needs a percent, a number from 0 to 100")
	}
	return flag(c.d.hash("q.patient_id") + " < " + strconv.Itoa(int(percent/100*hashRange)))
}

// dateOf is the date of the record that another variable was taken from.
func (c *compiler) dateOf(o *outcome) {
	source := c.columns[o.variable.Source]
	switch {
	case source == nil:
		c.fault(o.variable, "date_of needs a column that is defined before it, not %q", o.variable.Source)
	case source.match == nil || source.match.date == nil:
		if c.problems.Err() == nil { // a refused source has been told
			c.fault(o.variable, "date_of cannot give the date of %q: %s finds no record with a date", o.variable.Source, source.variable.Function)
		}
	default:
		o.match = source.match
		o.value = cut(o.variable, source.match.date())
	}
}

// partOf is another value of the record that a numeric value was taken from.
func (c *compiler) partOf(o *outcome) {
	source := c.columns[o.variable.Source]
	if source == nil || source.match == nil || source.match.winner == nil {
		c.fault(o.variable, "%s needs a column with_these_clinical_events(…, returning=\"numeric_value\")", o.variable.Function)
		return
	}
	winner := source.match.winner()
	switch o.variable.Function {
	case "comparator_from":
		o.value = orEmpty(o.variable, winner.get("comparator"))
	case "reference_range_lower_bound_from":
		o.value = orEmpty(o.variable, winner.get("lower_bound"))
	default:
		o.value = orEmpty(o.variable, winner.get("upper_bound"))
	}
}

// orEmpty is a value, or what the variable's type has where there is none.
func orEmpty(v *study.Variable, value string) string {
	switch v.Type {
	case study.Bool, study.Int:
		return "coalesce(" + value + ", 0)"
	case study.Float:
		return "coalesce(" + value + ", 0e0)"
	case study.Date:
		return cut(v, value)
	}
	return "coalesce(" + value + ", '')"
}
