package study

import "errors"

var errUniversalDate = errors.New("the rate universal gives no dates; use uniform or exponential_increase")

// withoutExpectations are the functions whose dummy data needs none: it comes
// from other columns, from files or from the call itself.
var withoutExpectations = map[string]bool{
	"maximum_of": true, "minimum_of": true, "fixed_value": true, "with_value_from_file": true, "which_exist_in_file": true,
}

// expect reads a column's expectations. Faults count for those columns that
// dummy data is made of: the visible ones and those that an aggregate compares.
// The others keep expectations if they have good ones.
func (d *definer) expect(c *column) {
	if c.function == nil || c.broken || withoutExpectations[c.variable.Function] || c.variable.Name == "population" {
		return
	}
	needed := (!c.variable.Hidden || c.feeds) && !d.recording.options.RealTables
	if c.variable.Function == "all" {
		if needed {
			d.fault(c, "all() can only be the population: it has no expectations to draw dummy data from")
		}
		return
	}
	// The date of another column's record is expected where that record is.
	from := c
	for from.variable.Function == "date_of" && d.byName[from.variable.Source] != nil {
		from = d.byName[from.variable.Source]
	}
	own, ok := from.arguments["return_expectations"].(dict)
	if value := from.arguments["return_expectations"]; value != nil && !ok {
		if needed {
			d.fault(c, "return_expectations must be a dict, got %s", quote(value))
		}
		return
	}
	if own == nil && d.defaults == nil {
		if needed {
			d.fault(c, "has no return_expectations, and the study no default_expectations; dummy data needs one of them")
		}
		return
	}
	want := wants{}
	if c == from {
		want = d.wants(c)
	}
	expectations, faults := readExpectations(merge(d.defaults, own), own, want, d.scope)
	isDate := c.variable.Type == Date && c.variable.Function != "categorised_as"
	if isDate && expectations.Rate == Universal {
		faults = append(faults, errUniversalDate)
	}
	if needed {
		for _, err := range faults {
			d.fault(c, "%w", err)
		}
	}
	if len(faults) == 0 {
		c.variable.Expectations = expectations
	}
}

// wants is what the dummy data of a column is made from.
func (d *definer) wants(c *column) wants {
	v := &c.variable
	switch {
	case v.Returning == "index_of_multiple_deprivation", v.Returning == "rural_urban_classification":
		return wants{category: true}
	case v.Type == Int:
		return wants{integer: true}
	case v.Type == Float:
		return wants{float: true}
	case v.Type == Date && v.Function == "categorised_as", v.Type == String:
		return wants{category: true, labels: d.labels(c)}
	}
	return wants{}
}

// labels are the values a text column can have; nil when they are not known.
func (d *definer) labels(c *column) []string {
	if c.variable.Function == "categorised_as" {
		labels := []string{}
		for _, category := range c.variable.Categories {
			label, _ := category.Label.(string)
			labels = append(labels, label)
		}
		return labels
	}
	if list := c.variable.Codelists["codelist"]; list != nil && list.Categories != nil {
		return list.Categories
	}
	return nil
}
