package extract

import (
	"fmt"

	"cohortcounts/study"
)

// refusal is why a variable cannot be had from these tables; empty when it can.
func refusal(v *study.Variable) string {
	missing := func(what, why string) string {
		return fmt.Sprintf("%s%s is not available: %s", v.Function, what, why)
	}
	returning := " returning " + v.Returning
	switch v.Function {
	case "admitted_to_icu":
		return missing("", "these tables hold no intensive care data")
	case "with_death_recorded_in_cpns":
		return missing("", "these tables hold no CPNS deaths")
	case "with_high_cost_drugs":
		return missing("", "these tables hold no high cost drugs")
	case "with_an_isaric_record":
		return missing("", "these tables hold no ISARIC records")
	case "with_complete_history_between":
		return missing("", "no database can tell; use with_complete_gp_consultation_history_between")
	case "registered_practice_as_of":
		switch v.Returning {
		case "stp_code", "nuts1_region_name", "pseudo_id":
			return ""
		case "msoa", "msoa_code":
			return missing(returning, "practices have no area here")
		}
		return missing(returning, "these tables hold no trials")
	case "household_as_of":
		if v.Returning != "pseudo_id" && v.Returning != "household_size" {
			return missing(returning, "of a household only its id and size are known")
		}
	case "with_test_result_in_sgss":
		if v.Returning == "case_category" {
			return missing(returning, "these tables hold all tests, without their category")
		}
	case "admitted_to_hospital":
		return refusedAdmission(v)
	}
	return ""
}

// refusedAdmission finds what the table of admissions does not hold.
func refusedAdmission(v *study.Variable) string {
	for _, name := range []string{"source_of_admission", "admission_treatment_function_code", "administrative_category", "duration_of_elective_wait"} {
		if v.Returning == name {
			return fmt.Sprintf("%s returning %s is not available: admissions have no such column here", v.Function, name)
		}
		if argument := "with_" + name; v.Arguments[argument] != nil {
			return fmt.Sprintf("%s with the argument %s is not available: admissions have no such column here", v.Function, argument)
		}
	}
	return ""
}
