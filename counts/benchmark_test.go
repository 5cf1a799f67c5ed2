package counts

import (
	"context"
	"os"
	"testing"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// BenchmarkWeekly counts the cohort that COHORTCOUNTS_COHORT names, which may
// be of any size (benchmarks/ makes some), else a small one.
func BenchmarkWeekly(b *testing.B) {
	path := os.Getenv("COHORTCOUNTS_COHORT")
	if path == "" {
		path = "../cmd/counts/testdata/golden/lz4.feather"
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Weekly(context.Background(), cohort.Files(path), analysis.Original(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
