// Package examples holds the example projects, so that 'cohortcounts init' can
// write one wherever the program is.
package examples

import "embed"

// Covid is the study of primary-care COVID-19 codes.
//
//go:embed primary-care-covid-codes/project.yaml
//go:embed primary-care-covid-codes/analysis
//go:embed primary-care-covid-codes/codelists
var Covid embed.FS

// CovidDir is its folder in [Covid].
const CovidDir = "primary-care-covid-codes"
