//go:build cgo

package extract

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// evaluate is a variable's value for one patient: int64, float64 or string.
func (p *person) evaluate(v *study.Variable) any {
	value := p.valueOf(v)
	switch v.Type {
	case study.Bool, study.Int:
		switch n := value.(type) {
		case bool:
			return bit(n)
		case int64:
			return n
		case int:
			return int64(n)
		}
		return int64(0)
	case study.Float:
		f, _ := value.(float64)
		return f
	case study.Date:
		return cutTo(v, textOf(value))
	}
	return textOf(value)
}

func (p *person) valueOf(v *study.Variable) any {
	at := func(name string) string {
		e := v.Dates[name]
		return p.resolve(&e)
	}
	switch v.Function {
	case "all":
		return true
	case "fixed_value":
		return v.Value
	case "satisfying", "categorised_as":
		return scope{get: func(name string) any { return p.values[name] }}.category(v)
	case "maximum_of", "minimum_of":
		return p.extremeOf(v)
	case "date_of":
		return p.matches[v.Source]
	case "comparator_from":
		return p.rows[v.Source]["comparator"]
	case "reference_range_lower_bound_from":
		return p.rows[v.Source]["lower_bound"]
	case "reference_range_upper_bound_from":
		return p.rows[v.Source]["upper_bound"]
	case "sex":
		return map[any]string{"male": "M", "female": "F", "intersex": "I", "unknown": "U"}[p.self["sex"]]
	case "date_of_birth":
		return p.self["date_of_birth"]
	case "age_as_of":
		return p.age(at("reference_date"))
	case "registered_as_of":
		return len(p.registered(at("reference_date"), at("reference_date"))) > 0
	case "registered_with_one_practice_between":
		return len(p.registered(at("start_date"), at("end_date"))) > 0
	case "with_complete_gp_consultation_history_between":
		for _, r := range p.registered(at("start_date"), at("end_date")) {
			if live, ok := r["practice_systmone_go_live_date"].(string); ok && live <= at("start_date") {
				return true
			}
		}
		return false
	case "registered_practice_as_of":
		return p.practice(v, at("date"))
	case "date_deregistered_from_all_supported_practices":
		return p.deregistered(v)
	case "address_as_of", "care_home_status_as_of":
		return p.address(v, at("date"))
	case "household_as_of":
		for _, r := range p.of("household_memberships_2020") {
			return r[map[string]string{"pseudo_id": "household_pseudo_id", "household_size": "household_size"}[v.Returning]]
		}
		return nil
	case "most_recent_bmi":
		return p.bmi(v)
	case "mean_recorded_value", "min_recorded_value", "max_recorded_value":
		return p.recorded(v)
	case "with_death_recorded_in_primary_care":
		died, ok := p.self["date_of_death"].(string)
		if !ok || !p.inside(v, died) || died < "1900-01-01" || died > "3000-01-01" {
			died = ""
		}
		p.matches[v.Name] = died
		if v.Returning == "binary_flag" {
			return died != ""
		}
		return died
	case "with_ethnicity_from_sus":
		return p.ethnicity(v)
	case "with_healthcare_worker_flag_on_covid_vaccine_record":
		return slices.ContainsFunc(p.of("occupation_on_covid_vaccine_record"), func(r record) bool { return r["is_healthcare_worker"] == true })
	case "with_value_from_file", "which_exist_in_file":
		for _, r := range p.files[v.File.Path] {
			if r["patient_id"] == any(p.id) {
				if v.Function == "which_exist_in_file" {
					return true
				}
				return r[v.File.Column]
			}
		}
		return nil
	}
	return p.found(v)
}

func (p *person) extremeOf(v *study.Variable) any {
	var best any
	for _, name := range v.Inputs {
		value := p.values[name]
		if value == any(int64(0)) || value == any(0.0) || value == any("") {
			continue
		}
		order := 0
		if best != nil {
			order = before(value, best, false)
		}
		if best == nil || v.Function == "minimum_of" && order < 0 || v.Function == "maximum_of" && order > 0 {
			best = value
		}
	}
	return best
}

func (p *person) age(on string) any {
	born, ok := p.self["date_of_birth"].(string)
	if !ok || on == "" {
		return int64(0)
	}
	y, _, _ := split(on)
	by, bm, bd := split(born)
	age := y - by
	if iso(y, bm, bd) > on {
		age--
	}
	return age
}

func (p *person) registered(start, end string) []record {
	var out []record
	for _, r := range p.of("practice_registrations") {
		from, ok := r["start_date"].(string)
		to, closed := r["end_date"].(string)
		if ok && start != "" && end != "" && from <= start && (!closed || to > end) {
			out = append(out, r)
		}
	}
	return out
}

// latestOpen orders by the latest start, then the latest end, open the latest.
func latestOpen(a, b record) int {
	if order := -before(a["start_date"], b["start_date"], true); order != 0 {
		return order
	}
	return -before(a["end_date"], b["end_date"], false)
}

func (p *person) practice(v *study.Variable, on string) any {
	rows := p.registered(on, on)
	if len(rows) == 0 {
		return nil
	}
	best := slices.MinFunc(rows, func(a, b record) int {
		if order := latestOpen(a, b); order != 0 {
			return order
		}
		return before(a["practice_pseudo_id"], b["practice_pseudo_id"], false)
	})
	return best[map[string]string{"stp_code": "practice_stp", "nuts1_region_name": "practice_nuts1_region_name", "pseudo_id": "practice_pseudo_id"}[v.Returning]]
}

func (p *person) deregistered(v *study.Variable) any {
	last := ""
	for _, r := range p.of("practice_registrations") {
		end, ok := r["end_date"].(string)
		if !ok {
			return nil
		}
		last = max(last, end)
	}
	if last == "" || !p.inside(v, last) || last < "1900-01-01" || last > "3000-01-01" {
		return nil
	}
	return last
}

func (p *person) address(v *study.Variable, on string) any {
	var rows []record
	for _, r := range p.of("addresses") {
		from, ok := r["start_date"].(string)
		to, closed := r["end_date"].(string)
		if ok && on != "" && from <= on && (!closed || to > on) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		if v.Returning == "index_of_multiple_deprivation" {
			return int64(-1)
		}
		return nil
	}
	best := slices.MinFunc(rows, func(a, b record) int {
		if order := latestOpen(a, b); order != 0 {
			return order
		}
		if order := bit(a["has_postcode"] == false) - bit(b["has_postcode"] == false); order != 0 {
			return int(order)
		}
		return before(a["address_id"], b["address_id"], false)
	})
	switch v.Returning {
	case "index_of_multiple_deprivation":
		if best["imd_rounded"] == nil {
			return int64(-1)
		}
		return best["imd_rounded"]
	case "rural_urban_classification":
		return best["rural_urban_classification"]
	case "msoa":
		if best["has_postcode"] == false {
			return nil
		}
		return best["msoa_code"]
	}
	isHome := best["care_home_is_potential_match"] == true
	if len(v.Categories) == 0 {
		return isHome
	}
	nursing := func(column string) any {
		switch {
		case !isHome || best[column] == nil:
			return nil
		case best[column] == true:
			return "Y"
		}
		return "N"
	}
	return scope{threeValued: true, get: func(name string) any {
		switch name {
		case "LocationRequiresNursing":
			return nursing("care_home_requires_nursing")
		case "LocationDoesNotRequireNursing":
			return nursing("care_home_does_not_require_nursing")
		}
		return bit(isHome)
	}}.category(v)
}

// coded are the rows of the variable's function that have a code of a list.
func (p *person) coded(table, column string, codes []string) []record {
	var out []record
	for _, r := range p.of(table) {
		if code, ok := r[column].(string); ok && slices.Contains(codes, code) {
			out = append(out, r)
		}
	}
	return out
}

func (p *person) limited(v *study.Variable, rows []record, date string) []record {
	var out []record
	for _, r := range rows {
		if p.inside(v, r[date]) {
			out = append(out, r)
		}
	}
	return out
}

func systemColumn(list *study.Codelist) string {
	return map[string]string{"snomed": "snomedct_code", "ctv3": "ctv3_code"}[list.System]
}

func (p *person) recorded(v *study.Variable) any {
	list := v.Codelists["codelist"]
	rows := p.limited(v, p.coded("clinical_events", systemColumn(list), list.Codes), "date")
	if yes(v.Arguments["on_most_recent_day_of_measurement"]) {
		day := extremeDate(rows, "date", false)
		p.matches[v.Name] = day
		rows = slices.DeleteFunc(rows, func(r record) bool { return day == "" || r["date"] != any(day) })
	}
	var values []float64
	for _, r := range rows {
		if x, ok := r["numeric_value"].(float64); ok {
			values = append(values, x)
		}
	}
	if len(values) == 0 {
		return 0.0
	}
	switch v.Function {
	case "min_recorded_value":
		return slices.Min(values)
	case "max_recorded_value":
		return slices.Max(values)
	}
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

func (p *person) bmi(v *study.Variable) any {
	last := func(limits *study.Variable, codes ...string) record {
		r := winnerOf(p.limited(limits, p.coded("clinical_events", "ctv3_code", codes), "date"), "date", false, false, "ctv3_code", "numeric_value")
		if r == nil || r["date"] == nil || p.self["date_of_birth"] == nil {
			return nil
		}
		y, _, _ := split(r["date"].(string))
		born, _, _ := split(p.self["date_of_birth"].(string))
		if int64(y-born) < v.Arguments["minimum_age_at_measurement"].(int64) {
			return nil
		}
		return r
	}
	upper := *v
	upper.Between.From = nil
	weight, height, index := last(v, "X76C7", "22A.."), last(&upper, "XM01E", "229.."), last(v, "22K..")
	kg, hasKg := weight["numeric_value"].(float64)
	m, hasM := height["numeric_value"].(float64)
	p.matches[v.Name] = textOf(index["date"])
	if hasKg && hasM {
		p.matches[v.Name] = textOf(weight["date"])
		if m != 0 {
			return halfAway(kg / (m * m))
		}
	}
	return halfAway(floatOf(index["numeric_value"]))
}

func (p *person) ethnicity(v *study.Variable) any {
	code := ""
	for _, r := range p.of("ethnicity_from_sus") {
		code = textOf(r["code"])
	}
	if v.Returning == "code" {
		return code
	}
	at := -1
	if code != "" {
		at = strings.IndexByte("ABCDEFGHJKLMNPRS", code[0])
	}
	switch {
	case at < 0:
		return "0"
	case v.Returning == "group_16":
		return strconv.Itoa(at + 1)
	}
	return string("1112222333344455"[at])
}

// found evaluates the functions that look for rows inside limits.
func (p *person) found(v *study.Variable) any {
	rows, date, ties := p.candidates(v)
	nullsFirst := v.Function == "with_covid_therapeutics"
	rows = p.limited(v, rows, date)
	earliest := yes(v.Arguments["find_first_match_in_period"]) || strings.HasPrefix(v.Function, "died") ||
		v.Function == "with_these_codes_on_death_certificate" || v.Function == "with_record_in_ukrr"
	p.matches[v.Name] = extremeDate(rows, date, earliest)
	switch v.Returning {
	case "binary_flag":
		return len(rows) > 0
	case "number_of_matches_in_period":
		return len(rows)
	case "date", "date_arrived", "date_admitted", "date_of_death":
		return p.matches[v.Name]
	case "date_discharged":
		p.matches[v.Name] = extremeDate(rows, "discharge_date", earliest)
		return p.matches[v.Name]
	case "number_of_episodes":
		return episodes(v, rows, date)
	case "underlying_cause_of_death", "place_of_death":
		smallest := ""
		for _, r := range rows {
			text := textOf(r[map[string]string{"place_of_death": "place"}[v.Returning]+map[string]string{"underlying_cause_of_death": v.Returning}[v.Returning]])
			if text != "" && (smallest == "" || text < smallest) {
				smallest = text
			}
		}
		return smallest
	case "total_bed_days_in_period", "total_critical_care_days_in_period":
		return total(v, rows)
	}
	best := winnerOf(rows, date, earliest, nullsFirst, ties...)
	p.rows[v.Name] = best
	p.matches[v.Name] = ""
	if best == nil {
		return nil
	}
	p.matches[v.Name] = textOf(best[date])
	return p.part(v, best)
}

func episodes(v *study.Variable, rows []record, date string) int {
	apart := 0
	if text, ok := v.Arguments["episode_defined_as"].(string); ok {
		apart, _ = strconv.Atoi(strings.Fields(text)[5])
	}
	n := 0
	var dates []int
	for _, r := range rows {
		if text, ok := r[date].(string); ok {
			dates = append(dates, ordinal(text))
		} else {
			n++
		}
	}
	slices.Sort(dates)
	for i, day := range dates {
		if i == 0 || day-dates[i-1] > apart {
			n++
		}
	}
	return n
}

func total(v *study.Variable, rows []record) any {
	byDay := map[any]int64{}
	for _, r := range rows {
		days := intOf(r["days_in_critical_care"])
		if v.Returning == "total_bed_days_in_period" {
			days = 0
			out, ok := r["discharge_date"].(string)
			in, known := r["admission_date"].(string)
			if ok && known && out >= in {
				days = int64(ordinal(out) - ordinal(in) + 1)
			}
		}
		byDay[r["admission_date"]] = max(byDay[r["admission_date"]], days)
	}
	sum := int64(0)
	for _, days := range byDay {
		sum += days
	}
	return sum
}

// part is what is returned of the row that won.
func (p *person) part(v *study.Variable, r record) any {
	switch v.Returning {
	case "code":
		return r[p.codeColumnOf(v)]
	case "category":
		list := v.Codelists["codelist"]
		return list.Categories[slices.Index(list.Codes, r[p.codeColumnOf(v)].(string))]
	case "s_gene_target_failure":
		if r["is_positive"] == false {
			return nil
		}
		return r["sgtf_status"]
	case "variant":
		switch r["variant"] {
		case "(blank)", "none", "N/A":
			return nil
		case "VOC-20DEC-01 detected":
			return "VOC-20DEC-01"
		}
		return r["variant"]
	case "symptomatic":
		return map[any]string{true: "Y", false: "N"}[r["was_symptomatic"]]
	case "therapeutic":
		return strings.ReplaceAll(strings.Trim(textOf(r["intervention"]), " "), " and ", ",")
	case "risk_group":
		return r["risk_cohort"]
	case "latest_creatinine":
		return int64(math.Trunc(floatOf(r["latest_creatinine"])))
	}
	return r[v.Returning]
}

func (p *person) codeColumnOf(v *study.Variable) string {
	if v.Function == "with_these_medications" {
		return "dmd_code"
	}
	return systemColumn(v.Codelists["codelist"])
}

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
	equal := func(argument, column string) {
		if texts, given := listed(v.Arguments[argument]); given {
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
	case "with_tpp_vaccination_record":
		rows = p.of("vaccinations")
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
		folded := func(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
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
