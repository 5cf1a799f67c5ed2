//go:build cgo

package extract

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cohortcounts/study"
)

// studies makes variables, each from those before it.
type studies struct {
	random
	def   *study.Definition
	files bool // variables may read files
}

func (s *studies) add(v study.Variable) *study.Variable {
	v.Name = fmt.Sprintf("v%d", len(s.def.Variables))
	if v.Type == "" {
		v.Type = map[string]study.Type{
			"binary_flag": study.Bool, "date": study.Date, "date_admitted": study.Date, "date_discharged": study.Date, "date_arrived": study.Date,
			"date_of_death": study.Date, "rrt_start_date": study.Date, "number_of_matches_in_period": study.Int, "number_of_episodes": study.Int,
			"total_bed_days_in_period": study.Int, "total_critical_care_days_in_period": study.Int, "pseudo_id": study.Int, "household_size": study.Int,
			"index_of_multiple_deprivation": study.Int, "rural_urban_classification": study.Int, "latest_creatinine": study.Int,
			"numeric_value": study.Float, "latest_egfr": study.Float,
		}[v.Returning]
	}
	if v.Type == "" {
		v.Type = study.String
	}
	if v.Type == study.Date && v.DateFormat == "" {
		v.DateFormat = pick(s.random, study.Day, study.Day, study.Day, study.Month, study.Year)
	}
	s.def.Variables = append(s.def.Variables, v)
	return &s.def.Variables[len(s.def.Variables)-1]
}

// named is a random variable so far that passes the test; "" when none does.
func (s *studies) named(test func(v *study.Variable) bool) string {
	var names []string
	for i := range s.def.Variables {
		if test(&s.def.Variables[i]) {
			names = append(names, s.def.Variables[i].Name)
		}
	}
	if names == nil {
		return ""
	}
	return pick(s.random, names...)
}

func (s *studies) date() study.DateExpression {
	anchor := s.named(func(v *study.Variable) bool { return v.Type == study.Date && v.DateFormat != study.Year })
	if anchor == "" || s.chance(50) {
		text, _ := s.day().(string)
		if text == "" {
			text = "2020-02-29"
		}
		date, _ := time.Parse(time.DateOnly, text)
		return study.DateExpression{Text: text, Date: date}
	}
	e := study.DateExpression{Text: anchor, Variable: anchor}
	if s.chance(30) {
		e.Function = pick(s.random, "first", "last") + "_day_of_" + pick(s.random, "month", "year", "nhs_financial_year", "school_year")
	}
	if s.chance(70) {
		e.Unit = pick(s.random, study.Days, study.Months, study.Years)
		e.Offset = map[study.Unit]int{study.Days: s.IntN(120) - 40, study.Months: s.IntN(30) - 14, study.Years: s.IntN(4) - 2}[e.Unit]
	}
	return e
}

func (s *studies) limits() (p study.Period) {
	if s.chance(55) {
		from := s.date()
		p.From = &from
	}
	if s.chance(35) {
		to := s.date()
		p.To = &to
	}
	return p
}

func (s *studies) codes(system string, from []any) *study.Codelist {
	list := &study.Codelist{System: system}
	for range 1 + s.IntN(4) {
		list.Codes = append(list.Codes, pick(s.random, from...).(string))
	}
	for _, code := range list.Codes {
		list.Categories = append(list.Categories, "c"+strconv.Itoa(len(code)%3)+string([]rune(code)[:1]))
	}
	return list
}

// text is nothing, a text, or a list of texts.
func (s *studies) text(values ...string) any {
	switch s.IntN(3) {
	case 0:
		return nil
	case 1:
		return pick(s.random, values...)
	}
	return []any{pick(s.random, values...), pick(s.random, values...)}
}

// condition is a random expression.
func (s *studies) condition(depth int) *study.Expression {
	if depth > 0 && s.chance(50) {
		op := pick(s.random, study.And, study.Or, study.Not)
		e := &study.Expression{Operator: op, Operands: []study.Expression{*s.condition(depth - 1)}}
		for op != study.Not && len(e.Operands) < 2+s.IntN(2) {
			e.Operands = append(e.Operands, *s.condition(depth - 1))
		}
		return e
	}
	op := pick(s.random, study.Equal, study.NotEqual, study.Less, study.LessEqual, study.Greater, study.GreaterEqual)
	if name := s.named(func(*study.Variable) bool { return true }); name != "" && s.chance(20) {
		return &study.Expression{Operator: study.NotEqual, Operands: []study.Expression{
			{Operator: study.Name, Name: name}, {Operator: study.Literal, Literal: pick[any](s.random, int64(0), int64(-1), "", "0")},
		}}
	}
	return &study.Expression{Operator: op, Operands: []study.Expression{s.term(1), s.term(2)}}
}

// careHome is a condition of what is known of a care home, which may be nothing.
func (s *studies) careHome(depth int) *study.Expression {
	if depth > 0 && s.chance(60) {
		op := pick(s.random, study.And, study.Or, study.Not)
		e := &study.Expression{Operator: op, Operands: []study.Expression{*s.careHome(depth - 1)}}
		if op != study.Not {
			e.Operands = append(e.Operands, *s.careHome(depth - 1))
		}
		return e
	}
	name := func(name string) study.Expression { return study.Expression{Operator: study.Name, Name: name} }
	value := func(value any) study.Expression {
		return study.Expression{Operator: study.Literal, Literal: value}
	}
	op := pick(s.random, study.Equal, study.NotEqual, study.Less, study.GreaterEqual)
	if s.chance(30) {
		return &study.Expression{Operator: op, Operands: []study.Expression{name("IsPotentialCareHome"), value(pick[any](s.random, int64(0), int64(1)))}}
	}
	nursing := pick(s.random, "LocationRequiresNursing", "LocationDoesNotRequireNursing")
	return &study.Expression{Operator: op, Operands: []study.Expression{name(nursing), pick(s.random, value("Y"), value("N"), value(""), name("LocationRequiresNursing"))}}
}

func (s *studies) term(depth int) study.Expression {
	name := s.named(func(*study.Variable) bool { return true })
	switch {
	case depth > 0 && s.chance(25):
		op := pick(s.random, study.Plus, study.Minus, study.Times, study.Divide)
		return study.Expression{Operator: op, Operands: []study.Expression{s.term(depth - 1), s.term(depth - 1)}}
	case name == "" || s.chance(30):
		return study.Expression{Operator: study.Literal, Literal: pick[any](s.random, int64(0), int64(1), int64(-3), int64(40), 1.5, "", "M", "2", "2020-06", "nan", " 2 ", "2F", ".5")}
	}
	return study.Expression{Operator: study.Name, Name: name}
}

// variable adds one of any function.
func (s *studies) variable() {
	r := s.random
	ctv, snomed := s.codes("ctv3", ctvCodes), s.codes("snomed", snomedCodes)
	clinical := pick(r, ctv, ctv, snomed)
	find := map[string]any{"find_first_match_in_period": pick[any](r, true, false, nil)}
	with := func(more map[string]any) map[string]any {
		for k, v := range find {
			more[k] = v
		}
		return more
	}
	episode := func(v *study.Variable) {
		if v.Returning == "number_of_episodes" && r.chance(70) {
			v.Arguments["episode_defined_as"] = fmt.Sprintf("series of events each <= %d days apart", r.IntN(40))
		}
	}
	dates := func(names ...string) map[string]study.DateExpression {
		m := map[string]study.DateExpression{}
		for _, n := range names {
			m[n] = s.date()
		}
		return m
	}
	dated := func(v *study.Variable) {
		if v.Returning != "number_of_episodes" && !strings.HasPrefix(v.Returning, "total_") && r.chance(40) {
			s.add(study.Variable{Function: "date_of", Source: v.Name, Type: study.Date})
		}
	}
	switch r.IntN(31) {
	case 30:
		if !s.files {
			break
		}
		v := study.Variable{Function: pick(r, "with_value_from_file", "with_value_from_file", "which_exist_in_file"), File: &study.FileColumn{Path: pick(r, "data/a.csv", "data/b.csv.gz")}}
		if v.Function == "which_exist_in_file" {
			v.Type = study.Bool
		} else {
			v.File.Column = pick(r, "number", "fraction", "word", "day", "flag")
			v.Type = map[string]study.Type{"number": study.Int, "fraction": study.Float, "word": study.String, "day": study.Date, "flag": study.Bool}[v.File.Column]
		}
		s.add(v)
	case 0:
		s.add(study.Variable{Function: "sex"})
	case 1:
		s.add(study.Variable{Function: "age_as_of", Type: study.Int, Dates: dates("reference_date")})
	case 2:
		s.add(study.Variable{Function: "date_of_birth", Type: study.Date, DateFormat: pick(r, study.Month, study.Year)})
	case 3:
		s.add(study.Variable{Function: "registered_as_of", Type: study.Bool, Dates: dates("reference_date")})
	case 4:
		s.add(study.Variable{Function: pick(r, "registered_with_one_practice_between", "with_complete_gp_consultation_history_between"), Type: study.Bool, Dates: dates("start_date", "end_date")})
	case 5:
		s.add(study.Variable{Function: "registered_practice_as_of", Returning: pick(r, "stp_code", "nuts1_region_name", "pseudo_id"), Dates: dates("date")})
	case 6:
		s.add(study.Variable{Function: "date_deregistered_from_all_supported_practices", Type: study.Date, Between: s.limits()})
	case 7:
		s.add(study.Variable{Function: "address_as_of", Returning: pick(r, "index_of_multiple_deprivation", "rural_urban_classification", "msoa"), Dates: dates("date")})
	case 8:
		v := study.Variable{Function: "care_home_status_as_of", Type: study.Bool, Dates: dates("date")}
		if r.chance(80) {
			labels := pick(r, []any{"A", "B", "C"}, []any{int64(4), int64(0), int64(7)})
			v.Type = map[any]study.Type{"A": study.String, int64(4): study.Int}[labels[0]]
			v.Categories = []study.Category{{Label: labels[0], Condition: s.careHome(2)}, {Label: labels[2]}, {Label: labels[1], Condition: s.careHome(1)}}
		}
		s.add(v)
	case 9, 10, 11, 12:
		v := s.add(study.Variable{
			Function: "with_these_clinical_events", Between: s.limits(), Arguments: with(map[string]any{"ignore_missing_values": r.chance(20)}),
			Returning: pick(r, "binary_flag", "date", "date", "number_of_matches_in_period", "number_of_episodes", "code", "category", "numeric_value"),
			Codelists: map[string]*study.Codelist{"codelist": clinical},
		})
		if r.chance(20) {
			v.Codelists["ignore_days_where_these_codes_occur"] = pick(r, ctv, snomed)
		}
		episode(v)
		name, returning := v.Name, v.Returning
		dated(v)
		if returning == "numeric_value" && r.chance(50) {
			s.add(study.Variable{Function: "comparator_from", Source: name})
			s.add(study.Variable{Function: "reference_range_lower_bound_from", Source: name, Type: study.Float})
			s.add(study.Variable{Function: "reference_range_upper_bound_from", Source: name, Type: study.Float})
		}
	case 13:
		v := s.add(study.Variable{
			Function: "with_these_medications", Between: s.limits(), Arguments: with(map[string]any{}),
			Returning: pick(r, "binary_flag", "date", "number_of_matches_in_period", "number_of_episodes", "code", "category"),
			Codelists: map[string]*study.Codelist{"codelist": s.codes("snomed", drugCodes)},
		})
		if r.chance(20) {
			v.Codelists["ignore_days_where_these_clinical_codes_occur"] = pick(r, ctv, snomed)
		}
		episode(v)
		dated(v)
	case 14, 15:
		v := s.add(study.Variable{
			Function: pick(r, "mean_recorded_value", "min_recorded_value", "max_recorded_value"), Type: study.Float, Between: s.limits(),
			Arguments: map[string]any{"on_most_recent_day_of_measurement": r.chance(60)}, Codelists: map[string]*study.Codelist{"codelist": clinical},
		})
		if v.Arguments["on_most_recent_day_of_measurement"] == true {
			dated(v)
		}
	case 16:
		v := s.add(study.Variable{Function: "most_recent_bmi", Type: study.Float, Between: s.limits(), Arguments: map[string]any{"minimum_age_at_measurement": int64(r.IntN(25))}})
		dated(v)
	case 17:
		v := study.Variable{Function: "died_from_any_cause", Between: s.limits(), Arguments: map[string]any{}, Returning: pick(r, "binary_flag", "date_of_death", "underlying_cause_of_death", "place_of_death")}
		if r.chance(60) {
			v.Function = "with_these_codes_on_death_certificate"
			v.Codelists = map[string]*study.Codelist{"codelist": s.codes("icd10", icdCodes)}
			v.Arguments["match_only_underlying_cause"] = r.chance(50)
		}
		dated(s.add(v))
	case 18:
		dated(s.add(study.Variable{Function: "with_death_recorded_in_primary_care", Between: s.limits(), Returning: pick(r, "binary_flag", "date_of_death")}))
	case 19, 20:
		v := study.Variable{Function: "with_test_result_in_sgss", Between: s.limits(), Returning: pick(r, "binary_flag", "date", "s_gene_target_failure")}
		restrict := r.chance(50)
		if !restrict {
			v.Returning = pick(r, "binary_flag", "date", "s_gene_target_failure", "number_of_matches_in_period", "variant", "variant_detection_method", "symptomatic")
		}
		v.Arguments = with(map[string]any{"pathogen": "SARS-CoV-2", "test_result": pick(r, "any", "positive", "negative"), "restrict_to_earliest_specimen_date": restrict})
		dated(s.add(v))
	case 21:
		v := s.add(study.Variable{Function: "with_tpp_vaccination_record", Between: s.limits(), Returning: pick(r, "binary_flag", "date"), Arguments: with(map[string]any{
			"target_disease_matches": s.text("INFLUENZA", "SARS-2 CORONAVIRUS"), "product_name_matches": s.text("Fluenz Tetra", "Pfizer's"),
		})})
		if r.chance(30) {
			v.Function, v.Arguments = "with_vaccination_record", map[string]any{"tpp": v.Arguments, "emis": nil, "find_first_match_in_period": find["find_first_match_in_period"]}
		}
		dated(v)
	case 22:
		dated(s.add(study.Variable{Function: "with_gp_consultations", Between: s.limits(), Returning: pick(r, "binary_flag", "date", "number_of_matches_in_period"), Arguments: find}))
	case 23, 24:
		v := study.Variable{Function: "admitted_to_hospital", Between: s.limits(), Codelists: map[string]*study.Codelist{}, Arguments: with(map[string]any{
			"with_admission_method": s.text("21", "2A"), "with_patient_classification": s.text("1", "2"), "with_discharge_destination": s.text("19", "79"), "with_at_least_one_day_in_critical_care": r.chance(20),
		})}
		v.Returning = pick(r, "binary_flag", "date_admitted", "date_discharged", "number_of_matches_in_period", "primary_diagnosis", "admission_method",
			"discharge_destination", "patient_classification", "days_in_critical_care", "total_bed_days_in_period", "total_critical_care_days_in_period")
		if r.chance(40) {
			v.Codelists[pick(r, "with_these_diagnoses", "with_these_primary_diagnoses")] = s.codes("icd10", icdCodes)
		}
		if r.chance(20) {
			v.Codelists["with_these_procedures"] = s.codes("opcs4", []any{"X40", "E85"})
		}
		dated(s.add(v))
	case 25:
		v := study.Variable{Function: "attended_emergency_care", Between: s.limits(), Codelists: map[string]*study.Codelist{}, Returning: pick(r, "binary_flag", "date_arrived", "number_of_matches_in_period", "discharge_destination"), Arguments: with(map[string]any{"discharged_to": s.text("306706006")})}
		if r.chance(40) {
			v.Codelists["with_these_diagnoses"] = snomed
		}
		dated(s.add(v))
	case 26:
		v := study.Variable{Function: "outpatient_appointment_date", Between: s.limits(), Codelists: map[string]*study.Codelist{}, Returning: pick(r, "binary_flag", "date", "number_of_matches_in_period", "consultation_medium_used"), Arguments: with(map[string]any{
			"attended": r.chance(30), "is_first_attendance": r.chance(30), "with_these_treatment_function_codes": s.text("340", "812"),
		})}
		if r.chance(40) {
			v.Codelists["with_these_procedures"] = s.codes("opcs4", []any{"X40", "E85"})
		}
		dated(s.add(v))
	case 27:
		v := s.add(study.Variable{Function: "with_covid_therapeutics", Between: s.limits(), Returning: pick(r, "binary_flag", "date", "therapeutic", "risk_group", "region", "number_of_matches_in_period", "number_of_episodes"), Arguments: with(map[string]any{
			"with_these_statuses": s.text("approved ", "Treatment complete"), "with_these_therapeutics": s.text("casirivimab", "SOTROVIMAB"), "with_these_indications": s.text("hospital_onset"),
		})})
		episode(v)
		dated(v)
	case 28:
		switch r.IntN(5) {
		case 0:
			s.add(study.Variable{Function: "with_ethnicity_from_sus", Returning: pick(r, "code", "group_6", "group_16"), Arguments: map[string]any{"use_most_frequent_code": true}})
		case 1:
			s.add(study.Variable{Function: "household_as_of", Returning: pick(r, "pseudo_id", "household_size"), Dates: map[string]study.DateExpression{"reference_date": {Date: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC)}}})
		case 2:
			s.add(study.Variable{Function: "with_healthcare_worker_flag_on_covid_vaccine_record", Returning: "binary_flag"})
		case 3:
			dated(s.add(study.Variable{Function: "with_record_in_ukrr", Between: s.limits(), Arguments: map[string]any{"from_dataset": "2020_prevalence"}, Returning: pick(r, "binary_flag", "renal_centre", "treatment_modality_start", "treatment_modality_prevalence", "latest_creatinine", "latest_egfr", "rrt_start_date")}))
		default:
			dated(s.add(study.Variable{Function: "with_these_decision_support_values", Between: s.limits(), Returning: pick(r, "binary_flag", "date", "number_of_matches_in_period", "numeric_value"), Arguments: with(map[string]any{"algorithm": "electronic_frailty_index", "ignore_missing_values": r.chance(40)})}))
		}
	default:
		s.derived()
	}
}

// derived adds a variable that is made of others.
func (s *studies) derived() {
	r := s.random
	switch r.IntN(4) {
	case 0:
		s.add(study.Variable{Function: "satisfying", Type: study.Bool, Categories: []study.Category{{Label: true, Condition: s.condition(2)}, {Label: false}}})
	case 1:
		labels := pick(r, []any{"x", "it's", ""}, []any{int64(1), int64(7), int64(0)}, []any{0.5, -1.5, 0.0}, []any{"2020-06-01", "2020-09-01", "2021-01-31"})
		v := study.Variable{Function: "categorised_as", Type: map[string]study.Type{"x": study.String, "1": study.Int, "0.5": study.Float, "2020-06-01": study.Date}[fmt.Sprint(labels[0])], DateFormat: study.Day}
		v.Categories = []study.Category{{Label: labels[0], Condition: s.condition(1)}, {Label: labels[2]}, {Label: labels[1], Condition: s.condition(1)}}
		s.add(v)
	case 2:
		kind, format := pick(r, study.Int, study.Float, study.Date, study.Date, study.Bool, study.String), pick(r, study.Day, study.Day, study.Month, study.Year)
		v := study.Variable{Function: pick(r, "maximum_of", "minimum_of"), Type: kind, DateFormat: format}
		for range 2 + r.IntN(2) {
			if name := s.named(func(v *study.Variable) bool { return v.Type == kind && (kind != study.Date || v.DateFormat == format) }); name != "" {
				v.Inputs = append(v.Inputs, name)
			}
		}
		if len(v.Inputs) > 1 {
			s.add(v)
		}
	default:
		v := study.Variable{Function: "fixed_value", Value: pick[any](r, true, int64(5), 2.5, "word", "2020-05-17")}
		switch v.Value.(type) {
		case bool:
			v.Type = study.Bool
		case int64:
			v.Type = study.Int
		case float64:
			v.Type = study.Float
		}
		if v.Value == "2020-05-17" {
			v.Type, v.DateFormat = study.Date, study.Day
		}
		s.add(v)
	}
}

// chain adds dates that follow each other, as the pattern study has them.
func (s *studies) chain() {
	list := s.codes("ctv3", ctvCodes[:4])
	from, last := s.date(), ""
	for range 4 {
		if last != "" {
			from = study.DateExpression{Text: last, Variable: last, Unit: study.Days, Offset: 21}
		}
		from := from // each variable keeps its own
		v := s.add(study.Variable{
			Function: "with_these_clinical_events", Returning: "date", Type: study.Date, DateFormat: study.Day, Between: study.Period{From: &from},
			Arguments: map[string]any{"find_first_match_in_period": true}, Codelists: map[string]*study.Codelist{"codelist": list},
		})
		last = v.Name
	}
}

// randomStudy is a study of thirty variables or so; some read files, if told so.
func randomStudy(r random, files bool) *study.Definition {
	s := &studies{random: r, files: files, def: &study.Definition{Name: "study_definition", Population: "population"}}
	s.chain()
	for len(s.def.Variables) < 30 {
		s.variable()
	}
	population := study.Variable{Name: "population", Hidden: true, Function: "all", Type: study.Bool}
	if r.chance(60) {
		population.Function = "satisfying"
		population.Categories = []study.Category{{Label: true, Condition: s.condition(2)}, {Label: false}}
	}
	s.def.Variables = append(s.def.Variables, population)
	return s.def
}
