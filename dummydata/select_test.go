package dummydata

import (
	"math"
	"slices"
	"testing"
)

// The inverse of the hypergeometric distribution agrees with its chances.
func TestHypergeometric(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int{{10, 4, 5}, {1000, 10, 100}, {50_000, 49_999, 8192}, {24_000_000, 4_800_000, 8192}, {7, 0, 3}, {7, 7, 3}} {
		population, marked, sample := c[0], c[1], c[2]
		const draws = 20_000
		s, sum, squares := stream(1), 0.0, 0.0
		for i := range draws {
			k := hypergeometric(unit(s.at(uint64(i))), population, marked, sample)
			if k < max(0, sample-(population-marked)) || k > min(sample, marked) {
				t.Fatalf("%v: %d is impossible", c, k)
			}
			sum += float64(k)
			squares += float64(k) * float64(k)
		}
		p := float64(marked) / float64(population)
		mean := float64(sample) * p
		variance := mean * (1 - p) * float64(population-sample) / float64(population-1)
		gotMean := sum / draws
		gotVariance := squares/draws - gotMean*gotMean
		if math.Abs(gotMean-mean) > 4*math.Sqrt(variance/draws)+1e-9 {
			t.Errorf("%v: mean %.4f, want %.4f", c, gotMean, mean)
		}
		if math.Abs(gotVariance-variance) > 0.1*variance+1e-9 {
			t.Errorf("%v: variance %.4f, want %.4f", c, gotVariance, variance)
		}
	}
}

// Every subset of the wanted size is as likely as any other.
func TestChoose(t *testing.T) {
	t.Parallel()
	from := make(bitmap, 2)
	from.fill(100)
	from.clear(3)
	have := from.count()
	times := make([]int, 100)
	for try := range 20_000 {
		out := make(bitmap, 2)
		choose(out, from, stream(1).under(uint64(try)), have, 30)
		if out.count() != 30 || out.has(3) {
			t.Fatalf("%d rows chosen, want 30 of those there are", out.count())
		}
		out.each(func(row int) { times[row]++ })
	}
	times = slices.Delete(times, 3, 4)
	mean := 20_000 * 30 / float64(have)
	x := 0.0
	for _, n := range times {
		x += (float64(n) - mean) * (float64(n) - mean) / mean
	}
	if x > 160 { // of 98 degrees of freedom: p below 0.0001
		t.Errorf("chi-squared %.0f of 99 rows", x)
	}
}

func TestPermutation(t *testing.T) {
	t.Parallel()
	for _, size := range []uint64{1, 2, 3, 10, 1000, 4096, 4097, 100_000} {
		p := newPermutation(stream(5), size)
		seen := make([]bool, size)
		for i := range size {
			j := p.at(i)
			if j >= size || seen[j] {
				t.Fatalf("size %d: %d stands twice or outside", size, j)
			}
			seen[j] = true
		}
	}
}

// latest and earliest undo at, for every kind of limit.
func FuzzBound(f *testing.F) {
	f.Add(3, "months", "first_day_of_month", int32(18_300), int32(18_400))
	f.Add(-2, "years", "last_day_of_nhs_financial_year", int32(0), int32(-700))
	f.Add(21, "days", "", int32(18_300), int32(18_300))
	f.Fuzz(func(t *testing.T, offset int, unit, function string, anchor, limit int32) {
		anchor, limit = anchor%40_000, limit%40_000
		b := testBound(offset%1000, unit, function)
		w := window{-45_000, 45_000}
		if last := b.latest(limit); last >= w.from && last <= w.to && b.at(last) > limit {
			t.Errorf("the latest anchor for %d is %d, which gives %d", limit, last, b.at(last))
		}
		if first := b.earliest(limit); first >= w.from && first <= w.to && b.at(first) < limit {
			t.Errorf("the earliest anchor for %d is %d, which gives %d", limit, first, b.at(first))
		}
		if b.at(anchor) <= limit && anchor > b.latest(limit) {
			t.Errorf("%d gives %d, but the latest for %d is %d", anchor, b.at(anchor), limit, b.latest(limit))
		}
	})
}
