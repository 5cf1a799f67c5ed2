package extract

import (
	"fmt"

	"cohortcounts/study"
)

// admission compiles admitted_to_hospital. Whatever is returned, the limits
// are those of the admission date.
func (c *compiler) admission(o *outcome) {
	v := o.variable
	const table = "apcs"
	rs := c.plain(v, table, "apcs_ident", "admission_date")
	s := search{
		rows: rs, date: "r.admission_date", where: c.admissions(v, rs),
		ties: []key{{name: "apcs_ident", sql: "r.apcs_ident", kind: kindInt}},
	}
	within := c.within(v, s.date)
	switch v.Returning {
	case "date_discharged":
		c.plain(v, table, "discharge_date")
		extreme := map[bool]string{true: "min", false: "max"}[first(v)]
		day := c.aggregate(o, rs.name, of(extreme, "r.discharge_date", s.where, within))
		o.value = cut(v, day)
		o.match = &match{date: func() string { return day }}
		return
	case "total_bed_days_in_period":
		c.plain(v, table, "discharge_date")
		stay := "CASE WHEN r.discharge_date >= r.admission_date THEN date_diff('day', r.admission_date, r.discharge_date) + 1 END"
		o.value = c.totalOfLargest(o, rs, stay, s.where, within)
		return
	case "total_critical_care_days_in_period":
		c.plain(v, table, "days_in_critical_care")
		o.value = c.totalOfLargest(o, rs, "r.days_in_critical_care", s.where, within)
		return
	case "primary_diagnosis", "admission_method", "discharge_destination", "patient_classification":
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindText})
		s.values = map[string]func(*winner) string{v.Returning: field(v.Returning)}
	case "days_in_critical_care":
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindInt})
		s.values = map[string]func(*winner) string{v.Returning: func(w *winner) string {
			return "CAST(" + w.get("days_in_critical_care") + " AS VARCHAR)"
		}}
	}
	c.find(o, s)
}

// admissions is the condition of the arguments that choose admissions.
func (c *compiler) admissions(v *study.Variable, rs *rowset) string {
	const table = "apcs"
	var conditions []string
	for _, column := range []string{"admission_method", "discharge_destination", "patient_classification"} {
		if condition := c.oneOf(v, "with_"+column, "r."+column); condition != "" {
			c.plain(v, table, column)
			conditions = append(conditions, condition)
		}
	}
	if v.Asks("with_at_least_one_day_in_critical_care") {
		c.plain(v, table, "days_in_critical_care")
		conditions = append(conditions, "r.days_in_critical_care > 0")
	}
	for _, filter := range []struct{ argument, column, name, after string }{
		{"with_these_primary_diagnoses", "primary_diagnosis", "primary_in", atStart},
		{"with_these_diagnoses", "all_diagnoses", "diagnosed_in", atTokenStart},
		{"with_these_procedures", "all_procedures", "treated_in", atTokenStart},
	} {
		list := v.Codelists[filter.argument]
		if list == nil {
			continue
		}
		c.needs.add(v, table, filter.column)
		name := fmt.Sprintf("%s_%d", filter.name, c.lists.number(list))
		rs.add(c.holdsCode(list, "e."+filter.column, filter.after) + " AS " + name)
		conditions = append(conditions, "r."+name)
	}
	return all(conditions...)
}

// totalOfLargest is the sum, over the days of admission, of the largest value
// of a day: admissions are recorded more than once.
func (c *compiler) totalOfLargest(o *outcome, rs *rowset, value, where, within string) string {
	if !c.d.keeps() {
		return c.totalOnce(o, rs.name, "r.admission_date", value, where, within)
	}
	daily := c.derived(o, rs, "max("+value+") AS largest", all(where, within), "GROUP BY r.patient_id, r.admission_date")
	return "coalesce(" + c.aggregate(o, daily, of("sum", "r.largest")) + ", 0)"
}

// emergency compiles attended_emergency_care.
func (c *compiler) emergency(o *outcome) {
	v := o.variable
	const table = "emergency_care_attendances"
	rs := c.plain(v, table, "id", "arrival_date")
	s := search{rows: rs, date: "r.arrival_date", ties: []key{{name: "id", sql: "r.id", kind: kindInt}}}
	if list := v.Codelists["with_these_diagnoses"]; list != nil {
		columns := numbered("diagnosis_", 24)
		c.needs.add(v, table, columns...)
		name := fmt.Sprintf("diagnosed_in_%d", c.lists.number(list))
		rs.add(c.anyOf(rs, list, columns) + " AS " + name)
		s.where = "r." + name
	}
	if condition := c.oneOf(v, "discharged_to", "r.discharge_destination"); condition != "" {
		c.plain(v, table, "discharge_destination")
		s.where = all(s.where, condition)
	}
	if v.Returning == "discharge_destination" {
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindText})
		s.values = map[string]func(*winner) string{v.Returning: field(v.Returning)}
	}
	c.find(o, s)
}

// outpatient compiles outpatient_appointment_date.
func (c *compiler) outpatient(o *outcome) {
	v := o.variable
	const table = "opa"
	rs := c.plain(v, table, "opa_ident", "appointment_date")
	s := search{rows: rs, date: "r.appointment_date", ties: []key{{name: "opa_ident", sql: "r.opa_ident", kind: kindInt}}}
	if v.Asks("attended") {
		c.plain(v, table, "attendance_status")
		s.where = all(s.where, "r.attendance_status IN ('5', '6')")
	}
	if v.Asks("is_first_attendance") {
		c.plain(v, table, "first_attendance")
		s.where = all(s.where, "r.first_attendance IN ('1', '3')")
	}
	if condition := c.oneOf(v, "with_these_treatment_function_codes", "r.treatment_function_code"); condition != "" {
		c.plain(v, table, "treatment_function_code")
		s.where = all(s.where, condition)
	}
	if list := v.Codelists["with_these_procedures"]; list != nil {
		s.where = all(s.where, c.hadProcedure(v, rs, list))
	}
	if v.Returning == "consultation_medium_used" {
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindText})
		s.values = map[string]func(*winner) string{v.Returning: field(v.Returning)}
	}
	c.find(o, s)
}

// hadProcedure is the condition that an appointment has a procedure whose code
// contains one of the list.
func (c *compiler) hadProcedure(v *study.Variable, rs *rowset, list *study.Codelist) string {
	c.needs.add(v, "opa_proc", "opa_ident", "primary_procedure_code")
	n := c.lists.number(list)
	procedures := c.rows(fmt.Sprintf("procedures_of_%d", n), "opa_proc")
	procedures.columns = []string{"e.opa_ident"}
	procedures.all, procedures.early = true, true
	procedures.where = c.holdsCode(list, "e.primary_procedure_code", anywhere)
	rs.add(fmt.Sprintf("t_%d.patient_id IS NOT NULL AS treated_in_%d", n, n))
	rs.join(fmt.Sprintf("LEFT JOIN %s t_%d ON t_%d.patient_id = e.patient_id AND t_%d.opa_ident = e.opa_ident", procedures.name, n, n, n))
	return fmt.Sprintf("r.treated_in_%d", n)
}
