// Package disclosure turns raw counts into a table that may leave the
// high-privacy side: small numbers withheld, the others rounded.
//
// A [Table] can only come from [Release], or from a CSV that was released
// before ([ReadCSV]); what writes or draws counts takes a Table, so that a
// forgotten redaction does not compile.
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

// Release applies the rule to every cell: a count at or below the threshold
// (zero too) is withheld, any other is rounded to the nearest multiple.
func Release(raw *counts.Raw, rule analysis.Rule) *Table {
	t := &Table{
		weeks:     raw.Weeks(),
		codelists: raw.Codelists(),
		cells:     make([]Cell, 0, len(raw.Weeks())*len(raw.Codelists())),
	}
	for week := range t.weeks {
		for codelist := range t.codelists {
			t.cells = append(t.cells, release(raw.Count(week, codelist), rule))
		}
	}
	return t
}

func release(count int64, rule analysis.Rule) Cell {
	if count <= rule.RedactAtOrBelow {
		return Cell{Withheld: true}
	}
	if rule.RoundTo > 1 {
		count = (count + rule.RoundTo/2) / rule.RoundTo * rule.RoundTo
	}
	return Cell{Count: count}
}
