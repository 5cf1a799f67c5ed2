// Package dummydata draws cohorts from what a study expects of its variables.
//
// The rules of the expectations (rates, incidence, ratios, distributions) are
// those of the original tool; what it draws each by itself is drawn here so
// that it agrees, unless [Options.Independent] asks for the original's way.
//
// # How a cohort is drawn
//
// A plan is made once from the study: a node for each variable that is needed,
// and trees of nodes that hang together. Blocks of 8,192 rows are then drawn
// from the plan by any number of workers, eight to a batch of the file, and the
// batches written in order.
//
//	covid_X1_date ─► covid_X2_date ─► covid_X3_date     on or after the one before + 21 days
//	bmi ─► bmi_date                                      the same record
//	age ─► date_of_birth
//
// Within a block a tree is drawn in three walks:
//
//  1. fill, from the root down: which rows have a value. A row can have one
//     only where its parent has; the number of rows is exact over the cohort.
//  2. room, from the leaves up: how late (and early) each date may be so that
//     the ones that depend on it still find a day.
//  3. value, from the root down: dates within bounds and room, numbers, labels.
//
// Then what follows from drawn values is computed (satisfying, categorised_as,
// aggregates), and deaths come last, on or after a patient's last event; whose
// they are is decided when the events are drawn.
//
// # What holds
//
//	D1: N rows; int((1-incidence)*N) of a variable's rows are empty, exactly,
//	    wherever its parents have enough rows; where not, the report says so.
//	D2: a date lies in its static period and in what its expectations allow,
//	    and on the right side of the dates it is limited by.
//	D3: the same plan, seed and rows give the same bytes at any GOMAXPROCS.
//	D4: each variable has random numbers of its own, keyed by seed and name:
//	    another variable in the study changes none outside its own tree.
//	D5: memory does not grow with the number of rows.
package dummydata
