package extract

import (
	"fmt"

	"cohortcounts/study"
)

// person compiles what stands in the table of patients itself (p).
func (c *compiler) person(o *outcome) {
	v := o.variable
	switch v.Function {
	case "sex":
		c.needs.add(v, "patients", "sex")
		o.value = "CASE q.patient_sex WHEN 'male' THEN 'M' WHEN 'female' THEN 'F' WHEN 'intersex' THEN 'I' WHEN 'unknown' THEN 'U' ELSE '' END"
	case "date_of_birth":
		c.needs.add(v, "patients", "date_of_birth")
		o.value = cut(v, "q.patient_date_of_birth")
	default:
		c.needs.add(v, "patients", "date_of_birth")
		// A birthday on 29 February is on the 28th in other years: adding
		// years gives the last day of a month that lacks the day.
		on := c.namedDate(v, "reference_date")
		years := "year(" + on + ") - year(q.patient_date_of_birth)"
		birthday := c.d.add("q.patient_date_of_birth", years, study.Years)
		o.value = "coalesce(" + years + " - CASE WHEN " + birthday + " > " + on + " THEN 1 ELSE 0 END, 0)"
	}
}

// registration compiles what follows from registrations with practices. One
// holds from its start up to, but not on, its end; without an end it is open.
func (c *compiler) registration(o *outcome) {
	v := o.variable
	const table = "practice_registrations"
	rs := c.plain(v, table, "start_date", "end_date")
	some := func(condition string) string {
		return flag(c.aggregate(o, rs.name, of("count", "", condition)) + " > 0")
	}
	switch v.Function {
	case "registered_as_of":
		on := c.namedDate(v, "reference_date")
		o.value = some(spans(on, on))
	case "registered_with_one_practice_between":
		o.value = some(spans(c.namedDate(v, "start_date"), c.namedDate(v, "end_date")))
	case "with_complete_gp_consultation_history_between":
		c.plain(v, table, "practice_systmone_go_live_date")
		start := c.namedDate(v, "start_date")
		o.value = some(spans(start, c.namedDate(v, "end_date")) + " AND r.practice_systmone_go_live_date <= " + start)
	case "date_deregistered_from_all_supported_practices":
		open := c.aggregate(o, rs.name, of("count", "", "r.end_date IS NULL"))
		latest := c.aggregate(o, rs.name, of("max", "r.end_date"))
		o.value = cut(v, "CASE WHEN "+open+" = 0 AND "+c.withinAlways(v, latest)+" THEN "+latest+" END")
	case "registered_practice_as_of":
		c.practice(o, rs)
	}
}

// spans is the condition that a row of r holds from start through end. An end
// that is not known is spanned by none, not even by an open row.
func spans(start, end string) string {
	return "r.start_date <= " + start + " AND coalesce(r.end_date > " + end + ", " + end + " IS NOT NULL)"
}

// practice compiles registered_practice_as_of: the latest registration that
// holds on a day.
func (c *compiler) practice(o *outcome, rs *rowset) {
	v := o.variable
	column, k := "practice_pseudo_id", kindInt
	switch v.Returning {
	case "stp_code":
		column, k = "practice_stp", kindText
	case "nuts1_region_name":
		column, k = "practice_nuts1_region_name", kindText
	}
	c.plain(v, "practice_registrations", "practice_pseudo_id", column)
	on := c.namedDate(v, "date")
	w := &winner{d: c.d, keys: []key{
		{name: "start_date", sql: "r.start_date", kind: kindDate, descending: true},
		{name: "end_date", sql: "r.end_date", kind: kindDate, descending: true, nullsFirst: true},
		{name: "practice_pseudo_id", sql: "r.practice_pseudo_id", kind: kindInt},
	}}
	if column != "practice_pseudo_id" {
		w.keys = append(w.keys, key{name: column, sql: "r." + column, kind: k})
	}
	w.row = c.aggregate(o, rs.name, of("min", w.fields(), spans(on, on)))
	o.value = orEmpty(v, w.get(column))
}

// address compiles what follows from the address a patient has on a day.
func (c *compiler) address(o *outcome) {
	v := o.variable
	columns := []string{"start_date", "end_date", "has_postcode", "address_id"}
	extra := map[string][]key{
		"index_of_multiple_deprivation": {{name: "imd_rounded", sql: "r.imd_rounded", kind: kindInt}},
		"rural_urban_classification":    {{name: "rural_urban_classification", sql: "r.rural_urban_classification", kind: kindInt}},
		"msoa":                          {{name: "msoa_code", sql: "r.msoa_code", kind: kindText}},
		"": {
			{name: "care_home_is_potential_match", sql: "r.care_home_is_potential_match", kind: kindBool},
			{name: "care_home_requires_nursing", sql: "r.care_home_requires_nursing", kind: kindBool},
			{name: "care_home_does_not_require_nursing", sql: "r.care_home_does_not_require_nursing", kind: kindBool},
		},
	}[v.Returning]
	for _, k := range extra {
		columns = append(columns, k.name)
	}
	rs := c.plain(v, "addresses", columns...)
	on := c.namedDate(v, "date")
	w := &winner{d: c.d, keys: append([]key{
		{name: "start_date", sql: "r.start_date", kind: kindDate, descending: true},
		{name: "end_date", sql: "r.end_date", kind: kindDate, descending: true, nullsFirst: true},
		{name: "no_postcode", sql: "coalesce(NOT r.has_postcode, FALSE)", kind: kindBool},
		{name: "address_id", sql: "r.address_id", kind: kindInt},
	}, extra...)}
	w.row = c.aggregate(o, rs.name, of("min", w.fields(), spans(on, on)))
	switch v.Returning {
	case "index_of_multiple_deprivation":
		o.value = "coalesce(" + w.get("imd_rounded") + ", -1)"
	case "rural_urban_classification":
		o.value = orEmpty(v, w.get("rural_urban_classification"))
	case "msoa":
		o.value = "CASE WHEN " + w.get("no_postcode") + " THEN '' ELSE coalesce(" + w.get("msoa_code") + ", '') END"
	default:
		o.value = c.careHome(v, w)
	}
}

// careHome compiles care_home_status_as_of on the address that was chosen.
// What is not known of nursing stays unknown: a comparison with it, and NOT
// of that, is not true.
func (c *compiler) careHome(v *study.Variable, w *winner) string {
	is := w.get("care_home_is_potential_match")
	if len(v.Categories) == 0 {
		return flag(is)
	}
	yesNo := func(name string) operand {
		return operand{
			sql:      "(CASE WHEN " + is + " THEN CASE WHEN " + w.get(name) + " THEN 'Y' WHEN NOT " + w.get(name) + " THEN 'N' END END)",
			kind:     text,
			nullable: true,
		}
	}
	names := map[string]operand{
		"IsPotentialCareHome":           {sql: bracket(flag(is)), kind: whole},
		"LocationRequiresNursing":       yesNo("care_home_requires_nursing"),
		"LocationDoesNotRequireNursing": yesNo("care_home_does_not_require_nursing"),
	}
	status := c.choose(v, expressions{d: c.d, threeValued: true, name: func(name string) (operand, error) {
		o, ok := names[name]
		if !ok {
			return o, fmt.Errorf("unknown name %q", name)
		}
		return o, nil
	}})
	return orEmpty(v, "CASE WHEN "+w.row+" IS NOT NULL THEN "+status+" END")
}
