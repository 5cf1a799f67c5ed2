//go:build cgo

package extract

import (
	"math"
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
		died := ""
		if date := p.self["date_of_death"]; p.insideAlways(v, date) {
			died = textOf(date)
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
