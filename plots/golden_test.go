package plots

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"cohortcounts/analysis"
)

var update = flag.Bool("update", false, "write the golden files")

// The drawn figures, byte for byte: dummy is the original tool's dummy cohort,
// published the real counts of an older release, without one codelist and not
// rounded, sparse has withheld and missing rows and lines on each other.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]Options{
		"dummy":     {},
		"published": {},
		"sparse":    {All: true, Width: 700},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", name+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			options.RoundedTo = 5
			got := drawn(t, string(text), analysis.Original().Panels, options)
			if again := drawn(t, string(text), analysis.Original().Panels, options); !bytes.Equal(got, again) {
				t.Error("a second drawing has other bytes")
			}
			if name == "dummy" && len(got) > 120_000 {
				t.Errorf("%d bytes, want 120,000 at most", len(got))
			}
			golden := filepath.Join("testdata", name+".golden.svg")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOARCH != "amd64" {
				t.Skip("golden files are of amd64: others may round the last digit differently")
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; look at both, then run with -update", golden)
			}
		})
	}
}
