// Package pipeline runs the actions of a project.yaml, each as a process of
// its own, and keeps what they wrote at their privacy levels.
//
//	project.yaml ──► Plan ──► jobs, as soon as what they need is there
//	                           │
//	  .cohortcounts/jobs/ID/ ◄─┘ a fresh folder: the repository's files and
//	        │                    the outputs of the declared needs only
//	        │ the process ends, declared outputs are collected by pattern
//	        ▼
//	  output/input.feather        renamed into their places, highly_sensitive
//	  metadata/generate_cohort.log  files readable by their owner only
//	  .cohortcounts/record.db     what was made from what, with content hashes
//
// It knows no stage of the study: what an action runs is a program, either one
// of our own (a table maps run lines to them, see stages.go) or, when that is
// allowed, the command itself.
//
// Rules:
//
//	J1  An action runs again when its command, the repository's files, its
//	    inputs or its outputs are not what they were when it last ran, by
//	    content; otherwise never.
//	J2  A declared output is the old file or the whole new one, whatever is
//	    killed when. What a killed run left is told and removed by the next.
//	J3  One run at a time for a workspace.
//	J4  A highly_sensitive file and what is in it go nowhere but to its place
//	    and into the folders of jobs that declared to need it.
package pipeline
