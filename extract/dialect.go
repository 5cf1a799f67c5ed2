package extract

import (
	"strconv"
	"strings"
	"time"

	"cohortcounts/study"
)

// dialect is all that differs between the engines' SQL. What is not here is
// written the same for both: standard SQL, and the functions that DuckDB and
// Trino share (date_diff, date_trunc, count_if, TRY_CAST, ROW(…)[n]).
type dialect interface {
	// keeps tells whether relations can be made that are kept until the run
	// ends. Where they cannot, a plan is one query: see arrays.go.
	keeps() bool
	// add is the date that is n (a whole number) units later. A month that
	// lacks the day gives its last day.
	add(date, n string, unit study.Unit) string
	// divide is a/b for whole numbers, cut toward zero.
	divide(a, b string) string
	// matches tells whether a regular expression occurs in the text.
	matches(text, pattern string) string
	// greatest and least leave nulls out; all null gives null.
	greatest(values []string) string
	least(values []string) string
	// filter is the values of an array that meet a condition on the named
	// element.
	filter(array, element, condition string) string
	// extreme is the "min" or "max" of an array; null when it has none.
	extreme(which, array string) string
	size(array string) string
	isNaN(x string) string
	// unpivot has, for each row of a relation, a row for each place of the
	// lists of values, which are all of one length.
	unpivot(source string, names []string, values [][]string) string
	// hash is a whole number from 0 to hashRange-1 that follows from a whole
	// number.
	hash(number string) string
	// parameter marks the place of the nth parameter of a statement, from 1.
	parameter(n int) string
}

// hashRange is one more than the largest hash: seven hexadecimal digits.
const hashRange = 1 << 28

// duckDialect is DuckDB's SQL.
type duckDialect struct{}

func (duckDialect) keeps() bool { return true }

func (duckDialect) add(date, n string, unit study.Unit) string {
	switch unit {
	case study.Months:
		return "CAST(" + date + " + to_months(CAST(" + n + " AS INTEGER)) AS DATE)"
	case study.Years:
		return "CAST(" + date + " + to_years(CAST(" + n + " AS INTEGER)) AS DATE)"
	}
	return "(" + date + " + CAST(" + n + " AS INTEGER))"
}

func (duckDialect) divide(a, b string) string     { return "(" + a + " // " + b + ")" }
func (duckDialect) matches(text, p string) string { return "regexp_matches(" + text + ", " + p + ")" }

func (duckDialect) greatest(values []string) string {
	return "greatest(" + strings.Join(values, ", ") + ")"
}

func (duckDialect) least(values []string) string { return "least(" + strings.Join(values, ", ") + ")" }

func (duckDialect) filter(array, element, condition string) string {
	return "list_filter(" + array + ", lambda " + element + ": " + condition + ")"
}

func (duckDialect) extreme(which, array string) string { return "list_" + which + "(" + array + ")" }
func (duckDialect) size(array string) string           { return "len(" + array + ")" }
func (duckDialect) isNaN(x string) string              { return "isnan(" + x + ")" }
func (duckDialect) unpivot(source string, names []string, values [][]string) string {
	lists := make([]string, len(names))
	for i, name := range names {
		lists[i] = "unnest([" + strings.Join(values[i], ", ") + "]) AS " + name
	}
	return "SELECT " + strings.Join(lists, ",\n  ") + "\nFROM " + source
}

func (duckDialect) parameter(n int) string { return "$" + strconv.Itoa(n) }
func (duckDialect) hash(number string) string {
	return "CAST('0x' || substr(md5(CAST(" + number + " AS VARCHAR)), 1, 7) AS BIGINT)"
}

// trinoDialect is Trino's SQL.
type trinoDialect struct{}

func (trinoDialect) keeps() bool { return false }

func (trinoDialect) add(date, n string, unit study.Unit) string {
	return "date_add('" + strings.TrimSuffix(string(unit), "s") + "', " + n + ", " + date + ")"
}

func (trinoDialect) divide(a, b string) string     { return "(" + a + " / " + b + ")" }
func (trinoDialect) matches(text, p string) string { return "regexp_like(" + text + ", " + p + ")" }
func (trinoDialect) greatest(values []string) string {
	return "array_max(filter(ARRAY[" + strings.Join(values, ", ") + "], x -> x IS NOT NULL))"
}

func (trinoDialect) least(values []string) string {
	return "array_min(filter(ARRAY[" + strings.Join(values, ", ") + "], x -> x IS NOT NULL))"
}

func (trinoDialect) filter(array, element, condition string) string {
	return "filter(" + array + ", " + element + " -> " + condition + ")"
}

func (trinoDialect) extreme(which, array string) string { return "array_" + which + "(" + array + ")" }
func (trinoDialect) size(array string) string           { return "cardinality(" + array + ")" }
func (trinoDialect) isNaN(x string) string              { return "is_nan(" + x + ")" }
func (trinoDialect) unpivot(source string, names []string, values [][]string) string {
	lists := make([]string, len(values))
	for i := range values {
		lists[i] = "ARRAY[" + strings.Join(values[i], ", ") + "]"
	}
	columns := strings.Join(names, ", ")
	return "SELECT " + columns + "\nFROM " + source + "\nCROSS JOIN UNNEST(" + strings.Join(lists, ",\n  ") + ") AS u (" + columns + ")"
}

func (trinoDialect) parameter(int) string { return "?" }
func (trinoDialect) hash(number string) string {
	return "from_base(substr(to_hex(md5(to_utf8(CAST(" + number + " AS VARCHAR)))), 1, 7), 16)"
}

// What follows is the same for both.

// quote is a name as SQL has it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal is a text as SQL has it.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// double is a number that both engines take for a DOUBLE: without an exponent
// Trino would read a decimal.
func double(f float64) string {
	return parenthesize(strconv.FormatFloat(f, 'e', -1, 64))
}

func integer(n int64) string { return parenthesize(strconv.FormatInt(n, 10)) }

// parenthesize keeps the sign of a number from meeting another one: two make
// a comment.
func parenthesize(number string) string {
	if strings.HasPrefix(number, "-") {
		return "(" + number + ")"
	}
	return number
}

func dateLiteral(d time.Time) string { return "DATE '" + d.Format(time.DateOnly) + "'" }

// in is the condition that x is one of the texts, which are not empty.
func in(x string, texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = literal(t)
	}
	return x + " IN (" + strings.Join(quoted, ", ") + ")"
}

// all joins conditions with AND; none gives the empty text.
func all(conditions ...string) string {
	var kept []string
	for _, c := range conditions {
		if c != "" {
			kept = append(kept, c)
		}
	}
	return strings.Join(kept, " AND ")
}

// flag is a condition as 1 or 0; what is unknown is 0.
func flag(condition string) string { return "CASE WHEN " + condition + " THEN 1 ELSE 0 END" }

// days is a date as the number of days since 1970-01-01.
func days(date string) string { return "date_diff('day', DATE '1970-01-01', " + date + ")" }
