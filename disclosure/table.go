// Package disclosure turns raw counts into a table that may leave the
// high-privacy side: small numbers withheld, the others rounded.
//
// A [Table] can only come from [Release], or from a CSV that was released
// before ([ReadCSV]); what writes or draws counts takes a Table, so that a
// forgotten redaction does not compile.
//
// What holds:
//
//	D1  A cell is released from its own count and the rule alone: n at or below
//	    the threshold is withheld, any other becomes the nearest multiple of
//	    the rounding base.
//	D2  Zero is withheld as any small count is, unless the rule says that
//	    zeros are safe.
//	D3  A total is the sum of released cells, never of raw ones: nothing can be
//	    got back from it by difference.
//	D4  What is told about a table (its [Report]) is worked out from released
//	    cells only.
//	D5  What is told about the counting (a [Summary]) is under the same rule:
//	    events in the period as sums of released cells, patients and events
//	    outside of it released as cells are.
//
// So a cohort in which a withheld count is another gives the same bytes in all
// that is written or printed. Complementary withholding, a second cell withheld
// because the first could be got back from a total, is for tables whose totals
// know more than their cells; under D3 and D5 there is none.
package disclosure

import (
	"time"

	"cohortcounts/analysis"
	"cohortcounts/counts"
)

// Table is released counts: one row per week, one column per codelist.
type Table struct {
	weeks     []time.Time
	codelists []string
	cells     []Cell // row after row
	rule      analysis.Rule
}

// Cell is one released count.
type Cell struct {
	Count    int64 // rounded as the rule says; 0 when withheld
	Withheld bool  // the count was small and is not told
}

// Weeks is the day that each row's week ends on, midnight UTC. The caller
// must not change it.
func (t *Table) Weeks() []time.Time { return t.weeks }

// Codelists is the name of each column. The caller must not change it.
func (t *Table) Codelists() []string { return t.codelists }

// Cell is the count of one week and codelist, by their places in Weeks and
// Codelists.
func (t *Table) Cell(week, codelist int) Cell { return t.cells[week*len(t.codelists)+codelist] }

// Total is the sum of a column's released cells (D3).
func (t *Table) Total(codelist int) (sum int64) {
	for week := range t.weeks {
		sum += t.Cell(week, codelist).Count
	}
	return sum
}

// Release applies the rule to every cell.
func Release(raw *counts.Raw, rule analysis.Rule) *Table {
	t := &Table{
		weeks:     raw.Weeks(),
		codelists: raw.Codelists(),
		cells:     make([]Cell, 0, len(raw.Weeks())*len(raw.Codelists())),
		rule:      rule,
	}
	for week := range t.weeks {
		for codelist := range t.codelists {
			t.cells = append(t.cells, release(raw.Count(week, codelist), rule))
		}
	}
	return t
}
