package tables

import (
	"math"

	"cohortcounts/dummydata"
)

// A patient is one row of the cohort while its records are written. Each
// worker has one, which it uses for row after row.
type patient struct {
	plan    *plan
	parts   [tableCount]*part
	block   *dummydata.Block
	columns []dummydata.Column // of the block, by the plan's numbering
	missed  []int              // by variable: rows whose records could not be written

	dice   *dice
	id     int64
	at     int   // row of the block
	row    int   // row of the cohort
	born   int32 // day of birth; drawn for this purpose when the study asks for none
	died   int32 // day of death; far away for those who live
	idents int64 // records so far that have a number
	ident  int64 // the number of the last of them
}

// never is later than all dates.
const never = math.MaxInt32

// add begins a record of the patient.
func (p *patient) add(t tableID) *part {
	p.parts[t].add(p.id)
	return p.parts[t]
}

// has tells whether a variable has a value. A column that is not there is -1.
func (p *patient) has(column int) bool { return column >= 0 && p.columns[column].Filled(p.at) }

// A maker writes the records that one or several variables are taken from.
type maker func(p *patient)
