// Package project reads a project.yaml: which actions a study has, what each
// of them runs, needs and writes, and at which privacy level.
//
//	version: '3.0'                      Project.Version
//	expectations:
//	  population_size: 1000             Project.PopulationSize
//	actions:
//	  generate_cohort:                  Action.Name
//	    run: >                          Action.Run, Action.Words
//	      cohortextractor:latest generate_cohort
//	    outputs:
//	      highly_sensitive:             Output.Level
//	        cohort: output/input.csv    Output.ID, Output.Pattern
//
// Files of versions 1 to 5 are accepted and refused as the reference library
// (opensafely-core/pipeline) does, down to how its YAML reader and Python see
// a value: `version: "4_0"` is 40, `010` is 10, an action may be called 7.
// What differs is in docs/project-yaml.md. The reading goes in three steps:
//
//	bytes ──text.go──► text ──tree.go, scalar.go──► values ──check*.go──► Project
//
// Rules:
//
//	P1  All the problems of a file are found, each with line, column and a way
//	    out; only a file that is no YAML stops at its first problem.
//	P2  Nothing that the reference refuses is accepted.
//	P3  What the reference accepts is accepted, but for what cannot be run
//	    safely: needs that form a cycle, an output path that leaves the
//	    project, a version that is not finite.
//	P4  Reading does nothing else: no file is opened, nothing is run.
package project
