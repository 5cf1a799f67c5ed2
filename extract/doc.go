// Package extract makes a cohort from real tables: a study definition is
// compiled to SQL, a database runs it, and the rows go to a cohort file.
//
//	study.Definition ─► plan ─► SQL ─► DuckDB | Trino ─► rows ─► cohort file
//
// # The plan
//
// Every variable is one column of one relation with a row for each patient. A
// variable that needs no other stands at level 1, one whose limits or inputs
// are other variables a level above the highest of them:
//
//	persons                                    one row per patient, types made even
//	rows_clinical_events_ctv3_code             the events with a code of any codelist
//	level_1: a_1_date, b_1_date, age, sex      min(date) … GROUP BY patient_id
//	level_2: a_2_date, b_2_date                the same, limits taken from level_1
//	…
//	SELECT … FROM persons, level_1, level_2 … WHERE population = 1
//
// So a table is read once for all the codelists searched in the same column of
// it, however many variables there are, and its matching rows are aggregated
// once per level, all variables of the level together.
//
// What holds for every plan:
//
//	E1: a row wins by a total order of its values, so the order in which a
//	    table lies, or is read by many threads, never shows.
//	E2: no value of a level is null, but for dates, which are null when there
//	    is none; where an expression compares them they are text.
//	E3: codes, and patterns made of them, go to the engine as rows or
//	    parameters, never as part of a statement.
//	E4: nothing is computed before every table and column the study needs was
//	    found, and can be read as the type it should have.
//	E5: no error names a value of a patient; one names the patient_id of a
//	    patient who is there twice.
//
// The meaning of every function is that of the TPP backend of cohort-extractor
// over the tables of ehrQL's TPP schema; docs/real-tables.md tells it.
package extract
