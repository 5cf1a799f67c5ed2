package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// An engine that keeps no relations between statements gets one query, in which
// a relation that is named twice is computed twice. So nothing may be: rows are
// aggregated once, at level 0, and no level looks at them again. A variable
// whose limits are other variables finds its rows in an array, in which level 0
// has collected them for each patient:
//
//	found_1: array_agg(ROW(date, code)) FILTER (WHERE in_1)        level 0
//	found_2: array_min(… filter(found_1, r -> r[1] >= q.x_1) …)    its level
//
// The arrays hold only what the limits and values need, of rows that meet the
// conditions on rows alone.

// records is such an array.
type records struct {
	column string   // q.found_…
	fields []string // of its elements; of one field the element is the field
}

// rowField is a column of a row, or a text, which may look like one.
var rowField = regexp.MustCompile(`'[^']*'|\br\.(\w+)`)

// element is SQL over a row as SQL over an element of the array.
func (r *records) element(sql string) string {
	return rowField.ReplaceAllStringFunc(sql, func(found string) string {
		name, isField := strings.CutPrefix(found, "r.")
		switch {
		case !isField:
			return found
		case len(r.fields) == 1:
			return "r"
		}
		return fmt.Sprintf("r[%d]", slices.Index(r.fields, name)+1)
	})
}

// collect is the array of the rows that meet some conditions, as SQL for a
// variable's level; values are all that will be asked of an element.
func (c *compiler) collect(o *outcome, from string, where []string, values ...string) (*records, string) {
	var rows, limits []string
	for _, condition := range where {
		if strings.Contains(condition, "q.") {
			limits = append(limits, condition)
		} else {
			rows = append(rows, condition)
		}
	}
	condition := all(rows...)
	key := from + " " + condition
	r := c.records[key]
	if r == nil {
		r = &records{}
		c.records[key] = r
	}
	for _, sql := range slices.Concat(limits, values) {
		for _, found := range rowField.FindAllStringSubmatch(sql, -1) {
			if found[1] != "" && !slices.Contains(r.fields, found[1]) {
				r.fields = append(r.fields, found[1])
			}
		}
	}
	if len(r.fields) == 0 {
		r.fields = []string{"patient_id"} // rows are only counted
	}
	if r.column == "" {
		element := "r." + strings.Join(r.fields, ", r.")
		if len(r.fields) > 1 {
			element = "ROW(" + element + ")"
		}
		r.column = c.keep(0, c.grouped(0, from, of("array", element, condition).sql()))
	}
	if len(limits) == 0 {
		return r, r.column
	}
	return r, c.d.filter(r.column, "r", r.element(all(limits...)))
}

// values is an array of a value of each element, nulls left out.
func (c *compiler) values(r *records, array, value string) string {
	return "filter(" + r.each(array, value) + ", x -> x IS NOT NULL)"
}

// each is an array of a value of each element.
func (r *records) each(array, value string) string {
	if value = r.element(value); value == "r" {
		return array
	}
	return "transform(" + array + ", r -> " + value + ")"
}

// aggregateOnce is an aggregation without a second look at the rows.
func (c *compiler) aggregateOnce(o *outcome, from string, a aggregation) string {
	if !strings.Contains(all(a.where...), "q.") {
		return c.keep(0, c.grouped(0, from, a.sql()))
	}
	r, array := c.collect(o, from, a.where, a.value)
	if a.function == "count" {
		return c.keep(o.level, c.d.size(array))
	}
	return c.keep(o.level, summary(a.function, c.values(r, array, a.value)))
}

// summary is the min, max or mean of an array without nulls; null when it has
// none.
func summary(function, array string) string {
	if function != "mean" {
		return "array_" + function + "(" + array + ")"
	}
	// Sorted, for the sum of doubles always to be the same.
	return once("array_sort("+array+")", "v",
		"reduce(v, 0e0, (total, x) -> total + x, total -> total) / nullif(CAST(cardinality(v) AS DOUBLE), 0e0)")
}

// once gives a name to a value that is used twice.
func once(value, name, body string) string {
	return "transform(ARRAY[" + value + "], " + name + " -> " + body + ")[1]"
}

// episodesOnce counts the runs of dates with at most some days between
// neighbours; each null is one by itself.
func (c *compiler) episodesOnce(o *outcome, s search, within, apart string) string {
	r, array := c.collect(o, s.rows.name, []string{s.where, within}, s.date)
	const state = "ROW(day DATE, runs BIGINT)"
	runs := "reduce(array_sort(v), CAST(ROW(NULL, 0) AS " + state + "), " +
		"(s, x) -> CAST(ROW(x, s.runs + CASE WHEN x IS NULL OR s.day IS NULL OR date_diff('day', s.day, x) > " + apart + " THEN 1 ELSE 0 END) AS " + state + "), " +
		"s -> s.runs)" // array_sort has nulls last
	return "coalesce(" + c.keep(o.level, once(r.each(array, s.date), "v", runs)) + ", 0)"
}

// latestOnce is the aggregation of a value on the last day that has any row,
// and that day.
func (c *compiler) latestOnce(o *outcome, s search, function, value, within string) (latest, day string) {
	r, array := c.collect(o, s.rows.name, []string{s.where, within, s.date + " IS NOT NULL"}, s.date, value)
	day = c.keep(o.level, "array_max("+r.each(array, s.date)+")")
	// What is found at a level cannot be used by what is found there.
	last := c.d.filter(array, "r", r.element(s.date)+" = d")
	latest = c.keep(o.level, once("array_max("+r.each(array, s.date)+")", "d", summary(function, c.values(r, last, value))))
	return latest, day
}

// totalOnce is the sum, over the values of a key, of the largest value that
// each has.
func (c *compiler) totalOnce(o *outcome, from, key, value string, where ...string) string {
	r, array := c.collect(o, from, where, key, value)
	// No day is a day like another: a map has no null among its keys.
	entries := "transform(" + array + ", r -> ROW(coalesce(" + r.element(key) + ", DATE '0001-01-01'), " + r.element(value) + "))"
	largest := "reduce(map_values(multimap_from_entries(" + entries + ")), CAST(0 AS BIGINT), " +
		"(total, of_day) -> total + coalesce(array_max(filter(of_day, x -> x IS NOT NULL)), 0), total -> total)"
	return "coalesce(" + c.keep(o.level, largest) + ", 0)"
}
