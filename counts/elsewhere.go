package counts

import (
	"errors"
	"time"

	"cohortcounts/analysis"
)

// Elsewhere is a table of counts that is counted where the cohort lies, such
// as by a database: it says what to count, takes the numbers, and gives the
// table. The table is the one that [Weekly] makes of the same cohort in files.
type Elsewhere struct {
	plan    *plan
	rows    *rows
	raw     *Raw
	summary *Summary
}

// NewElsewhere finds what to count among the columns of a cohort that lies at
// the named place, read as what form says (C1).
func NewElsewhere(place, form string, columns []string, spec *analysis.Spec) (*Elsewhere, error) {
	if err := spec.Period.Check(); err != nil {
		return nil, err
	}
	plan, err := choose([]part{{name: place, form: form, columns: columns}}, spec)
	if err != nil {
		return nil, err
	}
	rows := newRows(spec.Period)
	if _, err := tableSize(len(rows.labels), len(plan.codelists)); err != nil {
		return nil, err
	}
	return &Elsewhere{plan: plan, rows: rows, raw: NewRaw(rows.labels, plan.codelists), summary: plan.summary()}, nil
}

// Columns are the columns to count. The caller must not change them.
func (e *Elsewhere) Columns() []string { return e.plan.columns }

// Rows are the labels of the table's rows: of a week the day it ends on, of a
// month its first day. The caller must not change them.
func (e *Elsewhere) Rows() []time.Time { return e.rows.labels }

// Add adds the events of one of Columns that fall into one of Rows.
func (e *Elsewhere) Add(column, row int, events int64) error {
	if column < 0 || column >= len(e.plan.columns) || row < 0 || row >= len(e.rows.labels) || events < 0 {
		return errors.New("what was counted elsewhere does not fit the table")
	}
	codelist := e.plan.codelist[column]
	e.raw.Add(row, codelist, events)
	e.summary.Codelists[codelist].Inside += events
	return nil
}

// AddOutside adds the events of one of Columns that lie outside the period.
func (e *Elsewhere) AddOutside(column int, events int64) error {
	if column < 0 || column >= len(e.plan.columns) || events < 0 {
		return errors.New("what was counted elsewhere does not fit the table")
	}
	e.summary.Codelists[e.plan.codelist[column]].Outside += events
	return nil
}

// AddPatients adds to the number of rows that the cohort has.
func (e *Elsewhere) AddPatients(n int64) { e.summary.Rows += n }

// Table is what was added. It stays the Elsewhere's own until that is dropped.
func (e *Elsewhere) Table() (*Raw, *Summary) { return e.raw, e.summary }
