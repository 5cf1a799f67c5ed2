package tables_test

import (
	"testing"
	"time"

	"cohortcounts/study"
)

// today pins what studies mean by it.
var today = time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)

// load evaluates a study definition of the project in a folder.
func load(t testing.TB, dir, name string) *study.Definition {
	t.Helper()
	def, err := study.Load(t.Context(), dir, name, study.Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return def
}
