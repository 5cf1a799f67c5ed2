// Package analysis holds the analysis spec as plain data: the period that is
// counted, the codelists, the disclosure rule and the panels that are drawn.
// It is what the original scripts held as constants. The packages that do the
// work (counts, disclosure, plots) read it; it knows nothing of them.
package analysis

import "time"

// Spec is one analysis.
type Spec struct {
	Period    Period
	Codelists Codelists
	// FirstOnly counts only the first event of each patient
	// (`<codelist>_X1_date`) instead of every one.
	FirstOnly  bool
	Disclosure Rule
	Panels     []Panel
}

// Period is the span of days that is counted, both ends in, cut into weeks.
type Period struct {
	Start, End time.Time    // midnight UTC
	WeekEnds   time.Weekday // a week is labelled by the day it ends on
}

// Codelists says which codelists are counted, in the order of the output's
// columns.
type Codelists struct {
	Names []string
	Auto  bool // every codelist found in the cohort, in the cohort's order; Names is empty
}

// Rule is how small numbers are kept from being disclosed.
type Rule struct {
	RedactAtOrBelow int64 // counts up to this are withheld
	RoundTo         int64 // other counts are rounded to the nearest multiple; 0 or 1 leaves them
}

// Panel is one plot of several series.
type Panel struct {
	Title  string
	Series []Series
}

// Series is one line of a panel.
type Series struct {
	Codelist string // the column of the counts table
	Label    string // how the legend calls it
}
