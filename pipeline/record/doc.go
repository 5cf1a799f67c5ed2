// Package record is the memory of a workspace: which actions were asked for,
// what became of each job, and from what the present outputs were made.
//
//	request 1 ─┬─ job yqceq4e2krqcxs55  generate_cohort  succeeded
//	           └─ job 5nrvfkgxz2hp7zdq  counts           failed (nonzero_exit)
//	made: generate_cohort ← job yqceq4e2krqcxs55, fingerprint, outputs with hashes
//	audit: who asked, opened, cancelled, removed what, and when
//
// A request has project.yaml as it was, and what was known of its commit; a job
// its run line, stage, needs, times, processor time and memory, and what it
// wrote: all that a page about it shows. How far a running job is, and what it
// has printed, is not here but in files of the job's folder, which change too
// often for a database (see Workspace.Live of package pipeline).
//
// It is one SQLite file in WAL mode: a program that is killed at any moment
// leaves the last whole transaction. Rules:
//
//	R1  Times are UTC.
//	R2  The audit only grows: triggers refuse changes.
//	R3  No content of an output is ever stored, only its path, size and hash.
package record
