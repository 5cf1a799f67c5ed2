package study

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cohortcounts/internal/suggest"
)

// evaluate reads what refers to other columns' types: dates, conditions,
// codelists and expectations. All columns are resolved.
func (d *definer) evaluate(c *column) {
	if c.function == nil {
		return
	}
	v := &c.variable
	v.Between = d.period(c)
	for _, name := range []string{"date", "reference_date", "start_date", "end_date"} {
		if !c.function.has(name) || c.derived {
			continue
		}
		if c.arguments[name] == nil {
			if c.given[name] {
				d.fault(c, "%s must be a date, got None", name)
			}
			continue
		}
		if date := d.date(c, name, c.arguments[name]); date != nil {
			if v.Dates == nil {
				v.Dates = map[string]DateExpression{}
			}
			v.Dates[name] = *date
		}
	}
	d.parseConditions(c)
	if !c.derived {
		d.readCodelists(c)
	}
	d.checkArguments(c)
	d.readArguments(c)
	d.expect(c)
}

// parseConditions parses the conditions of categories, whose names must be
// those of columns defined before.
func (d *definer) parseConditions(c *column) {
	empty := func(name string) (any, bool) {
		found := d.byName[name]
		if found == nil || found.order >= c.order {
			return "", false
		}
		return found.variable.Empty(), true
	}
	if c.variable.Function == "care_home_status_as_of" {
		empty = func(name string) (any, bool) {
			return int64(0), slices.Contains([]string{"IsPotentialCareHome", "LocationRequiresNursing", "LocationDoesNotRequireNursing"}, name)
		}
	}
	for i, category := range c.variable.Categories {
		if category.Text == "DEFAULT" {
			continue
		}
		expression, faults := parseCondition(category.Text, empty)
		for _, err := range faults {
			var unknown unknownNameError
			switch {
			case errors.As(err, &unknown) && d.byName[unknown.name] != nil:
				d.fault(c, "column %q, used in %q, must be defined before it", unknown.name, oneLine(category.Text))
			case errors.As(err, &unknown):
				d.fault(c, "unknown column %q in %q%s", unknown.name, oneLine(category.Text), suggest.DidYouMean(unknown.name, d.names(c)))
			case strings.TrimSpace(category.Text) == "":
				d.fault(c, "%w", err)
			default:
				d.fault(c, "%w in %q", err, oneLine(category.Text))
			}
		}
		c.variable.Categories[i].Condition = expression
	}
}

// Empty is what a variable holds for a patient without a record: a name alone,
// in an expression, asks whether there is anything else.
func (v *Variable) Empty() any {
	switch {
	case v.Returning == "index_of_multiple_deprivation":
		return int64(-1)
	case v.Function == "with_ethnicity_from_sus" && v.Returning != "code":
		return "0"
	case v.Type == String, v.Type == Date:
		return ""
	}
	return int64(0)
}

// readCodelists moves the arguments that are codelists, and checks their
// coding systems.
func (d *definer) readCodelists(c *column) {
	for argument, systems := range c.function.codelists {
		value := c.arguments[argument]
		if value == nil {
			continue
		}
		delete(c.arguments, argument)
		list, ok := value.(*Codelist)
		switch {
		case !ok && len(systems) > 0:
			d.fault(c, "%s must be a codelist, made by codelist() or codelist_from_csv(), got %s", argument, quote(value))
			continue
		case !ok:
			list = plainCodes(value)
			if list == nil {
				d.fault(c, "%s must be a codelist or a list of codes, got %s", argument, quote(value))
				continue
			}
		case len(systems) > 0 && !slices.Contains(systems, list.System):
			d.fault(c, "%s must be of the coding system %s, got %q", argument, strings.Join(systems, " or "), list.System)
		}
		if c.variable.Codelists == nil {
			c.variable.Codelists = map[string]*Codelist{}
		}
		c.variable.Codelists[argument] = list
	}
}

// plainCodes is a list of texts as a codelist of no system; nil for all else.
func plainCodes(value any) *Codelist {
	items, ok := value.([]any)
	if text, isText := value.(string); isText {
		items, ok = []any{text}, true
	}
	if !ok {
		return nil
	}
	list := &Codelist{}
	for _, item := range items {
		code, ok := item.(string)
		if !ok {
			return nil
		}
		list.Codes = append(list.Codes, code)
	}
	return list
}

// readArguments keeps what is left of the arguments, as plain values.
func (d *definer) readArguments(c *column) {
	taken := []string{
		"return_expectations", "returning", "date_format", "on_or_after", "on_or_before", "between", "source",
		"date", "reference_date", "start_date", "end_date", "category_definitions", "expression", "value", "f_path",
		"returning_type", "include_date_of_match", "include_measurement_date",
	}
	for name, value := range c.arguments {
		isCategories := name == "categorised_as" && c.variable.Function == "care_home_status_as_of"
		if slices.Contains(taken, name) || isCategories {
			continue
		}
		plain, err := plainValue(value)
		if err != nil {
			d.fault(c, "%s %w", name, err)
			continue
		}
		if c.variable.Arguments == nil {
			c.variable.Arguments = map[string]any{}
		}
		c.variable.Arguments[name] = plain
	}
}

// plainValue is a value without the types of this package.
func plainValue(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, int64, float64, string:
		return v, nil
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			var err error
			if out[i], err = plainValue(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *Codelist:
		out := make([]any, len(v.Codes))
		for i, code := range v.Codes {
			out[i] = code
		}
		return out, nil
	case dict:
		out := map[string]any{}
		for _, e := range v {
			key, ok := e.key.(string)
			if !ok {
				return nil, fmt.Errorf("must have text as keys, got %s", quote(e.key))
			}
			var err error
			if out[key], err = plainValue(e.value); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("must be text, a number or a list, got %s", quote(value))
}

// oneLine is an expression for a message.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if short := firstRunes(text, 60); short != text {
		return short + "…"
	}
	return text
}
