package study

import "strings"

// functions is every function of `patients` by name, with its arguments in the
// original's order (positional calls depend on it) and their defaults.
var functions = functionTable()

func functionTable() map[string]*function {
	table := map[string]*function{}
	for _, d := range []struct {
		signature string
		result    Type                // fixed type of the values, or empty
		returning string              // accepted values of the argument `returning`
		codelists map[string][]string // arguments that are codelists: their systems
	}{
		{
			signature: "address_as_of(date, returning=None, round_to_nearest=None, return_expectations=None)",
			returning: "index_of_multiple_deprivation rural_urban_classification msoa",
		},
		{
			signature: `admitted_to_hospital(on_or_before=None, on_or_after=None, between=None, returning='binary_flag',
				find_first_match_in_period=None, find_last_match_in_period=None, date_format=None, with_these_diagnoses=None,
				with_these_primary_diagnoses=None, with_these_procedures=None, with_admission_method=None,
				with_source_of_admission=None, with_discharge_destination=None, with_patient_classification=None,
				with_admission_treatment_function_code=None, with_administrative_category=None,
				with_at_least_one_day_in_critical_care=False, return_expectations=None)`,
			returning: `binary_flag date_admitted date_discharged number_of_matches_in_period total_bed_days_in_period
				total_critical_care_days_in_period primary_diagnosis admission_method source_of_admission
				discharge_destination patient_classification admission_treatment_function_code days_in_critical_care
				administrative_category duration_of_elective_wait`,
			codelists: map[string][]string{"with_these_diagnoses": {"icd10"}, "with_these_primary_diagnoses": {"icd10"}, "with_these_procedures": {"opcs4"}},
		},
		{
			signature: `admitted_to_icu(on_or_after=None, on_or_before=None, between=None, find_first_match_in_period=None,
				find_last_match_in_period=None, returning='binary_flag', date_format=None, return_expectations=None,
				include_month=False, include_day=False)`,
			returning: `binary_flag date_admitted had_respiratory_support had_basic_respiratory_support
				had_advanced_respiratory_support`,
		},
		{
			signature: "age_as_of(reference_date, return_expectations=None)",
			result:    Int,
		},
		{
			signature: "all()",
			result:    Bool,
		},
		{
			signature: `attended_emergency_care(on_or_before=None, on_or_after=None, between=None, returning='binary_flag',
				find_first_match_in_period=None, find_last_match_in_period=None, date_format=None, with_these_diagnoses=None,
				discharged_to=None, return_expectations=None)`,
			returning: "binary_flag date_arrived number_of_matches_in_period discharge_destination",
			codelists: map[string][]string{"with_these_diagnoses": {}},
		},
		{
			signature: "care_home_status_as_of(date, categorised_as=None, return_expectations=None)",
		},
		{
			signature: "categorised_as(category_definitions, return_expectations=None, **extra_columns)",
		},
		{
			signature: "comparator_from(source, return_expectations=None)",
			result:    String,
		},
		{
			signature: `date_deregistered_from_all_supported_practices(on_or_before=None, on_or_after=None, between=None,
				date_format=None, return_expectations=None)`,
			result: Date,
		},
		{
			signature: "date_of(source, date_format=None, include_month=False, include_day=False, return_expectations=None)",
			result:    Date,
		},
		{
			signature: "date_of_birth(date_format=None, return_expectations=None)",
			result:    Date,
		},
		{
			signature: `died_from_any_cause(on_or_before=None, on_or_after=None, between=None, returning='binary_flag',
				date_format=None, include_month=False, include_day=False, return_expectations=None)`,
			returning: "binary_flag date_of_death underlying_cause_of_death place_of_death",
		},
		{
			signature: "fixed_value(value)",
		},
		{
			signature: "household_as_of(reference_date, returning=None, return_expectations=None)",
			returning: `household_size pseudo_id percentage_of_members_with_data_in_this_backend is_prison
				has_members_in_other_ehr_systems msoa`,
		},
		{
			signature: `max_recorded_value(codelist, on_most_recent_day_of_measurement=None, return_expectations=None,
				on_or_before=None, on_or_after=None, between=None, include_measurement_date=False, date_format=None)`,
			result:    Float,
			codelists: map[string][]string{"codelist": {"ctv3", "snomed"}},
		},
		{
			signature: "maximum_of(*column_names, **extra_columns)",
		},
		{
			signature: `mean_recorded_value(codelist, on_most_recent_day_of_measurement=None, return_expectations=None,
				on_or_before=None, on_or_after=None, between=None, include_measurement_date=False, date_format=None,
				include_month=False, include_day=False)`,
			result:    Float,
			codelists: map[string][]string{"codelist": {"ctv3", "snomed"}},
		},
		{
			signature: `min_recorded_value(codelist, on_most_recent_day_of_measurement=None, return_expectations=None,
				on_or_before=None, on_or_after=None, between=None, include_measurement_date=False, date_format=None)`,
			result:    Float,
			codelists: map[string][]string{"codelist": {"ctv3", "snomed"}},
		},
		{
			signature: "minimum_of(*column_names, **extra_columns)",
		},
		{
			signature: `most_recent_bmi(on_or_before=None, on_or_after=None, between=None, minimum_age_at_measurement=16,
				return_expectations=None, include_measurement_date=False, date_format=None, include_month=False,
				include_day=False)`,
			result: Float,
		},
		{
			signature: `outpatient_appointment_date(returning='binary_flag', attended=None, is_first_attendance=None,
				with_these_treatment_function_codes=None, with_these_procedures=None, on_or_after=None, between=None,
				date_format='YYYY-MM-DD', find_first_match_in_period=None, return_expectations=None)`,
			returning: "binary_flag date number_of_matches_in_period consultation_medium_used",
			codelists: map[string][]string{"with_these_procedures": {"opcs4"}},
		},
		{
			signature: "random_sample(percent=None, return_expectations=None)",
			result:    Bool,
		},
		{
			signature: "reference_range_lower_bound_from(source, return_expectations=None)",
			result:    Float,
		},
		{
			signature: "reference_range_upper_bound_from(source, return_expectations=None)",
			result:    Float,
		},
		{
			signature: "registered_as_of(reference_date, return_expectations=None)",
			result:    Bool,
		},
		{
			signature: "registered_practice_as_of(date, returning=None, return_expectations=None)",
			returning: "stp_code msoa msoa_code nuts1_region_name pseudo_id rct__germdefence__enrolled rct__germdefence__*",
		},
		{
			signature: "registered_with_one_practice_between(start_date, end_date, return_expectations=None)",
			result:    Bool,
		},
		{
			signature: "satisfying(expression, return_expectations=None, **extra_columns)",
			result:    Bool,
		},
		{
			signature: "sex(return_expectations=None)",
			result:    String,
		},
		{
			signature: "which_exist_in_file(f_path)",
			result:    Bool,
		},
		{
			signature: `with_an_isaric_record(returning, between=None, date_filter_column=None, date_format='YYYY-MM-DD',
				return_expectations=None)`,
		},
		{
			signature: "with_complete_gp_consultation_history_between(start_date, end_date, return_expectations=None)",
			result:    Bool,
		},
		{
			signature: "with_complete_history_between(start_date, end_date, return_expectations=None)",
			result:    Bool,
		},
		{
			signature: `with_covid_therapeutics(with_these_statuses=None, with_these_therapeutics=None, with_these_indications=None,
				on_or_before=None, on_or_after=None, between=None, returning='binary_flag', date_format=None,
				find_first_match_in_period=None, find_last_match_in_period=None, include_date_of_match=False,
				episode_defined_as=None, return_expectations=None)`,
			returning: "binary_flag date therapeutic risk_group region number_of_matches_in_period number_of_episodes",
		},
		{
			signature: `with_death_recorded_in_cpns(on_or_before=None, on_or_after=None, between=None, returning='binary_flag',
				date_format=None, include_month=False, include_day=False, return_expectations=None)`,
			returning: "binary_flag date_of_death",
		},
		{
			signature: `with_death_recorded_in_primary_care(on_or_before=None, on_or_after=None, between=None,
				returning='binary_flag', date_format=None, return_expectations=None)`,
			returning: "binary_flag date_of_death",
		},
		{
			signature: "with_ethnicity_from_sus(returning=None, use_most_frequent_code=None, return_expectations=None)",
			returning: "code group_6 group_16",
		},
		{
			signature: `with_gp_consultations(on_or_before=None, on_or_after=None, between=None, find_first_match_in_period=None,
				find_last_match_in_period=None, returning='binary_flag', date_format=None, return_expectations=None)`,
			returning: "binary_flag date number_of_matches_in_period",
		},
		{
			signature: `with_healthcare_worker_flag_on_covid_vaccine_record(returning='binary_flag', return_expectations=None)`,
			returning: "binary_flag",
		},
		{
			signature: `with_high_cost_drugs(drug_name_matches=None, on_or_before=None, on_or_after=None, between=None,
				returning='binary_flag', date_format=None, find_first_match_in_period=None, find_last_match_in_period=None,
				return_expectations=None)`,
			returning: "binary_flag date",
		},
		{
			signature: `with_record_in_ukrr(from_dataset=None, returning=None, on_or_before=None, on_or_after=None, between=None,
				date_format=None, return_expectations=None)`,
			returning: `binary_flag renal_centre treatment_modality_start treatment_modality_prevalence latest_creatinine latest_egfr
				rrt_start_date`,
		},
		{
			signature: `with_test_result_in_sgss(pathogen=None, test_result='any', on_or_before=None, on_or_after=None, between=None,
				find_first_match_in_period=None, find_last_match_in_period=None, restrict_to_earliest_specimen_date=True,
				returning='binary_flag', date_format=None, return_expectations=None)`,
			returning: `binary_flag date s_gene_target_failure case_category number_of_matches_in_period variant
				variant_detection_method symptomatic`,
		},
		{
			signature: `with_these_clinical_events(codelist, return_expectations=None, on_or_before=None, on_or_after=None,
				between=None, find_first_match_in_period=None, find_last_match_in_period=None, returning='binary_flag',
				include_date_of_match=False, date_format=None, ignore_missing_values=False,
				ignore_days_where_these_codes_occur=None, episode_defined_as=None, return_binary_flag=None,
				return_number_of_matches_in_period=False, return_first_date_in_period=False, return_last_date_in_period=False,
				include_month=False, include_day=False)`,
			returning: "binary_flag date number_of_matches_in_period number_of_episodes code category numeric_value",
			codelists: map[string][]string{"codelist": {"ctv3", "snomed"}, "ignore_days_where_these_codes_occur": {}},
		},
		{
			signature: `with_these_codes_on_death_certificate(codelist, on_or_before=None, on_or_after=None, between=None,
				match_only_underlying_cause=False, returning='binary_flag', date_format=None, include_month=False,
				include_day=False, return_expectations=None)`,
			returning: "binary_flag date_of_death underlying_cause_of_death place_of_death",
			codelists: map[string][]string{"codelist": {"icd10"}},
		},
		{
			signature: `with_these_decision_support_values(algorithm, on_or_before=None, on_or_after=None, between=None,
				find_first_match_in_period=None, find_last_match_in_period=None, returning='numeric_value',
				include_date_of_match=False, date_format=None, ignore_missing_values=False, return_expectations=None)`,
			returning: "binary_flag date number_of_matches_in_period numeric_value",
		},
		{
			signature: `with_these_medications(codelist, return_expectations=None, on_or_before=None, on_or_after=None, between=None,
				find_first_match_in_period=None, find_last_match_in_period=None, returning='binary_flag',
				include_date_of_match=False, date_format=None, ignore_days_where_these_clinical_codes_occur=None,
				episode_defined_as=None, return_binary_flag=None, return_number_of_matches_in_period=False,
				return_first_date_in_period=False, return_last_date_in_period=False, include_month=False, include_day=False)`,
			returning: "binary_flag date number_of_matches_in_period number_of_episodes code category",
			codelists: map[string][]string{"codelist": {"snomed"}, "ignore_days_where_these_clinical_codes_occur": {}},
		},
		{
			signature: `with_tpp_vaccination_record(target_disease_matches=None, product_name_matches=None, on_or_before=None,
				on_or_after=None, between=None, returning='binary_flag', date_format=None, find_first_match_in_period=None,
				find_last_match_in_period=None, return_expectations=None)`,
			returning: "binary_flag date",
		},
		{
			signature: `with_vaccination_record(tpp, emis, on_or_before=None, on_or_after=None, between=None, returning='binary_flag',
				date_format=None, find_first_match_in_period=None, find_last_match_in_period=None, return_expectations=None)`,
			returning: "binary_flag date",
		},
		{
			signature: "with_value_from_file(f_path, returning, returning_type, date_format='YYYY-MM-DD')",
		},
	} {
		f := parseSignature(d.signature)
		f.result, f.returning, f.codelists = d.result, strings.Fields(d.returning), d.codelists
		table[f.name] = &f
	}
	return table
}
