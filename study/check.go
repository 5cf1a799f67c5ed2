package study

import (
	"regexp"
	"slices"
)

var episodes = regexp.MustCompile(`^series of events each <= \d+ days apart$`)

// checkArguments tells faults in the values of arguments that concern one
// function or a few.
func (d *definer) checkArguments(c *column) {
	if c.broken {
		return
	}
	v, a := &c.variable, c.arguments
	oneOf := func(name string, accepted ...any) {
		if c.function.has(name) && !slices.Contains(accepted, a[name]) {
			list := ""
			for i, value := range accepted {
				if i > 0 {
					list += ", "
				}
				list += quote(value)
			}
			d.fault(c, "%s must be %s, got %s", name, list, quote(a[name]))
		}
	}
	if episode := a["episode_defined_as"]; episode != nil {
		text, _ := episode.(string)
		if !episodes.MatchString(text) {
			d.fault(c, "episode_defined_as must be like \"series of events each <= 14 days apart\", got %s", quote(episode))
		}
		if v.Returning != "number_of_episodes" {
			d.fault(c, "episode_defined_as is only for returning=\"number_of_episodes\"")
		}
	}
	switch v.Function {
	case "random_sample":
		if n, ok := toFloat(a["percent"]); !ok || n <= 0 || n > 100 {
			d.fault(c, "percent must be a number above 0, up to 100, got %s", quote(a["percent"]))
		}
	case "with_complete_history_between":
		d.fault(c, "with_complete_history_between was never made; use with_complete_gp_consultation_history_between")
	case "mean_recorded_value", "min_recorded_value", "max_recorded_value":
		if truthy(a["include_measurement_date"]) && !truthy(a["on_most_recent_day_of_measurement"]) {
			d.fault(c, "include_measurement_date needs on_most_recent_day_of_measurement=True")
		}
	case "address_as_of":
		switch v.Returning {
		case "index_of_multiple_deprivation":
			oneOf("round_to_nearest", int64(100))
		case "rural_urban_classification":
			oneOf("round_to_nearest", nil)
		}
	case "household_as_of":
		if date, ok := v.Dates["reference_date"]; ok && (date.Variable != "" || date.Date.Format("2006-01-02") != "2020-02-01") {
			d.fault(c, "households are only known as of 2020-02-01, got %q", date.Text)
		}
	case "with_test_result_in_sgss":
		oneOf("pathogen", "SARS-CoV-2")
		oneOf("test_result", "any", "positive", "negative")
		d.checkSGSS(c)
	case "admitted_to_hospital":
		if total := v.Returning; total == "total_bed_days_in_period" || total == "total_critical_care_days_in_period" {
			if truthy(a["find_first_match_in_period"]) || truthy(a["find_last_match_in_period"]) {
				d.fault(c, "returning=%q counts all matches: leave out find_first_match_in_period and find_last_match_in_period", total)
			}
		}
	case "with_these_clinical_events", "with_these_medications":
		if list := v.Codelists["codelist"]; v.Returning == "category" && list != nil && list.Categories == nil {
			d.fault(c, "returning=\"category\" needs a codelist with categories: give codelist_from_csv a category_column")
		}
	case "with_ethnicity_from_sus":
		if !truthy(a["use_most_frequent_code"]) {
			d.fault(c, "use_most_frequent_code must be True")
		}
	case "with_these_decision_support_values":
		oneOf("algorithm", "electronic_frailty_index")
	case "with_record_in_ukrr":
		oneOf("from_dataset", "2019_prevalence", "2020_prevalence", "2021_prevalence", "2020_incidence", "2020_ckd")
	}
}

// checkSGSS tells which returned values go with which kind of SGSS records.
func (d *definer) checkSGSS(c *column) {
	earliest := truthy(c.arguments["restrict_to_earliest_specimen_date"])
	switch c.variable.Returning {
	case "case_category":
		if !earliest || c.arguments["test_result"] != "positive" {
			d.fault(c, "returning=\"case_category\" needs test_result=\"positive\" and restrict_to_earliest_specimen_date=True")
		}
	case "number_of_matches_in_period", "variant", "variant_detection_method", "symptomatic":
		if earliest {
			d.fault(c, "returning=%q needs restrict_to_earliest_specimen_date=False", c.variable.Returning)
		}
	}
}
