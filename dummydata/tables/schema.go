package tables

import (
	"fmt"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// A kind is what a column holds.
type kind string

const (
	kindInt   kind = "int"
	kindDate  kind = "date"
	kindFloat kind = "float"
	kindBool  kind = "bool"
	kindText  kind = "text"
)

// A tableID is the place of a table in schemas.
type tableID int

// The tables.
const (
	patients tableID = iota
	practiceRegistrations
	addresses
	clinicalEvents
	clinicalEventsRanges
	medications
	onsDeaths
	sgssTests
	vaccinations
	appointments
	apcs
	emergencyCare
	opa
	opaProcedures
	households
	therapeutics
	ethnicity
	decisionSupport
	occupation
	ukrr
	tableCount
)

// schemas are the tables of ehrQL's public TPP schema that a study's functions
// read, with their columns in order. Every column may be null; name_[15]
// stands for name_01 to name_15.
var schemas = parseSchemas(`
patients: patient_id int, date_of_birth date, sex text, date_of_death date
practice_registrations: patient_id int, start_date date, end_date date, practice_pseudo_id int, practice_stp text, practice_nuts1_region_name text, practice_systmone_go_live_date date
addresses: patient_id int, address_id int, start_date date, end_date date, rural_urban_classification int, imd_rounded int, msoa_code text, has_postcode bool, care_home_is_potential_match bool, care_home_requires_nursing bool, care_home_does_not_require_nursing bool
clinical_events: patient_id int, date date, snomedct_code text, ctv3_code text, numeric_value float
clinical_events_ranges: patient_id int, date date, snomedct_code text, ctv3_code text, numeric_value float, lower_bound float, upper_bound float, comparator text
medications: patient_id int, date date, dmd_code text
ons_deaths: patient_id int, date date, place text, underlying_cause_of_death text, cause_of_death_[15] text
sgss_covid_all_tests: patient_id int, specimen_taken_date date, is_positive bool, was_symptomatic bool, sgtf_status int, variant text, variant_detection_method text
vaccinations: patient_id int, date date, target_disease text, product_name text
appointments: patient_id int, seen_date date, status text
apcs: patient_id int, apcs_ident int, admission_date date, discharge_date date, discharge_destination text, admission_method text, primary_diagnosis text, all_diagnoses text, all_procedures text, days_in_critical_care int, patient_classification text
emergency_care_attendances: patient_id int, id int, arrival_date date, discharge_destination text, diagnosis_[24] text
opa: patient_id int, opa_ident int, appointment_date date, attendance_status text, consultation_medium_used text, first_attendance text, treatment_function_code text
opa_proc: patient_id int, opa_ident int, primary_procedure_code text
household_memberships_2020: patient_id int, household_pseudo_id int, household_size int
covid_therapeutics: patient_id int, covid_indication text, current_status text, intervention text, received date, region text, risk_cohort text, treatment_start_date date
ethnicity_from_sus: patient_id int, code text
decision_support_values: patient_id int, calculation_date date, numeric_value float, algorithm_description text, algorithm_version text
occupation_on_covid_vaccine_record: patient_id int, is_healthcare_worker bool
ukrr: patient_id int, dataset text, renal_centre text, rrt_start_date date, latest_creatinine float, latest_egfr float, treatment_modality_start text, treatment_modality_prevalence text
`)

// A tableSchema is a table's name and columns.
type tableSchema struct {
	name    string
	columns []column
	place   map[string]int
}

type column struct {
	name string
	kind kind
}

// at is the place of a column; -1 for one that the table does not have.
func (s *tableSchema) at(name string) int {
	place, ok := s.place[name]
	if !ok {
		return -1
	}
	return place
}

func parseSchemas(text string) []*tableSchema {
	var all []*tableSchema
	for line := range strings.Lines(strings.TrimSpace(text)) {
		name, columns, _ := strings.Cut(strings.TrimSpace(line), ":")
		s := &tableSchema{name: name, place: map[string]int{}}
		for field := range strings.SplitSeq(columns, ",") {
			words := strings.Fields(field)
			stem, count, many := strings.Cut(strings.TrimSuffix(words[0], "]"), "[")
			if !many {
				s.add(stem, kind(words[1]))
				continue
			}
			n := 0
			fmt.Sscan(count, &n) //nolint:errcheck // the text is above
			for i := range n {
				s.add(fmt.Sprintf("%s%02d", stem, i+1), kind(words[1]))
			}
		}
		all = append(all, s)
	}
	return all
}

func (s *tableSchema) add(name string, k kind) {
	s.place[name] = len(s.columns)
	s.columns = append(s.columns, column{name, k})
}

// node is how a column is stored: with a dictionary, as few distinct values
// are repeated often everywhere but in the smallest tables.
func (c column) node() parquet.Node {
	var node parquet.Node
	switch c.kind {
	case kindInt:
		node = parquet.Int(64)
	case kindDate:
		node = parquet.Date()
	case kindFloat:
		node = parquet.Leaf(parquet.DoubleType)
	case kindBool:
		return parquet.Compressed(parquet.Optional(parquet.Leaf(parquet.BooleanType)), &compression)
	default:
		node = parquet.String()
	}
	return parquet.Compressed(parquet.Optional(parquet.Encoded(node, &parquet.RLEDictionary)), &compression)
}
