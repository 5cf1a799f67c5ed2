package dummydata_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/dummydata"
)

func BenchmarkDraw(b *testing.B) {
	def := covidStudy()
	for _, rows := range []int{1e4, 1e5, 1e6} {
		b.Run(fmt.Sprintf("rows=%.0e/columns=108", float64(rows)), func(b *testing.B) {
			b.SetBytes(int64(rows) * 108 * 8)
			b.ReportAllocs()
			path := filepath.Join(b.TempDir(), "input.feather")
			for b.Loop() {
				if _, err := dummydata.Write(b.Context(), def, path, dummydata.Options{Patients: rows, Seed: 1, Format: cohort.Feather}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
