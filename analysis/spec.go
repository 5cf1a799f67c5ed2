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

// Period is the span of days that is counted, both ends in, cut into
// intervals.
type Period struct {
	Start, End time.Time    // midnight UTC
	WeekEnds   time.Weekday // a week is labelled by the day it ends on
	Interval   Interval     // how the period is cut; weeks unless told
}

// Codelists says which codelists are counted, in the order of the output's
// columns.
type Codelists struct {
	Names []string
	Auto  bool // every codelist found in the cohort, in the cohort's order; Names is empty
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
