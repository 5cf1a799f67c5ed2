// Package doctorcmd is the command cohortcounts doctor, which tries an
// installation out: a study in the sandbox, the engines, the folders it needs.
//
// Each check is a line: ok, note (it works, but less well) or FAILED (something
// that is needed does not work), what was found, and what to do. What it tries
// it does for real, in a temporary folder of its own: a study of the embedded
// Python that attempts to get out of the sandbox, a table of one made-up patient
// in DuckDB, a file copied by reference.
package doctorcmd
