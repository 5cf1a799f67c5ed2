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
//	g1.c1:   array_agg(ROW(date, lists_1, code))                 the rows of all searches
//	found_1: transform(filter(g1.c1, r -> …), r -> ROW(…))       those of one, at level 0
//	found_2: array_min(… filter(found_1, r -> r[1] >= q.x_1) …)  at the variable's level
//
// One array for all searches of a rowset, because each array that an
// aggregation makes costs memory for every patient, also for those who have
// nothing to put into it.

// records is an array of rows.
type records struct {
	column string   // SQL of the array
	fields []string // of its elements; of one field the element is the field
	// where are the searches' conditions: it has the rows that meet one. An
	// empty one makes it have all.
	where []string
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

// add makes the elements have what SQL over a row needs.
func (r *records) add(expressions ...string) {
	for _, sql := range expressions {
		for _, found := range rowField.FindAllStringSubmatch(sql, -1) {
			if found[1] != "" && !slices.Contains(r.fields, found[1]) {
				r.fields = append(r.fields, found[1])
			}
		}
	}
}

// row is an element, as SQL over a row.
func (r *records) row() string {
	if len(r.fields) == 1 {
		return "r." + r.fields[0]
	}
	return "ROW(r." + strings.Join(r.fields, ", r.") + ")"
}

// recordsOf are the records of a key; those of an earlier pass of the compiler
// know what they will have to hold.
func (c *compiler) recordsOf(key string) *records {
	if c.records[key] == nil {
		c.records[key] = &records{}
	}
	return c.records[key]
}

// collect is the array of the rows that meet some conditions, as SQL for a
// variable's level; values are all that will be asked of an element.
func (c *compiler) collect(from string, where []string, values ...string) (*records, string) {
	var rows, limits []string
	for _, condition := range where {
		if strings.Contains(condition, "q.") {
			limits = append(limits, condition)
		} else {
			rows = append(rows, condition)
		}
	}
	condition := all(rows...)
	r := c.recordsOf(from + " " + condition)
	r.add(limits...)
	r.add(values...)
	if len(r.fields) == 0 {
		r.fields = []string{"patient_id"} // rows are only counted
	}
	r.column = c.keep(0, c.chosen(c.gather(from, condition, r.row()), condition, r))
	if len(limits) == 0 {
		return r, r.column
	}
	return r, c.d.filter(r.column, "r", r.element(all(limits...)))
}

// gather is the array of the rows of all searches of a rowset.
func (c *compiler) gather(from, condition, row string) *records {
	g := c.recordsOf(from)
	g.add(condition, row)
	if !slices.Contains(g.where, condition) {
		g.where = append(g.where, condition)
	}
	where := "(" + strings.Join(g.where, ") OR (") + ")"
	if slices.Contains(g.where, "") {
		where = ""
	}
	g.column = c.grouped(0, from, of("array", g.row(), where).sql())
	return g
}

// chosen are the rows of one search among those of all.
func (c *compiler) chosen(g *records, condition string, r *records) string {
	array := g.column
	if condition != "" && len(g.where) > 1 {
		array = c.d.filter(array, "r", g.element(condition))
	}
	return g.each(array, r.row())
}

// values is an array of a value of each element, nulls left out.
func (c *compiler) values(r *records, array, value string) string {
	return "filter(" + r.each(array, value) + ", x -> x IS NOT NULL)"
}

// each is an array of a value of each element.
func (r *records) each(array, value string) string {
	if value == r.row() {
		return array
	}
	value = r.element(value)
	return "transform(" + array + ", r -> " + value + ")"
}

// aggregateOnce is an aggregation without a second look at the rows.
func (c *compiler) aggregateOnce(o *outcome, from string, a aggregation) string {
	if !strings.Contains(all(a.where...), "q.") {
		return c.keep(0, c.grouped(0, from, a.sql()))
	}
	r, array := c.collect(from, a.where, a.value)
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
	r, array := c.collect(s.rows.name, []string{s.where, within}, s.date)
	const state = "ROW(day DATE, runs BIGINT)"
	runs := "reduce(array_sort(v), CAST(ROW(NULL, 0) AS " + state + "), " +
		"(s, x) -> CAST(ROW(x, s.runs + CASE WHEN x IS NULL OR s.day IS NULL OR date_diff('day', s.day, x) > " + apart + " THEN 1 ELSE 0 END) AS " + state + "), " +
		"s -> s.runs)" // array_sort has nulls last
	return "coalesce(" + c.keep(o.level, once(r.each(array, s.date), "v", runs)) + ", 0)"
}

// latestOnce is the aggregation of a value on the last day that has any row,
// and that day.
func (c *compiler) latestOnce(o *outcome, s search, function, value, within string) (latest, day string) {
	r, array := c.collect(s.rows.name, []string{s.where, within, s.date + " IS NOT NULL"}, s.date, value)
	day = c.keep(o.level, "array_max("+r.each(array, s.date)+")")
	// What is found at a level cannot be used by what is found there.
	last := c.d.filter(array, "r", r.element(s.date)+" = d")
	latest = c.keep(o.level, once("array_max("+r.each(array, s.date)+")", "d", summary(function, c.values(r, last, value))))
	return latest, day
}

// totalOnce is the sum, over the values of a key, of the largest value that
// each has.
func (c *compiler) totalOnce(o *outcome, from, key, value string, where ...string) string {
	r, array := c.collect(from, where, key, value)
	// No day is a day like another: a map has no null among its keys.
	entries := "transform(" + array + ", r -> ROW(coalesce(" + r.element(key) + ", DATE '0001-01-01'), " + r.element(value) + "))"
	largest := "reduce(map_values(multimap_from_entries(" + entries + ")), CAST(0 AS BIGINT), " +
		"(total, of_day) -> total + coalesce(array_max(filter(of_day, x -> x IS NOT NULL)), 0), total -> total)"
	return "coalesce(" + c.keep(o.level, largest) + ", 0)"
}
