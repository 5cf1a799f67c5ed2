//go:build cgo

package extract

import (
	"slices"

	"cohortcounts/study"
)

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
