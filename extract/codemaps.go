package extract

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// Where a plan is one query, codes are looked up in a map, which is a
// parameter: a join would have the planner move the events to the codes, and
// several lists would be several joins.

// lookUp makes the source of a coded rowset one that finds each row's codes,
// and takes the rows with one. A code that is in a list has the number of the
// set of lists (and of categories) that it is in; in_1, in_2… follow from that.
func (c *compiler) lookUp(rs *rowset, source string) string {
	sets, numbers := c.lists.sets(rs.lists())
	for i, column := range rs.columns {
		if n, ok := strings.CutPrefix(column, "k.in_"); ok {
			rs.columns[i] = memberOf(sets, n) + " AS in_" + n
		}
		if n, ok := strings.CutPrefix(column, "k.category_"); ok {
			rs.columns[i] = c.categoryOf(sets, n) + " AS category_" + n
		}
	}
	rs.where = all("e.code_set IS NOT NULL", rs.where)
	set := "element_at(" + c.mapOf(numbers, "VARCHAR", "BIGINT") + ", s." + rs.code + ") AS code_set"
	rs.code = ""
	return "(\n  SELECT s.*, " + set + "\n  FROM " + source + " s\n)"
}

// codeSet is what the lists say of a code: the category in each that has it.
type codeSet map[int]string

// sets are the different sets of the codes of some lists, and the number of
// each code's set, from 1.
func (l *codelists) sets(lists []int) (sets []codeSet, numbers map[string]int) {
	of := map[string]codeSet{}
	var codes []string
	for _, row := range l.rows() {
		if !slices.Contains(lists, row.list) {
			continue
		}
		if of[row.code] == nil {
			of[row.code] = codeSet{}
			codes = append(codes, row.code)
		}
		of[row.code][row.list] = row.category
	}
	numbers = map[string]int{}
	known := map[string]int{}
	for _, code := range codes {
		key, _ := json.Marshal(of[code]) // in order of its keys
		if known[string(key)] == 0 {
			sets = append(sets, of[code])
			known[string(key)] = len(sets)
		}
		numbers[code] = known[string(key)]
	}
	return sets, numbers
}

// memberOf is the condition that a row's code is in a list.
func memberOf(sets []codeSet, list string) string {
	n, _ := strconv.Atoi(list)
	var with []string
	for i, set := range sets {
		if _, ok := set[n]; ok {
			with = append(with, strconv.Itoa(i+1))
		}
	}
	if len(with) == 0 {
		return "FALSE"
	}
	return "e.code_set IN (" + strings.Join(with, ", ") + ")"
}

// categoryOf is the category of a row's code in a list.
func (c *compiler) categoryOf(sets []codeSet, list string) string {
	n, _ := strconv.Atoi(list)
	categories := map[string]string{}
	for i, set := range sets {
		if category, ok := set[n]; ok {
			categories[strconv.Itoa(i+1)] = category
		}
	}
	return "element_at(" + c.mapOf(categories, "BIGINT", "VARCHAR") + ", e.code_set)"
}

// inMap is the condition that one of some columns holds a code of the list.
func (c *compiler) inMap(list *study.Codelist, columns []string) string {
	codes := map[string]int{}
	for _, code := range list.Codes {
		if code != "" {
			codes[code] = 1
		}
	}
	m := c.mapOf(codes, "VARCHAR", "BIGINT")
	if len(columns) == 1 {
		return "element_at(" + m + ", " + columns[0] + ") IS NOT NULL"
	}
	return "any_match(ARRAY[" + strings.Join(columns, ", ") + "], x -> element_at(" + m + ", x) IS NOT NULL)"
}

// mapOf is a map that is handed over as a parameter of JSON.
func (c *compiler) mapOf(entries any, key, value string) string {
	data, err := json.Marshal(entries)
	if err != nil {
		return "NULL" // no map of texts and numbers can fail
	}
	return "CAST(json_parse(" + c.param(string(data)) + ") AS MAP(" + key + ", " + value + "))"
}
