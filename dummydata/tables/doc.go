// Package tables makes the records behind a dummy cohort: event tables over
// which the study, when it is extracted from them, gives the cohort back.
//
//	study.Definition ─► dummydata.Drawing ─► records ─► DIR/clinical_events/part-0000.parquet
//	                     (the cohort)          + noise       DIR/patients/part-0000.parquet …
//
// The cohort is drawn first, as dummydata draws it; then, patient by patient,
// the rows are written that make each function of the study return what was
// drawn, and among them rows that no variable of the study looks for.
//
//	covid_X1_date 2020-03-05          5 Mar, Y20fa    a code of its codelist
//	covid_X2_date 2020-06-01    ──►   1 Jun, Y213a
//	covid_X3_date empty               14 Aug, Xb4k2   noise
//	imd 200, age 34                   an address with imd_rounded 200, a birth in 1985
//
// Variables that differ only in what they return are a group: one record gives
// all of them their values.
//
// # What holds
//
//	T1: the tables, columns and types are those of ehrQL's public TPP schema
//	    that the functions of a study read; all tables are there.
//	T2: a variable of its own records has the patients that the cohort of the
//	    same study, seed and number of patients has, with the same values.
//	T3: noise never meets the conditions of a variable. A table of which some
//	    variable takes any row has none.
//	T4: where T2 cannot hold (two variables find each other's records, a label
//	    is no code of the codelist, a function has no table) a note says so.
//	T5: the same study, seed, number of patients and noise give the same bytes
//	    at any number of workers.
//	T6: memory does not grow with the number of patients.
//
// A batch of 65,536 patients is drawn and written by one worker, to one file
// of each table; so files are written side by side, and nothing is merged.
package tables
