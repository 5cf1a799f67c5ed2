//go:build cgo

package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// listed is an argument that is a text or a list, and whether it was given.
func listed(value any) ([]string, bool) {
	switch value := value.(type) {
	case string:
		return []string{value}, true
	case []any:
		out := []string{}
		for _, item := range value {
			out = append(out, item.(string))
		}
		return out, true
	}
	return nil, false
}

// candidates are the rows of a function whatever their date, the column that
// holds the date, and those that decide between rows of one date.
func (p *person) candidates(v *study.Variable) (rows []record, date string, ties []string) {
	keep := func(condition func(r record) bool) {
		rows = slices.DeleteFunc(rows, func(r record) bool { return !condition(r) })
	}
	arguments := v.Arguments
	equal := func(argument, column string) {
		if texts, given := listed(arguments[argument]); given {
			keep(func(r record) bool { return r[column] != nil && slices.Contains(texts, r[column].(string)) })
		}
	}
	anyOfCodes := func(list *study.Codelist, columns ...string) func(record) bool {
		return func(r record) bool {
			return slices.ContainsFunc(columns, func(c string) bool { return r[c] != nil && slices.Contains(list.Codes, r[c].(string)) })
		}
	}
	ignoreMissing := func() {
		if yes(v.Arguments["ignore_missing_values"]) {
			keep(func(r record) bool { return r["numeric_value"] != nil && r["numeric_value"] != 0.0 })
		}
	}
	switch v.Function {
	case "with_these_clinical_events", "with_these_medications":
		list, table, column := v.Codelists["codelist"], "clinical_events", p.codeColumnOf(v)
		ties = []string{column, "numeric_value"}
		ignored := v.Codelists["ignore_days_where_these_codes_occur"]
		if v.Function == "with_these_medications" {
			table, ties, ignored = "medications", []string{column}, v.Codelists["ignore_days_where_these_clinical_codes_occur"]
		}
		for i := range p.def.Variables {
			if other := &p.def.Variables[i]; other.Source == v.Name && other.Function != "date_of" {
				table, ties = "clinical_events_ranges", []string{column, "numeric_value", "lower_bound", "upper_bound", "comparator"}
			}
		}
		rows = p.coded(table, column, list.Codes)
		ignoreMissing()
		if ignored != nil {
			bad := p.coded("clinical_events", systemColumn(ignored), ignored.Codes)
			keep(func(r record) bool {
				return r["date"] == nil || !slices.ContainsFunc(bad, func(b record) bool { return b["date"] == r["date"] })
			})
		}
		return rows, "date", ties
	case "with_these_decision_support_values":
		rows = p.of("decision_support_values")
		keep(func(r record) bool {
			return r["algorithm_description"] == "UK Electronic Frailty Index (eFI)" && r["algorithm_version"] == "1.0"
		})
		ignoreMissing()
		return rows, "calculation_date", []string{"numeric_value"}
	case "died_from_any_cause", "with_these_codes_on_death_certificate":
		rows = p.of("ons_deaths")
		if list := v.Codelists["codelist"]; list != nil {
			columns := []string{"underlying_cause_of_death"}
			if !yes(v.Arguments["match_only_underlying_cause"]) {
				for i := 1; i <= 15; i++ {
					columns = append(columns, "cause_of_death_"+strconv.Itoa(i/10)+strconv.Itoa(i%10))
				}
			}
			keep(anyOfCodes(list, columns...))
		}
		return rows, "date", nil
	case "with_test_result_in_sgss":
		return p.tests(v), "specimen_taken_date", []string{"negative", "sgtf_status", "variant", "variant_detection_method", "was_symptomatic"}
	case "with_tpp_vaccination_record", "with_vaccination_record":
		rows = p.of("vaccinations")
		if tpp, ok := v.Arguments["tpp"].(map[string]any); ok {
			arguments = tpp
		}
		equal("target_disease_matches", "target_disease")
		equal("product_name_matches", "product_name")
		return rows, "date", nil
	case "with_gp_consultations":
		rows = p.of("appointments")
		keep(func(r record) bool {
			return slices.Contains([]any{"Arrived", "Waiting", "In Progress", "Finished", "Patient Walked Out", "Visit"}, r["status"])
		})
		return rows, "seen_date", nil
	case "admitted_to_hospital":
		rows = p.of("apcs")
		equal("with_admission_method", "admission_method")
		equal("with_discharge_destination", "discharge_destination")
		equal("with_patient_classification", "patient_classification")
		if yes(v.Arguments["with_at_least_one_day_in_critical_care"]) {
			keep(func(r record) bool { return intOf(r["days_in_critical_care"]) > 0 })
		}
		for argument, where := range map[string][2]string{
			"with_these_primary_diagnoses": {"primary_diagnosis", "^"},
			"with_these_diagnoses":         {"all_diagnoses", "(^|[^A-Za-z0-9])"},
			"with_these_procedures":        {"all_procedures", "(^|[^A-Za-z0-9])"},
		} {
			if list := v.Codelists[argument]; list != nil {
				keep(func(r record) bool {
					return slices.ContainsFunc(list.Codes, func(code string) bool {
						return regexp.MustCompile(where[1] + regexp.QuoteMeta(code)).MatchString(textOf(r[where[0]]))
					})
				})
			}
		}
		return rows, "admission_date", []string{"apcs_ident"}
	case "attended_emergency_care":
		rows = p.of("emergency_care_attendances")
		equal("discharged_to", "discharge_destination")
		if list := v.Codelists["with_these_diagnoses"]; list != nil {
			var columns []string
			for i := 1; i <= 24; i++ {
				columns = append(columns, "diagnosis_"+strconv.Itoa(i/10)+strconv.Itoa(i%10))
			}
			keep(anyOfCodes(list, columns...))
		}
		return rows, "arrival_date", []string{"id"}
	case "outpatient_appointment_date":
		rows = p.of("opa")
		if yes(v.Arguments["attended"]) {
			keep(func(r record) bool { return r["attendance_status"] == "5" || r["attendance_status"] == "6" })
		}
		if yes(v.Arguments["is_first_attendance"]) {
			keep(func(r record) bool { return r["first_attendance"] == "1" || r["first_attendance"] == "3" })
		}
		equal("with_these_treatment_function_codes", "treatment_function_code")
		if list := v.Codelists["with_these_procedures"]; list != nil {
			keep(func(r record) bool {
				return slices.ContainsFunc(p.of("opa_proc"), func(done record) bool {
					return done["opa_ident"] == r["opa_ident"] && slices.ContainsFunc(list.Codes, func(code string) bool {
						return strings.Contains(textOf(done["primary_procedure_code"]), code)
					})
				})
			})
		}
		return rows, "appointment_date", []string{"opa_ident"}
	case "with_covid_therapeutics":
		return p.therapeutics(v), "treatment_start_date", []string{"received", "current_status", "intervention", "region", "risk_cohort"}
	case "with_record_in_ukrr":
		rows = p.of("ukrr")
		keep(func(r record) bool { return r["dataset"] == v.Arguments["from_dataset"] })
		return rows, "rrt_start_date", []string{"renal_centre"}
	}
	panic("the evaluator does not know " + v.Function)
}

func (p *person) tests(v *study.Variable) []record {
	var out []record
	for _, positive := range []bool{true, false} {
		var of []record
		for _, r := range p.of("sgss_covid_all_tests") {
			if r["is_positive"] == positive {
				r["negative"] = !positive
				of = append(of, r)
			}
		}
		if yes(v.Arguments["restrict_to_earliest_specimen_date"]) && len(of) > 0 {
			of = []record{winnerOf(of, "specimen_taken_date", true, false, "sgtf_status", "variant", "variant_detection_method", "was_symptomatic")}
		}
		if v.Arguments["test_result"] == "any" || (v.Arguments["test_result"] == "positive") == positive {
			out = append(out, of...)
		}
	}
	return out
}

func (p *person) therapeutics(v *study.Variable) []record {
	statuses, byStatus := listed(v.Arguments["with_these_statuses"])
	drugs, byDrug := listed(v.Arguments["with_these_therapeutics"])
	indications, byIndication := listed(v.Arguments["with_these_indications"])
	seen := map[string]bool{}
	var out []record
	for _, r := range p.of("covid_therapeutics") {
		same := ""
		for _, column := range []string{"treatment_start_date", "received", "intervention", "current_status", "covid_indication", "region", "risk_cohort"} {
			same += textOf(r[column]) + "\x00"
		}
		if seen[same] {
			continue
		}
		seen[same] = true
		folded := func(text string) string { return strings.ToLower(strings.Trim(text, " ")) }
		if byStatus && !slices.ContainsFunc(statuses, func(s string) bool {
			return r["current_status"] != nil && folded(s) == folded(textOf(r["current_status"]))
		}) ||
			byDrug && !slices.ContainsFunc(drugs, func(d string) bool {
				return r["intervention"] != nil && strings.Contains(strings.ToLower(textOf(r["intervention"])), strings.ToLower(d))
			}) ||
			byIndication && !slices.ContainsFunc(indications, func(i string) bool { return r["covid_indication"] == i }) {
			continue
		}
		out = append(out, r)
	}
	return out
}
