//go:build cgo

package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"cohortcounts/study"
)

// The naive evaluator says what a study means, patient by patient and row by
// row, as the reference tells it. It shares nothing with the compiler: no SQL,
// no plan, no date helper. It is slow and meant to be obvious.

// record is one row of a table: int64, float64, bool, string; nil is null. A
// date is its text, YYYY-MM-DD.
type record map[string]any

// naive evaluates a study over tables.
type naive struct {
	def    *study.Definition
	tables map[string][]record
	files  map[string][]record
	byID   map[string]map[int64][]record // the rows of a table, once they were asked for
}

// person is what is known of one patient.
type person struct {
	*naive
	id      int64
	self    record
	values  map[string]any    // of the variables so far: int64, float64 or string
	matches map[string]string // the dates of their records
	rows    map[string]record // the records, of those that have one
}

// cohort is the rows that should come out: patient_id, then the visible
// variables.
func (n *naive) cohort() [][]any {
	patients := slices.Clone(n.tables["patients"])
	slices.SortFunc(patients, func(a, b record) int { return cmp.Compare(a["patient_id"].(int64), b["patient_id"].(int64)) })
	var out [][]any
	for _, self := range patients {
		p := n.person(self)
		line := []any{p.id}
		for i := range n.def.Variables {
			v := &n.def.Variables[i]
			p.values[v.Name] = p.evaluate(v)
			if !v.Hidden && v.Name != n.def.Population {
				line = append(line, n.shown(v, p.values[v.Name]))
			}
		}
		if p.values[n.def.Population] == int64(1) {
			out = append(out, line)
		}
	}
	return out
}

func (n *naive) person(self record) *person {
	return &person{naive: n, id: self["patient_id"].(int64), self: self, values: map[string]any{}, matches: map[string]string{}, rows: map[string]record{}}
}

// freeText tells whether a variable's values are risk groups, or one of several
// texts of which some are.
func (n *naive) freeText(name string) bool {
	for i := range n.def.Variables {
		if v := &n.def.Variables[i]; v.Name == name {
			return v.Returning == "risk_group" || slices.ContainsFunc(v.Inputs, n.freeText)
		}
	}
	return false
}

// shown is a value as a CSV has it.
func (n *naive) shown(v *study.Variable, value any) any {
	if !n.freeText(v.Name) || value == "" {
		return value
	}
	allowed := "downs syndrome|haematologic malignancy|haematological diseases|hiv or aids|imid|immune-mediated inflammatory disorders (imid)|liver disease|primary immune deficiencies|rare neurological conditions|renal disease|sickle cell disease|solid cancer|solid organ recipients|solid organ transplant recipients|stem cell transplant recipients"
	var kept []string
	for _, group := range strings.Split(value.(string), ",") {
		if !slices.Contains(strings.Split(allowed, "|"), strings.ToLower(group)) {
			group = "other"
		}
		if !slices.Contains(kept, group) {
			kept = append(kept, group)
		}
	}
	return strings.Join(kept, ",")
}

// of is the patient's records of a table.
func (p *person) of(table string) []record {
	if p.byID == nil {
		p.byID = map[string]map[int64][]record{}
	}
	if p.byID[table] == nil {
		p.byID[table] = map[int64][]record{}
		for _, r := range p.tables[table] {
			id, _ := r["patient_id"].(int64) // one that is null is nobody's
			p.byID[table][id] = append(p.byID[table][id], r)
		}
	}
	return slices.Clone(p.byID[table][p.id]) // what asks for them leaves some out
}

// Dates.

func split(date string) (year, month, day int) {
	t, err := time.Parse("2006-01-02", date)
	if err != nil {
		return 0, 0, 0
	}
	return t.Year(), int(t.Month()), t.Day()
}

func iso(year, month, day int) string {
	for month < 1 {
		month, year = month+12, year-1
	}
	for month > 12 {
		month, year = month-12, year+1
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, min(day, lastOf(year, month)))
}

func lastOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func ordinal(date string) int {
	t, _ := time.Parse("2006-01-02", date)
	return int(t.Unix() / 86400)
}

func plusDays(date string, n int) string {
	t, _ := time.Parse("2006-01-02", date)
	return t.AddDate(0, 0, n).Format("2006-01-02")
}

// resolve is a date expression for this patient; "" when it is not known.
func (p *person) resolve(e *study.DateExpression) string {
	if e.Variable == "" {
		return e.Date.Format("2006-01-02")
	}
	date := p.values[e.Variable].(string)
	if date == "" {
		return ""
	}
	if len(date) == 7 {
		date += "-01"
	}
	year, month, _ := split(date)
	begins := map[string]int{"year": 1, "nhs_financial_year": 4, "school_year": 9}
	switch {
	case e.Function == "first_day_of_month":
		date = iso(year, month, 1)
	case e.Function == "last_day_of_month":
		date = iso(year, month, 31)
	case e.Function != "":
		edge, period, _ := strings.Cut(e.Function, "_day_of_")
		start := begins[period]
		if month < start {
			year--
		}
		date = iso(year, start, 1)
		if edge == "last" {
			date = plusDays(iso(year+1, start, 1), -1)
		}
	}
	year, month, day := split(date)
	switch e.Unit {
	case study.Days:
		return plusDays(date, e.Offset)
	case study.Months:
		return iso(year, month+e.Offset, day)
	case study.Years:
		return iso(year+e.Offset, month, day)
	}
	return date
}

// inside tells whether a row's date meets the variable's limits.
func (p *person) inside(v *study.Variable, date any) bool {
	for _, limit := range []*study.DateExpression{v.Between.From, v.Between.To} {
		if limit == nil {
			continue
		}
		at := p.resolve(limit)
		if at == "" || date == nil {
			return false
		}
		if limit == v.Between.From && date.(string) < at || limit == v.Between.To && date.(string) > at {
			return false
		}
	}
	return true
}

// insideAlways is inside, where a limit that was not given is one all the same.
func (p *person) insideAlways(v *study.Variable, date any) bool {
	day, known := date.(string)
	return known && p.inside(v, date) && (v.Between.From != nil || day >= "1900-01-01") && (v.Between.To != nil || day <= "3000-01-01")
}

func cutTo(v *study.Variable, date string) string {
	length := map[study.DateFormat]int{study.Day: 10, study.Month: 7}[v.DateFormat]
	if length == 0 {
		length = 4
	}
	return date[:min(length, len(date))]
}

// Choosing rows.

// before orders two values ascending, nulls last.
func before(a, b any, nullsFirst bool) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		if nullsFirst {
			return -1
		}
		return 1
	case b == nil:
		return -before(b, a, nullsFirst)
	}
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case string:
		return strings.Compare(a, b.(string))
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) // false before true
}

// winnerOf is the first row by date (earliest or latest), then by the columns.
// A null date is earlier than all others.
func winnerOf(rows []record, date string, earliest, nullsFirst bool, ties ...string) record {
	if len(rows) == 0 {
		return nil
	}
	return slices.MinFunc(rows, func(a, b record) int {
		order := before(a[date], b[date], true)
		if !earliest {
			order = -order
		}
		for _, column := range ties {
			if order == 0 {
				order = before(a[column], b[column], nullsFirst)
			}
		}
		return order
	})
}

func extremeDate(rows []record, column string, earliest bool) string {
	best := ""
	for _, r := range rows {
		date, _ := r[column].(string)
		if date != "" && (best == "" || earliest && date < best || !earliest && date > best) {
			best = date
		}
	}
	return best
}

func yes(value any) bool { return value != nil && value != false && value != int64(0) && value != "" }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func textOf(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func floatOf(value any) float64 {
	f, _ := value.(float64)
	return f
}

func intOf(value any) int64 {
	n, _ := value.(int64)
	return n
}
