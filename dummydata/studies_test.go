package dummydata_test

import (
	"fmt"
	"time"

	"cohortcounts/study"
)

// The studies of the tests are built by hand: a definition is plain data.

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func on(text string) *study.DateExpression {
	return &study.DateExpression{Text: text, Date: date(text)}
}

func daysAfter(variable string, days int) *study.DateExpression {
	return &study.DateExpression{Text: fmt.Sprintf("%s + %d days", variable, days), Variable: variable, Offset: days, Unit: study.Days}
}

// expect is an expectation of dates.
func expect(rate study.Rate, incidence float64, earliest, latest string) *study.Expectations {
	e := &study.Expectations{Rate: rate, Earliest: date(earliest), Latest: date(latest)}
	if rate != study.Universal {
		e.Incidence = &incidence
	}
	return e
}

func ratios(e *study.Expectations, pairs ...any) *study.Expectations {
	for i := 0; i < len(pairs); i += 2 {
		e.Category = append(e.Category, study.Ratio{Label: pairs[i], Share: pairs[i+1].(float64)})
	}
	return e
}

func universal() *study.Expectations { return expect(study.Universal, 1, "2020-02-01", "2021-11-28") }

func name(n string) study.Expression { return study.Expression{Operator: study.Name, Name: n} }

func truth(n string) study.Expression {
	return study.Expression{Operator: study.NotEqual, Operands: []study.Expression{name(n), {Operator: study.Literal, Literal: int64(0)}}}
}

func not(e study.Expression) study.Expression {
	return study.Expression{Operator: study.Not, Operands: []study.Expression{e}}
}

func and(e ...study.Expression) *study.Expression {
	return &study.Expression{Operator: study.And, Operands: e}
}

// chain are n dates of a codelist, each at least 21 days after the one before,
// with incidences 1, 1/2, 1/3 and so on.
func chain(prefix string, n int, rate study.Rate) []study.Variable {
	var variables []study.Variable
	for i := 1; i <= n; i++ {
		v := study.Variable{
			Name: fmt.Sprintf("%s_X%d_date", prefix, i), Function: "with_these_clinical_events", Returning: "date",
			Type: study.Date, DateFormat: study.Day,
			Expectations: expect(rate, 1/float64(i), "2020-02-01", "2021-11-28"),
		}
		if i == 1 {
			v.Between.From = on("2020-02-01")
		} else {
			v.Between.From = daysAfter(variables[i-2].Name, 21)
		}
		variables = append(variables, v)
	}
	return variables
}

// covidStudy has the shape of the study that the product grew from: 16 code
// groups of six chained dates, and 11 others; 108 columns with patient_id.
func covidStudy() *study.Definition { return covidStudyOf(16) }

func covidStudyOf(groups int) *study.Definition {
	def := &study.Definition{Name: "study_definition", File: "analysis/study_definition.py", IndexDate: date("2020-02-01"), Population: "population"}
	add := func(v ...study.Variable) { def.Variables = append(def.Variables, v...) }
	add(study.Variable{
		Name: "age", Function: "age_as_of", Type: study.Int, Dates: map[string]study.DateExpression{"reference_date": *on("2020-02-01")},
		Expectations: &study.Expectations{Rate: study.Universal, Int: &study.Distribution{Name: "population_ages"}},
	})
	label := func(name, returning string, typ study.Type, pairs ...any) {
		add(study.Variable{Name: name, Function: "address_as_of", Returning: returning, Type: typ, Expectations: ratios(universal(), pairs...)})
	}
	label("sex", "", study.String, "M", 0.49, "F", 0.51)
	label("imd", "index_of_multiple_deprivation", study.Int, "100", 0.1, "200", 0.2, "300", 0.7)
	stps := []any{}
	for i := 1; i <= 10; i++ {
		stps = append(stps, fmt.Sprintf("STP%d", i), 0.1)
	}
	label("stp", "stp_code", study.String, stps...)
	label("region", "nuts1_region_name", study.String, "North East", 0.1, "North West", 0.1, "Yorkshire and the Humber", 0.1,
		"East Midlands", 0.1, "West Midlands", 0.1, "East of England", 0.1, "London", 0.2, "South East", 0.2)
	for g := range groups {
		add(chain(fmt.Sprintf("group_%d", g), 6, study.Uniform)...)
	}
	death := func(name, function, returning string, typ study.Type, earliest string) {
		v := study.Variable{
			Name: name, Function: function, Returning: returning, Type: typ,
			Between:      study.Period{From: on("2020-02-01")},
			Expectations: expect(study.Uniform, 0.2, earliest, "2021-12-01"),
		}
		if typ == study.Date {
			v.DateFormat = study.Day
		}
		add(v)
	}
	death("died_ons_covid", "with_these_codes_on_death_certificate", "binary_flag", study.Bool, "2020-02-01")
	death("died_ons_covid_underlying", "with_these_codes_on_death_certificate", "binary_flag", study.Bool, "2020-03-01")
	death("died_ons", "died_from_any_cause", "binary_flag", study.Bool, "2020-02-01")
	add(study.Variable{
		Name: "died_ons_noncovid", Function: "satisfying", Type: study.Bool,
		Categories: []study.Category{
			{Label: true, Condition: and(not(truth("died_ons_covid")), truth("died_ons"))}, {Label: false},
		},
		Expectations: expect(study.Uniform, 0.15, "1970-01-01", "2021-12-01"),
	})
	alive, covid, noncovid := not(truth("died_ons")), truth("died_ons_covid"), truth("died_ons_noncovid")
	add(study.Variable{
		Name: "death_category", Function: "categorised_as", Type: study.String,
		Categories: []study.Category{
			{Label: "alive", Condition: &alive},
			{Label: "covid-death", Condition: &covid},
			{Label: "non-covid-death", Condition: &noncovid},
			{Label: "unknown"},
		},
		Expectations: ratios(expect(study.Uniform, 0.2, "1970-01-01", "2021-12-01"), "alive", 0.8, "covid-death", 0.1, "non-covid-death", 0.1),
	})
	death("date_died_ons", "died_from_any_cause", "date_of_death", study.Date, "2020-02-01")
	add(study.Variable{Name: "population", Function: "registered_with_one_practice_between", Type: study.Bool, Hidden: true})
	return def
}
