package tables

import (
	"fmt"
	"slices"
	"strings"

	"cohortcounts/study"
)

// A record is the kind of rows that a variable is taken from: the table, the
// column that the study's limits look at, and the conditions that a row meets.
type record struct {
	table tableID
	date  string
	conds []cond
	// returns are the columns that hold what the variable may return, by
	// returning.
	returns  map[string]string
	decimals int // a number is rounded to; 0 leaves it as it is
}

// A cond is a condition on one column of a record.
type cond struct {
	column string
	write  []string // texts that meet it, one of which is written; the first the most often
	accept func(text string) bool
}

// equals is the condition that a column has one of the texts.
func equals(column string, texts ...string) cond {
	set := setOf(texts)
	return cond{column: column, write: texts, accept: func(t string) bool { return set[t] }}
}

// coded is the condition that a column has a code of the list.
func coded(column string, list *study.Codelist) cond {
	var codes []string
	for _, code := range list.Codes {
		if code == "" || slices.Contains(codes, code) && len(codes) < 1000 {
			continue
		}
		codes = append(codes, code)
	}
	return equals(column, codes...)
}

// holding is the condition that a column has a code of the list after one of
// the separators of hospital records, or at its start.
func holding(column, before string, list *study.Codelist) cond {
	c := coded(column, list)
	codes := c.write
	c.write = nil
	for _, code := range codes {
		c.write = append(c.write, before+code)
	}
	c.accept = func(text string) bool {
		for _, token := range strings.FieldsFunc(text, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		}) {
			for _, code := range codes {
				if strings.HasPrefix(token, code) {
					return true
				}
			}
		}
		return false
	}
	return c
}

// recordOf is the record of a variable; ok is false for a function that takes
// its values from none.
func recordOf(v *study.Variable) (r record, ok bool) {
	list := v.Codelists["codelist"]
	text := func(argument string) []string { return texts(v.Arguments[argument]) }
	when := func(column string, names []string) {
		if names != nil {
			r.conds = append(r.conds, equals(column, names...))
		}
	}
	switch v.Function {
	case "with_these_clinical_events", "mean_recorded_value", "min_recorded_value", "max_recorded_value":
		column := "ctv3_code"
		if list.System == "snomed" {
			column = "snomedct_code"
		}
		r = record{table: clinicalEvents, date: "date", conds: []cond{coded(column, list)}, returns: map[string]string{"code": column, "category": column, "numeric_value": "numeric_value", "": "numeric_value"}}
	case "most_recent_bmi":
		bmi := equals("ctv3_code", "22K..")
		parts := setOf(bmiCodes)
		bmi.accept = func(t string) bool { return parts[t] }
		r = record{table: clinicalEvents, date: "date", conds: []cond{bmi}, returns: map[string]string{"": "numeric_value"}, decimals: 1}
	case "with_these_medications":
		r = record{table: medications, date: "date", conds: []cond{coded("dmd_code", list)}, returns: map[string]string{"code": "dmd_code", "category": "dmd_code"}}
	case "with_test_result_in_sgss":
		r = record{table: sgssTests, date: "specimen_taken_date", returns: map[string]string{
			"s_gene_target_failure": "sgtf_status", "variant": "variant", "variant_detection_method": "variant_detection_method", "symptomatic": "was_symptomatic",
		}}
		if result := fmt.Sprint(v.Arguments["test_result"]); result != "any" {
			r.conds = append(r.conds, equals("is_positive", map[bool]string{true: "T", false: "F"}[result == "positive"]))
		}
	case "with_tpp_vaccination_record", "with_vaccination_record":
		arguments := v.Arguments
		if v.Function == "with_vaccination_record" {
			arguments, _ = v.Arguments["tpp"].(map[string]any)
		}
		r = record{table: vaccinations, date: "date"}
		when("target_disease", texts(arguments["target_disease_matches"]))
		when("product_name", texts(arguments["product_name_matches"]))
	case "with_gp_consultations":
		r = record{table: appointments, date: "seen_date", conds: []cond{equals("status", "Finished", "Arrived", "Waiting", "In Progress", "Patient Walked Out", "Visit")}}
	case "admitted_to_hospital":
		r = admission(v)
	case "attended_emergency_care":
		r = record{table: emergencyCare, date: "arrival_date", returns: map[string]string{"discharge_destination": "discharge_destination"}}
		if list := v.Codelists["with_these_diagnoses"]; list != nil {
			r.conds = append(r.conds, coded("diagnosis_01", list))
		}
		when("discharge_destination", text("discharged_to"))
	case "outpatient_appointment_date":
		r = record{table: opa, date: "appointment_date", returns: map[string]string{"consultation_medium_used": "consultation_medium_used"}}
		if list := v.Codelists["with_these_procedures"]; list != nil {
			r.conds = append(r.conds, procedure(list))
		}
		when("treatment_function_code", text("with_these_treatment_function_codes"))
		if v.Asks("attended") {
			when("attendance_status", []string{"5", "6"})
		}
		if v.Asks("is_first_attendance") {
			when("first_attendance", []string{"1", "3"})
		}
	case "with_covid_therapeutics":
		r = record{table: therapeutics, date: "treatment_start_date", returns: map[string]string{"therapeutic": "intervention", "region": "region", "risk_group": "risk_cohort"}}
		when("current_status", text("with_these_statuses"))
		if drugs := text("with_these_therapeutics"); drugs != nil {
			r.conds = append(r.conds, cond{column: "intervention", write: drugs, accept: func(t string) bool {
				return slices.ContainsFunc(drugs, func(d string) bool { return strings.Contains(strings.ToLower(t), strings.ToLower(d)) })
			}})
		}
		when("covid_indication", text("with_these_indications"))
	case "with_these_decision_support_values":
		r = record{table: decisionSupport, date: "calculation_date", returns: map[string]string{"numeric_value": "numeric_value"}, conds: []cond{
			equals("algorithm_description", "UK Electronic Frailty Index (eFI)"), equals("algorithm_version", "1.0"),
		}}
	case "with_record_in_ukrr":
		r = record{table: ukrr, date: "rrt_start_date", returns: map[string]string{
			"renal_centre": "renal_centre", "treatment_modality_start": "treatment_modality_start",
			"treatment_modality_prevalence": "treatment_modality_prevalence", "latest_creatinine": "latest_creatinine", "latest_egfr": "latest_egfr",
		}}
		when("dataset", text("from_dataset"))
	default:
		return r, false
	}
	return r, true
}

// bmiCodes are what most_recent_bmi reads: weights, heights and indices.
var bmiCodes = []string{"X76C7", "22A..", "XM01E", "229..", "22K.."}

// admission is the record of admitted_to_hospital.
func admission(v *study.Variable) record {
	r := record{table: apcs, date: "admission_date", returns: map[string]string{
		"primary_diagnosis": "primary_diagnosis", "admission_method": "admission_method", "discharge_destination": "discharge_destination",
		"patient_classification": "patient_classification", "days_in_critical_care": "days_in_critical_care",
	}}
	if list := v.Codelists["with_these_primary_diagnoses"]; list != nil {
		c := holding("primary_diagnosis", "", list)
		r.conds = append(r.conds, c)
	}
	if list := v.Codelists["with_these_diagnoses"]; list != nil {
		r.conds = append(r.conds, holding("all_diagnoses", "||", list))
	}
	if list := v.Codelists["with_these_procedures"]; list != nil {
		r.conds = append(r.conds, holding("all_procedures", "||", list))
	}
	for _, column := range []string{"admission_method", "discharge_destination", "patient_classification"} {
		if names := texts(v.Arguments["with_"+column]); names != nil {
			r.conds = append(r.conds, equals(column, names...))
		}
	}
	if v.Asks("with_at_least_one_day_in_critical_care") {
		r.conds = append(r.conds, cond{column: "days_in_critical_care", write: []string{"1", "3", "7", "14"}, accept: func(t string) bool { return t != "" && t != "0" }})
	}
	return r
}

// procedureColumn stands for the code of a procedure, which is in a table of
// its own.
const procedureColumn = "opa_proc.primary_procedure_code"

func procedure(list *study.Codelist) cond {
	c := coded(procedureColumn, list)
	codes := c.write
	c.accept = func(text string) bool {
		return slices.ContainsFunc(codes, func(code string) bool { return strings.Contains(text, code) })
	}
	return c
}

// texts is an argument that is a text or a list of them; nil when not given.
func texts(value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		list := []string{}
		for _, item := range value {
			list = append(list, fmt.Sprint(item))
		}
		return list
	}
	return []string{fmt.Sprint(value)}
}
