package plots

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrouped(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 24520: "24,520", 123456789: "123,456,789", math.MaxInt64: "9,223,372,036,854,775,807"} {
		if got := groupedInt(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestCountAxis(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		largest int64
		steps   int
		labels  string
		unit    string
	}{
		{0, 5, "0 1", ""},
		{1, 5, "0 1", ""},
		{3, 5, "0 1 2 3", ""},
		{10, 5, "0 2 4 6 8 10", ""},
		{24, 5, "0 5 10 15 20 25", ""},
		{310, 5, "0 100 200 300", ""},
		{390, 5, "0 100 200 300 400", ""},
		{93_640, 5, "0 20,000 40,000 60,000 80,000 100,000", ""},
		{12_000_000, 5, "0 2.5 5 7.5 10 12.5", "millions"},
		{9_000_000_000, 3, "0 5 10", "billions"},
		{math.MaxInt64, 4, "0 2,500 5,000 7,500 10,000", "quadrillions"},
	} {
		a := newCountAxis(test.largest, test.steps)
		var labels []string
		for _, tick := range a.ticks() {
			labels = append(labels, a.label(tick))
		}
		if diff := cmp.Diff(test.labels, strings.Join(labels, " ")); diff != "" || a.name != test.unit {
			t.Errorf("largest %d: %s, unit %q", test.largest, diff, a.name)
		}
	}
}

// A scale holds its counts, has whole and few steps, and labels that differ.
func TestCountAxisHolds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		largest := random.Int64() >> random.IntN(63)
		steps := random.IntN(10)
		a := newCountAxis(largest, steps)
		ticks := a.ticks()
		if a.top < float64(largest) || a.step != math.Trunc(a.step) || a.step < 1 || len(ticks) < 2 || len(ticks) > 2*max(steps, 1)+2 {
			t.Fatalf("largest %d, %d steps: %+v with %d ticks", largest, steps, a, len(ticks))
		}
		seen := map[string]bool{}
		for _, tick := range ticks {
			if seen[a.label(tick)] {
				t.Fatalf("largest %d, %d steps: label %s twice", largest, steps, a.label(tick))
			}
			seen[a.label(tick)] = true
		}
	}
}
