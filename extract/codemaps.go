package extract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// Where a plan is one query, codes are looked up in a map, which is a
// parameter: a join would have the planner move the events to the codes, and
// several lists would be several joins.

// lists are handed over as bits of whole numbers.
const listsPerWord = 62

// inList is the condition that a row's code is in a list: a bit of the lists
// that it is in.
func (rs *rowset) inList(n int) string {
	word := fmt.Sprintf("lists_%d", (n-1)/listsPerWord+1)
	rs.add("e." + word)
	return fmt.Sprintf("bitwise_and(r.%s, %d) <> 0", word, int64(1)<<((n-1)%listsPerWord))
}

// categoryIn is the category of a row's code in a list.
func (rs *rowset) categoryIn(n int) string {
	rs.add(fmt.Sprintf("e.category_%d", n))
	return fmt.Sprintf("r.category_%d", n)
}

// lookUp makes the source of a coded rowset one that finds each row's lists and
// categories, and takes the rows with a code of any list.
func (c *compiler) lookUp(rs *rowset, source string) string {
	var found, some []string
	for _, column := range rs.columns {
		name := strings.TrimPrefix(column, "e.")
		var entries map[string]any
		value := "VARCHAR"
		if text, ok := strings.CutPrefix(name, "lists_"); ok {
			word, _ := strconv.Atoi(text) // written by inList
			entries, value = c.lists.words(rs.listed, word), "BIGINT"
			some = append(some, column+" IS NOT NULL")
		} else if text, ok := strings.CutPrefix(name, "category_"); ok {
			n, _ := strconv.Atoi(text) // written by categoryIn
			entries = c.lists.categories(n)
		} else {
			continue
		}
		found = append(found, fmt.Sprintf(",\n    element_at(%s, s.%s) AS %s", c.mapOf(value, codeMap{rs.table, []string{"e." + rs.code}, entries}), rs.code, name))
	}
	rs.where = all("("+strings.Join(some, " OR ")+")", rs.where)
	rs.code = ""
	columns := strings.Join(found, "")
	return "(\n  SELECT s.*" + columns + "\n  FROM " + source + " s" + joinStored(columns) + "\n)"
}

// words are the bits of each code of some lists, as far as they lie in one
// word, counted from 1.
func (l *codelists) words(lists []int, word int) map[string]any {
	words := map[string]any{}
	for _, row := range l.rows() {
		if slices.Contains(lists, row.list) && (row.list-1)/listsPerWord+1 == word {
			bits, _ := words[row.code].(int64)
			words[row.code] = bits | 1<<((row.list-1)%listsPerWord)
		}
	}
	return words
}

// categories are those of the codes of a list.
func (l *codelists) categories(list int) map[string]any {
	categories := map[string]any{}
	for _, row := range l.rows() {
		if row.list == list {
			categories[row.code] = row.category
		}
	}
	return categories
}

// inMap is the condition that one of some columns of a rowset's table holds a
// code of the list.
func (c *compiler) inMap(rs *rowset, list *study.Codelist, columns []string) string {
	codes := map[string]any{}
	for _, code := range list.Codes {
		if code != "" {
			codes[code] = 1
		}
	}
	m := c.mapOf("BIGINT", codeMap{rs.table, columns, codes})
	m = rs.give(m)
	if len(columns) == 1 {
		return "element_at(" + m + ", " + columns[0] + ") IS NOT NULL"
	}
	return "any_match(ARRAY[" + strings.Join(columns, ", ") + "], x -> element_at(" + m + ", x) IS NOT NULL)"
}

// mapOf is a map that is handed over as a parameter.
func (c *compiler) mapOf(valueType string, m codeMap) string {
	return c.param(param{value: asJSON(m.entries), as: "MAP(VARCHAR, " + valueType + ")", codes: &m})
}
