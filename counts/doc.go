// Package counts turns a cohort, one row per patient, into raw counts of
// events per week, one column per codelist.
//
// A cohort holds the dates of a patient's events of codelist L in columns
// L_X1_date, L_X2_date, and so on. Six patients,
//
//	flu_X1_date  flu_X2_date
//	2020-02-01   2020-02-05
//	2020-02-02
//	2020-02-03   2020-03-01
//
//	2020-02-09
//	2019-12-31
//
// become, for the period 2020-02-01 to 2020-02-09 with weeks that end on a
// Sunday, two rows, and two events outside the period:
//
//	            flu
//	2020-02-02    2
//	2020-02-09    3
//
// What holds:
//
//	C1  Columns are matched by name, `<codelist>_X<i>_date` with i from 1, and
//	    by nothing else. A codelist of the spec that has no column counts as
//	    zero everywhere; a cohort that has none at all is an error.
//	C2  An event is a date that is there. A time of day is floored to its day,
//	    in UTC.
//	C3  Events outside the period are not counted in a row; how many they are
//	    is told in the Summary.
//	C4  Every week of the period has a row, labelled by the day it ends on,
//	    also without events. The first and the last may have fewer than seven
//	    days.
//	C5  The counts do not depend on the number of workers, on how the file is
//	    cut into batches, or on how the cohort is cut into files.
//
// What comes out is [Raw]: it holds small numbers. Package disclosure makes of
// it what may be shown. No row of a patient leaves this package.
package counts
