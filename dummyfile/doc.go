// Package dummyfile checks a cohort of dummy patients that a researcher made
// by hand (--dummy-data-file) against the study it is to stand for.
//
// The file must have the study's visible columns and patient_id, in any order,
// and values of the study's types:
//
//	type            CSV                          feather, Parquet, Stata
//	date YYYY       2020                         a time, 1 January
//	date YYYY-MM    2020-03                      a time, first of a month
//	date YYYY-MM-DD 2020-03-15                   a time
//	bool            1, 0, True, False            0 or 1 of any type
//	int             a number                     a whole number, in a column without gaps
//	float           a number                     a floating type
//	str             anything                     text
//
// Empty values, 0 and False fit any column. patient_id is a whole number in
// every row. Every faulty column is told, with its first faulty value: dummy
// data holds no patient's.
package dummyfile
