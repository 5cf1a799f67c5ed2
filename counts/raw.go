package counts

import "time"

// Raw is a table of event counts, one row per week and one column per
// codelist, as they were counted: it holds small numbers and must not be
// written or shown. Only disclosure.Release makes something of it that may.
type Raw struct {
	weeks     []time.Time
	codelists []string
	cells     []int64 // row after row
}

// NewRaw is a table of zeros with the given rows (the day each week ends on,
// midnight UTC) and columns. It keeps both slices.
func NewRaw(weeks []time.Time, codelists []string) *Raw {
	return &Raw{weeks: weeks, codelists: codelists, cells: make([]int64, len(weeks)*len(codelists))}
}

// Weeks is the day that each row's week ends on. The caller must not change it.
func (r *Raw) Weeks() []time.Time { return r.weeks }

// Codelists is the name of each column. The caller must not change it.
func (r *Raw) Codelists() []string { return r.codelists }

// Count is one cell, 0 or more.
func (r *Raw) Count(week, codelist int) int64 { return r.cells[week*len(r.codelists)+codelist] }

// Add adds n events to one cell.
func (r *Raw) Add(week, codelist int, n int64) { r.cells[week*len(r.codelists)+codelist] += n }

// add adds the cells of another table of the same shape.
func (r *Raw) add(cells []int64) {
	for i, n := range cells {
		r.cells[i] += n
	}
}
