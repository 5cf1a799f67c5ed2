package extract

import (
	"strconv"

	"cohortcounts/study"
)

// testResult compiles with_test_result_in_sgss.
func (c *compiler) testResult(o *outcome) {
	v := o.variable
	const table = "sgss_covid_all_tests"
	if pathogen, _ := v.Arguments["pathogen"].(string); pathogen != "SARS-CoV-2" {
		c.fault(v, "the only pathogen known is \"SARS-CoV-2\"")
	}
	rs := c.plain(v, table, "specimen_taken_date", "is_positive")
	ties := []string{"sgtf_status", "variant", "variant_detection_method", "was_symptomatic"}
	s := search{
		rows:   rs,
		date:   "r.specimen_taken_date",
		chosen: func() { c.plain(v, table, ties...) },
		ties: []key{
			{name: "negative", sql: "(NOT r.is_positive)", kind: kindBool},
			{name: "sgtf_status", sql: "r.sgtf_status", kind: kindInt},
			{name: "variant", sql: "r.variant", kind: kindText},
			{name: "variant_detection_method", sql: "r.variant_detection_method", kind: kindText},
			{name: "was_symptomatic", sql: "r.was_symptomatic", kind: kindBool},
		},
		values: map[string]func(*winner) string{
			"variant_detection_method": field("variant_detection_method"),
			"s_gene_target_failure": func(w *winner) string {
				return "CASE WHEN NOT " + w.get("negative") + " THEN CAST(" + w.get("sgtf_status") + " AS VARCHAR) END"
			},
			"variant": func(w *winner) string {
				variant := w.get("variant")
				return "CASE " + variant + " WHEN '(blank)' THEN '' WHEN 'none' THEN '' WHEN 'N/A' THEN ''" +
					" WHEN 'VOC-20DEC-01 detected' THEN 'VOC-20DEC-01' ELSE " + variant + " END"
			},
			"symptomatic": func(w *winner) string {
				return "CASE " + w.get("was_symptomatic") + " WHEN TRUE THEN 'Y' WHEN FALSE THEN 'N' END"
			},
		},
	}
	switch result, _ := v.Arguments["test_result"].(string); result {
	case "positive":
		s.where = "r.is_positive"
	case "negative":
		s.where = "NOT r.is_positive"
	case "any":
	default:
		c.fault(v, "test_result must be any, positive or negative")
	}
	if v.Asks("restrict_to_earliest_specimen_date") {
		// The first positive and the first negative test of a patient, chosen
		// before the limits are looked at.
		c.needs.add(v, table, ties...)
		rs.add(`row_number() OVER (PARTITION BY e.patient_id, e.is_positive
    ORDER BY e.specimen_taken_date, e.sgtf_status NULLS LAST, e.variant NULLS LAST,
      e.variant_detection_method NULLS LAST, e.was_symptomatic NULLS LAST) AS place`)
		s.where = all(s.where, "r.place = 1")
	}
	c.find(o, s)
}

// vaccination compiles with_tpp_vaccination_record and with_vaccination_record,
// whose argument tpp holds the arguments of the first.
func (c *compiler) vaccination(o *outcome) {
	v := o.variable
	arguments := v.Arguments
	if v.Function == "with_vaccination_record" {
		arguments, _ = v.Arguments["tpp"].(map[string]any)
	}
	s := search{rows: c.plain(v, "vaccinations", "date"), date: "r.date"}
	for _, filter := range []struct{ argument, column string }{
		{"target_disease_matches", "target_disease"},
		{"product_name_matches", "product_name"},
	} {
		names := c.texts(v, filter.argument, arguments[filter.argument])
		if names == nil {
			continue
		}
		c.plain(v, "vaccinations", filter.column)
		s.where = all(s.where, anyText("r."+filter.column, names))
	}
	c.find(o, s)
}

// anyText is the condition that a column is one of the texts; of none it is
// never true.
func anyText(column string, texts []string) string {
	if len(texts) == 0 {
		return "FALSE"
	}
	return in(column, texts)
}

// consultation compiles with_gp_consultations: appointments that took place.
func (c *compiler) consultation(o *outcome) {
	rs := c.plain(o.variable, "appointments", "seen_date")
	c.needs.add(o.variable, "appointments", "status")
	rs.where = in("e.status", []string{"Arrived", "Waiting", "In Progress", "Finished", "Patient Walked Out", "Visit"})
	c.find(o, search{rows: rs, date: "r.seen_date"})
}

// therapeutic compiles with_covid_therapeutics. Equal rows count once.
func (c *compiler) therapeutic(o *outcome) {
	v := o.variable
	const table = "covid_therapeutics"
	rs := c.plain(v, table, schema[table].columnNames()[1:]...)
	rs.all = true
	s := search{rows: rs, date: "r.treatment_start_date"}
	s.ties = []key{{name: "received", sql: "r.received", kind: kindDate, nullsFirst: true}}
	for _, name := range []string{"current_status", "intervention", "region", "risk_cohort"} {
		s.ties = append(s.ties, key{name: name, sql: "r." + name, kind: kindText, nullsFirst: true})
	}
	s.values = map[string]func(*winner) string{
		"region":     field("region"),
		"risk_group": field("risk_cohort"),
		"therapeutic": func(w *winner) string {
			return "replace(" + trimmed(w.get("intervention")) + ", ' and ', ',')"
		},
	}
	if v.Returning == "risk_group" {
		o.clean = riskGroups
	}
	statuses := c.texts(v, "with_these_statuses", v.Arguments["with_these_statuses"])
	drugs := c.texts(v, "with_these_therapeutics", v.Arguments["with_these_therapeutics"])
	if statuses != nil {
		s.where = all(s.where, anyText("lower("+trimmed("r.current_status")+")", trimmedLower(statuses)))
	}
	if drugs != nil {
		s.where = all(s.where, contained("lower(r.intervention)", drugs))
	}
	s.where = all(s.where, c.oneOf(v, "with_these_indications", "r.covid_indication"))
	c.find(o, s)
}

// linked compiles functions over small tables of other sources.
func (c *compiler) linked(o *outcome) {
	v := o.variable
	switch v.Function {
	case "household_as_of":
		if e := v.Dates["reference_date"]; e.Variable != "" || e.Date.Format("2006-01-02") != "2020-02-01" {
			c.fault(v, "households are known for 2020-02-01 only; use that reference_date")
		}
		column := map[string]string{"pseudo_id": "household_pseudo_id", "household_size": "household_size"}[v.Returning]
		rs := c.plain(v, "household_memberships_2020", column)
		o.value = orEmpty(v, c.aggregate(o, rs.name, of("min", "r."+column)))
	case "with_ethnicity_from_sus":
		rs := c.plain(v, "ethnicity_from_sus", "code")
		o.value = ethnicity(v, c.aggregate(o, rs.name, of("min", "r.code")))
	case "with_healthcare_worker_flag_on_covid_vaccine_record":
		rs := c.plain(v, "occupation_on_covid_vaccine_record", "is_healthcare_worker")
		o.value = flag(c.aggregate(o, rs.name, of("count", "", "r.is_healthcare_worker")) + " > 0")
	default:
		c.kidneyRecord(o)
	}
}

// ethnicity is a code as it is stored, or the group its first letter is in.
func ethnicity(v *study.Variable, code string) string {
	letters, groups := "ABCDEFGHJKLMNPRS", []int{1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5}
	switch v.Returning {
	case "code":
		return orEmpty(v, code)
	case "group_16":
		groups = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	}
	sql := "CASE substr(" + code + ", 1, 1)"
	for i, letter := range letters {
		sql += " WHEN '" + string(letter) + "' THEN '" + strconv.Itoa(groups[i]) + "'"
	}
	return sql + " ELSE '0' END"
}

// kidneyRecord compiles with_record_in_ukrr.
func (c *compiler) kidneyRecord(o *outcome) {
	v := o.variable
	const table = "ukrr"
	dataset, ok := v.Arguments["from_dataset"].(string)
	if !ok {
		c.fault(v, "with_record_in_ukrr needs from_dataset")
	}
	rs := c.plain(v, table, "dataset", "rrt_start_date", "renal_centre")
	s := search{
		rows: rs, where: "r.dataset = " + literal(dataset), date: "r.rrt_start_date", first: true,
		ties: []key{{name: "renal_centre", sql: "r.renal_centre", kind: kindText}},
		values: map[string]func(*winner) string{
			"renal_centre":                  field("renal_centre"),
			"rrt_start_date":                field("date"),
			"treatment_modality_start":      field("treatment_modality_start"),
			"treatment_modality_prevalence": field("treatment_modality_prevalence"),
			"latest_egfr":                   field("latest_egfr"),
			"latest_creatinine": func(w *winner) string {
				x := w.get("latest_creatinine")
				return "CAST(CASE WHEN " + x + " < 0 THEN ceil(" + x + ") ELSE floor(" + x + ") END AS BIGINT)"
			},
		},
	}
	switch v.Returning {
	case "treatment_modality_start", "treatment_modality_prevalence":
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindText})
	case "latest_creatinine", "latest_egfr":
		c.plain(v, table, v.Returning)
		s.ties = append(s.ties, key{name: v.Returning, sql: "r." + v.Returning, kind: kindFloat})
	}
	c.find(o, s)
}
