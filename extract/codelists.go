package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/study"
)

// codelists are the lists of a study, numbered from 1. They reach the engine
// as the rows of one relation, codelists(list, code, category).
type codelists struct {
	all []*study.Codelist
}

// number is the list's number; a list that holds the same is the same list.
func (l *codelists) number(list *study.Codelist) int {
	for i, known := range l.all {
		if known == list || known.System == list.System && slices.Equal(known.Codes, list.Codes) && slices.Equal(known.Categories, list.Categories) {
			return i + 1
		}
	}
	l.all = append(l.all, list)
	return len(l.all)
}

// codeRow is one code of one list.
type codeRow struct {
	list           int
	code, category string
}

// rows are the codes, each once per list (a code that is listed twice must not
// count twice). A blank code matches nothing.
func (l *codelists) rows() []codeRow {
	var rows []codeRow
	for i, list := range l.all {
		seen := map[string]bool{}
		for n, code := range list.Codes {
			if code == "" || seen[code] {
				continue
			}
			seen[code] = true
			row := codeRow{list: i + 1, code: code}
			if n < len(list.Categories) {
				row.category = list.Categories[n]
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// oneOfCodes is the condition that one of some columns of a rowset's table, e,
// holds a code of the list.
func (c *compiler) oneOfCodes(rs *rowset, list *study.Codelist, columns ...string) string {
	n := c.lists.number(list)
	if !c.d.keeps() {
		return c.inMap(rs, list, columns)
	}
	tests := make([]string, len(columns))
	for i, column := range columns {
		tests[i] = fmt.Sprintf("coalesce(%s IN (SELECT code FROM codelists WHERE list = %d), FALSE)", column, n)
	}
	return "(" + strings.Join(tests, "\n    OR ") + ")"
}

// codePattern is a parameter: the regular expression of a text that has a code
// of the list after the given expression. It is empty when the list has none.
func (c *compiler) codePattern(list *study.Codelist, after string) string {
	var codes []string
	for _, code := range list.Codes {
		if code != "" {
			codes = append(codes, regexp.QuoteMeta(code))
		}
	}
	if len(codes) == 0 {
		return ""
	}
	slices.Sort(codes)
	return c.param(param{value: after + "(" + strings.Join(slices.Compact(codes), "|") + ")"})
}

// holdsCode is the condition that a column of e has a code of the list after
// the given expression.
func (c *compiler) holdsCode(list *study.Codelist, column, after string) string {
	pattern := c.codePattern(list, after)
	if pattern == "" {
		return "FALSE"
	}
	return "coalesce(" + c.d.matches(column, pattern) + ", FALSE)"
}

// Where a code may stand in a text.
const (
	atStart      = "^"
	atTokenStart = "(^|[^A-Za-z0-9])"
	anywhere     = ""
)
