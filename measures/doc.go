// Package measures works out a study's Measures: for each cohort of a series,
// one per index date, the sum of a numerator over the sum of a denominator in
// each group of patients, as cohortextractor generate_measures does.
//
// Of the cohort input_2020-01-01.csv
//
//	patient_id,flag,sex
//	1,1,F
//	2,0,M
//	3,1,F
//
// the Measure(id="x", numerator="flag", denominator="population",
// group_by="sex") becomes measure_x_2020-01-01.csv,
//
//	sex,flag,population,value
//	F,2.0,2,1.0
//	M,0.0,1,0.0
//
// and all of its dates together, with a column of dates, measure_x.csv.
//
// What holds:
//
//	M1  The bytes are those that the original writes of the same cohort files.
//	    So flags and whole numbers of a feather file are added as whole numbers
//	    (2), those of a CSV file as floats (2.0), and floats with compensation
//	    (Kahan) in the order of the rows.
//	M2  A category that the file declares has its row also where no patient is
//	    in it: of a feather file each entry of the dictionary, in its order; of
//	    a CSV file each text that occurs, in the order of its bytes. With one
//	    such column among several, each combination of values has a row.
//	    Without, only combinations that occur have one, in the order of values.
//	M3  A patient without a value of a group's column is in no group; a missing
//	    number adds nothing. Text that is empty is a group of its own.
//	M4  Where the denominator is 0 the value is empty, or inf when the numerator
//	    is not.
//	M5  Small numbers are suppressed only in a measure that asks for it, see
//	    suppression. Nothing is rounded. So what comes out is not safe to
//	    release as it is.
//	M6  Memory is bounded by the groups and one batch of rows, not by the
//	    patients (a Stata file is an exception: package cohort has it whole). A
//	    measure without group_by, which has a row for each patient, is read and
//	    written as it goes.
//	M7  The outputs of a run change together, after all were worked out, or not
//	    at all.
package measures
