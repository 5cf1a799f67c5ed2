package extract

import (
	"fmt"
	"strings"

	"cohortcounts/study"
)

// key is one value by which rows are ordered, and which can be had of the row
// that comes first.
type key struct {
	name       string
	sql        string // over the row, r
	kind       kind
	descending bool // of dates
	nullsFirst bool
}

// beyond is more days than any date is from 1970.
const beyond = "10000000"

// winner is the row that comes first in an order. It is got as the smallest of
// ROW(…) values that hold the keys: so the answer follows from what the rows
// hold and never from where they lie (E1), and equal rows are one. The fields
// are never null, because engines differ in how they compare those: a null is
// a number outside of all values, or has a field of its own before it.
type winner struct {
	d    dialect
	keys []key
	row  string // the aggregated column
}

// fields is the ROW(…) to take the minimum of.
func (w *winner) fields() string {
	var fields []string
	for _, k := range w.keys {
		fields = append(fields, k.fields()...)
	}
	return "ROW(" + strings.Join(fields, ", ") + ")"
}

func (k key) fields() []string {
	absent := "1"
	if k.nullsFirst {
		absent = "0"
	}
	switch k.kind {
	case kindDate:
		sign, null := "", beyond
		if k.descending {
			sign = "-"
		}
		if k.nullsFirst {
			null = "-" + beyond
		}
		return []string{fmt.Sprintf("coalesce(%s%s, %s)", sign, days(k.sql), null)}
	case kindBool:
		if k.nullsFirst {
			return []string{fmt.Sprintf("CASE WHEN %s THEN 1 WHEN NOT %s THEN 0 ELSE -1 END", k.sql, k.sql)}
		}
		return []string{fmt.Sprintf("CASE WHEN %s THEN 1 WHEN NOT %s THEN 0 ELSE 2 END", k.sql, k.sql)}
	}
	empty := map[kind]string{kindInt: "0", kindFloat: "0e0", kindText: "''"}[k.kind]
	return []string{
		fmt.Sprintf("CASE WHEN %s IS NULL THEN %s ELSE %s END", k.sql, absent, map[bool]string{true: "1", false: "0"}[k.nullsFirst]),
		fmt.Sprintf("coalesce(%s, %s)", k.sql, empty),
	}
}

// get is the winner's value of a key; null when it has none, or when there is
// no winner.
func (w *winner) get(name string) string {
	at := 1
	for _, k := range w.keys {
		if k.name != name {
			at += len(k.fields())
			continue
		}
		field := func(n int) string { return fmt.Sprintf("%s[%d]", w.row, n) }
		switch k.kind {
		case kindDate:
			n := field(at)
			if k.descending {
				n = "-" + n
			}
			return fmt.Sprintf("CASE WHEN abs(%s) < %s THEN %s END", field(at), beyond, w.d.add("DATE '1970-01-01'", n, study.Days))
		case kindBool:
			return fmt.Sprintf("CASE %s WHEN 1 THEN TRUE WHEN 0 THEN FALSE END", field(at))
		}
		present := "0"
		if k.nullsFirst {
			present = "1"
		}
		return fmt.Sprintf("CASE WHEN %s = %s THEN %s END", field(at), present, field(at+1))
	}
	panic("extract: no key " + name + " among those of the winner")
}
