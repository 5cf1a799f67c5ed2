// Package analysis holds the analysis spec as plain data: the period that is
// counted, the codelists, the disclosure rule and the panels that are drawn.
// It is what the original scripts held as constants. The packages that do the
// work (counts, disclosure, plots) read it; it knows nothing of them.
//
// A spec is a YAML file ([Load]); the study that the product grew from is
// built in ([Original]) and is the default of every command:
//
//	period: {start: 2020-02-01, end: 2021-11-28, week_ends: sunday}
//	disclosure: original
//	codelists: [exposure_to_disease, historic_covid]
//	panels:
//	  - title: Primary Care Probable COVID-19
//	    series:
//	      - {codelist: probable_covid, label: Code for probable case}
//
// Only `period` must be there. Without `codelists` all that the cohort has are
// counted (`auto`), without `disclosure` the opensafely profile holds, and
// without `panels` nothing is drawn.
//
// A reader of a spec reports every fault at once, each with its line and
// column, and a misspelt key is a fault: a rule of disclosure that is not
// understood must not be skipped.
package analysis
