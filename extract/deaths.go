package extract

import (
	"fmt"

	"cohortcounts/study"
)

// death compiles the functions about deaths.
func (c *compiler) death(o *outcome) {
	v := o.variable
	if v.Function == "with_death_recorded_in_primary_care" {
		c.needs.add(v, "patients", "date_of_death")
		inside := c.withinAlways(v, "q.patient_date_of_death")
		date := func() string { return "CASE WHEN " + inside + " THEN q.patient_date_of_death END" }
		o.match = &match{date: date}
		o.value = flag(inside)
		if v.Returning == "date_of_death" {
			o.value = cut(v, date())
		}
		return
	}
	rs := c.plain(v, "ons_deaths", "date")
	s := search{rows: rs, date: "r.date", first: true}
	if v.Function == "with_these_codes_on_death_certificate" {
		s.where = c.certified(v, rs)
	}
	column := map[string]string{"underlying_cause_of_death": "underlying_cause_of_death", "place_of_death": "place"}[v.Returning]
	if column == "" {
		c.find(o, s)
		return
	}
	// Of several rows each of these is the smallest text, whichever row has it.
	c.plain(v, "ons_deaths", column)
	within := c.within(v, s.date)
	o.value = orEmpty(v, c.aggregate(o, rs.name, of("min", "r."+column, s.where, within)))
	o.match = &match{date: func() string { return c.aggregate(o, rs.name, of("min", "r.date", s.where, within)) }}
}

// certified is the condition that a code of the variable's list stands on the
// certificate.
func (c *compiler) certified(v *study.Variable, rs *rowset) string {
	list := v.Codelists["codelist"]
	if list == nil {
		c.fault(v, "%s needs a codelist", v.Function)
		return ""
	}
	columns := []string{"underlying_cause_of_death"}
	name := fmt.Sprintf("underlying_in_%d", c.lists.number(list))
	if !v.Asks("match_only_underlying_cause") {
		name = fmt.Sprintf("cause_in_%d", c.lists.number(list))
		columns = append(columns, numbered("cause_of_death_", 15)...)
	}
	c.needs.add(v, "ons_deaths", columns...)
	rs.add(c.anyOf(rs, list, columns) + " AS " + name)
	return "r." + name
}

// anyOf is the condition that one of the columns of a rowset's table is a code of
// the list.
func (c *compiler) anyOf(rs *rowset, list *study.Codelist, columns []string) string {
	stored := make([]string, len(columns))
	for i, column := range columns {
		stored[i] = "e." + column
	}
	return c.oneOfCodes(rs, list, stored...)
}

// numbered are the names stem01 to stem<n>.
func numbered(stem string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s%02d", stem, i+1)
	}
	return names
}
