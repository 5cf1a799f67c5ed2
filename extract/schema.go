package extract

import (
	"fmt"
	"strconv"
	"strings"
)

// kind is what a column should hold, whatever type it is stored as.
type kind string

const (
	kindDate  kind = "date"
	kindInt   kind = "int"
	kindFloat kind = "float"
	kindBool  kind = "bool"
	kindText  kind = "text"
)

// describe is a kind in words, for messages.
func (k kind) describe() string {
	switch k {
	case kindDate:
		return "a date (YYYY-MM-DD)"
	case kindInt:
		return "a whole number"
	case kindFloat:
		return "a number"
	case kindBool:
		return "true or false"
	}
	return "text"
}

// table is one table of the schema.
type table struct {
	name    string
	columns []column
	// onePerPatient: a patient who is there twice is a fault.
	onePerPatient bool
}

type column struct {
	name     string
	kind     kind
	required bool // null is a fault
}

func (t *table) column(name string) (column, bool) {
	for _, c := range t.columns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}

// columnNames are all the columns of the table.
func (t *table) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// schema is the tables of ehrQL's TPP schema that some function reads.
var schema = parseSchema(`
	patients* patient_id! int, date_of_birth date, sex text, date_of_death date
	practice_registrations patient_id int, start_date date, end_date date, practice_pseudo_id int, practice_stp text,
		practice_nuts1_region_name text, practice_systmone_go_live_date date
	addresses patient_id int, address_id int, start_date date, end_date date, rural_urban_classification int, imd_rounded int,
		msoa_code text, has_postcode bool, care_home_is_potential_match bool, care_home_requires_nursing bool,
		care_home_does_not_require_nursing bool
	clinical_events patient_id int, date date, snomedct_code text, ctv3_code text, numeric_value float
	clinical_events_ranges patient_id int, date date, snomedct_code text, ctv3_code text, numeric_value float,
		lower_bound float, upper_bound float, comparator text
	medications patient_id int, date date, dmd_code text
	ons_deaths patient_id int, date date, place text, underlying_cause_of_death text, cause_of_death_[15] text
	sgss_covid_all_tests patient_id int, specimen_taken_date! date, is_positive! bool, was_symptomatic bool, sgtf_status int,
		variant text, variant_detection_method text
	vaccinations patient_id int, date date, target_disease text, product_name text
	appointments patient_id int, seen_date date, status text
	apcs patient_id int, apcs_ident! int, admission_date date, discharge_date date, discharge_destination text,
		admission_method text, patient_classification text, primary_diagnosis text, all_diagnoses text, all_procedures text,
		days_in_critical_care int
	emergency_care_attendances patient_id int, id! int, arrival_date date, discharge_destination text, diagnosis_[24] text
	opa patient_id int, opa_ident! int, appointment_date date, attendance_status text, first_attendance text,
		treatment_function_code text, consultation_medium_used text
	opa_proc patient_id int, opa_ident! int, primary_procedure_code text
	household_memberships_2020* patient_id int, household_pseudo_id int, household_size int
	covid_therapeutics patient_id int, treatment_start_date date, received date, intervention text, current_status text,
		covid_indication text, region text, risk_cohort text
	ethnicity_from_sus* patient_id int, code text
	decision_support_values patient_id int, calculation_date date, numeric_value float, algorithm_description text,
		algorithm_version text
	occupation_on_covid_vaccine_record patient_id int, is_healthcare_worker bool
	ukrr patient_id int, dataset text, renal_centre text, treatment_modality_start text, treatment_modality_prevalence text,
		rrt_start_date date, latest_creatinine float, latest_egfr float
`)

// parseSchema reads the text above: a table's name (with a * when it has one
// row per patient), then its columns, each a name (with a ! when null is a
// fault) and a kind. name_[15] stands for name_01 to name_15.
func parseSchema(text string) map[string]*table {
	all := map[string]*table{}
	var current *table
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if line == "" {
			continue
		}
		first := true
		for field := range strings.SplitSeq(line, ",") {
			words := strings.Fields(field)
			if first && len(words) == 3 {
				name, one := strings.CutSuffix(words[0], "*")
				current = &table{name: name, onePerPatient: one}
				all[name] = current
				words = words[1:]
			}
			first = false
			current.columns = append(current.columns, parseColumns(words[0], kind(words[1]))...)
		}
	}
	return all
}

func parseColumns(name string, k kind) []column {
	stem, count, many := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !many {
		bare, required := strings.CutSuffix(name, "!")
		return []column{{name: bare, kind: k, required: required}}
	}
	n, _ := strconv.Atoi(count) // the text is ours
	columns := make([]column, n)
	for i := range columns {
		columns[i] = column{name: fmt.Sprintf("%s%02d", stem, i+1), kind: k}
	}
	return columns
}
