package extract

import (
	"fmt"

	"cohortcounts/study"
)

// recordedValue compiles mean_, min_ and max_recorded_value.
func (c *compiler) recordedValue(o *outcome) {
	v := o.variable
	s := c.clinicalEvents(v)
	c.needs.add(v, s.rows.table, "numeric_value")
	s.rows.add("e.numeric_value")
	within := c.within(v, s.date)
	function := map[string]string{"mean_recorded_value": "mean", "min_recorded_value": "min", "max_recorded_value": "max"}[v.Function]
	if !v.Asks("on_most_recent_day_of_measurement") {
		o.value = orEmpty(v, c.aggregate(o, s.rows.name, of(function, "r.numeric_value", s.where, within)))
		return
	}
	if !c.d.keeps() {
		latest, day := c.latestOnce(o, s, function, "r.numeric_value", within)
		o.value = orEmpty(v, latest)
		o.match = &match{date: func() string { return day }}
		return
	}
	// One row per day, then the last of them, whether it has a value or not.
	daily := c.derived(o, s.rows, "r.date, "+of(function, "r.numeric_value").sql()+" AS value", all(s.where, within, "r.date IS NOT NULL"), "GROUP BY r.patient_id, r.date")
	w := &winner{d: c.d, keys: []key{
		{name: "date", sql: "r.date", kind: kindDate, descending: true},
		{name: "value", sql: "r.value", kind: kindFloat},
	}}
	w.row = c.aggregate(o, daily, of("min", w.fields()))
	o.value = orEmpty(v, w.get("value"))
	o.match = &match{date: func() string { return w.get("date") }}
}

// The codes of most_recent_bmi, in CTV3.
var (
	weightCodes = &study.Codelist{System: "ctv3", Codes: []string{"X76C7", "22A.."}}
	heightCodes = &study.Codelist{System: "ctv3", Codes: []string{"XM01E", "229.."}}
	bmiCodes    = &study.Codelist{System: "ctv3", Codes: []string{"22K.."}}
)

// bodyMassIndex compiles most_recent_bmi: from the last weight and height, or
// else the last recorded index. The age is checked by calendar years, and only
// after each record was chosen.
func (c *compiler) bodyMassIndex(o *outcome) {
	v := o.variable
	age, ok := v.Arguments["minimum_age_at_measurement"].(int64)
	if !ok {
		c.fault(v, "minimum_age_at_measurement must be a whole number of years")
		return
	}
	c.needs.add(v, "patients", "date_of_birth")
	last := func(list *study.Codelist, limits string) *winner {
		s := c.coded(v, "clinical_events", "ctv3_code", list)
		c.needs.add(v, "clinical_events", "numeric_value")
		s.rows.add("e.numeric_value")
		s.chosen()
		w := &winner{d: c.d, keys: []key{
			{name: "date", sql: "r.date", kind: kindDate, descending: true},
			{name: "code", sql: "r.code", kind: kindText},
			{name: "value", sql: "r.numeric_value", kind: kindFloat},
		}}
		w.row = c.aggregate(o, s.rows.name, of("min", w.fields(), s.where, limits))
		return w
	}
	// get is a part of a record, null when the patient was too young.
	get := func(w *winner, part string) string {
		return fmt.Sprintf("CASE WHEN year(%s) - year(q.patient_date_of_birth) >= %d THEN %s END", w.get("date"), age, w.get(part))
	}
	weight := last(weightCodes, c.within(v, "r.date"))
	height := last(heightCodes, c.until(v, "r.date"))
	index := last(bmiCodes, c.within(v, "r.date"))
	kilograms, metres := get(weight, "value"), get(height, "value")
	computed := fmt.Sprintf("(%s) / nullif((%s) * (%s), 0e0)", kilograms, metres, metres)
	o.value = fmt.Sprintf("coalesce(round(coalesce(%s, %s) * 10) / 10, 0e0)", computed, get(index, "value"))
	o.match = &match{date: func() string {
		return fmt.Sprintf("CASE WHEN (%s) IS NOT NULL AND (%s) IS NOT NULL THEN (%s) ELSE (%s) END",
			kilograms, metres, get(weight, "date"), get(index, "date"))
	}}
}
