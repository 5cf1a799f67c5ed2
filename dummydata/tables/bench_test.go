package tables_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"cohortcounts/dummydata/tables"
)

func BenchmarkWrite(b *testing.B) {
	def := load(b, "../../examples/primary-care-covid-codes", "study_definition")
	for _, patients := range []int{1 << 13, 1 << 16} {
		b.Run(fmt.Sprintf("patients=%d/events=50", patients), func(b *testing.B) {
			b.ReportAllocs()
			events := int64(0)
			for b.Loop() {
				report, err := tables.Write(b.Context(), def, filepath.Join(b.TempDir(), "tables"), tables.Options{Patients: patients, Seed: 1})
				if err != nil {
					b.Fatal(err)
				}
				events += report.Rows("clinical_events")
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
