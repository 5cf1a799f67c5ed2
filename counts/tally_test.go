package counts

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// The multiplication finds the day that division finds, at the ends of every
// day and anywhere, in every unit.
func TestDividerMatchesDivision(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for _, period := range []analysis.Period{
		{Start: date(2020, 2, 1), End: date(2021, 11, 28)},
		{Start: date(1970, 1, 1), End: date(1970, 1, 1)},
		{Start: date(1931, 7, 9), End: date(2199, 12, 31)},
		{Start: date(1601, 1, 1), End: date(2000, 12, 31)},
	} {
		rows := newRows(period)
		days := int64(len(rows.of))
		for _, perDay := range []int64{86_400, 86_400e3, 86_400e6, 86_400e9} {
			d := newDivider(rows, perDay)
			if d.perDay == 0 {
				if period.Start.Year() > 1678 {
					t.Fatalf("no divider for %d from %s", perDay, period.Start)
				}
				continue
			}
			check := func(instant int64) {
				want := floor(instant, perDay) - int64(rows.start)
				if want < 0 || want > days {
					want = days
				}
				if got := d.slot(instant); got != uint64(want) {
					t.Fatalf("%d of %d a day: day %d, want %d", instant, perDay, got, want)
				}
			}
			for day := int64(-1); day <= days; day++ {
				midnight := (int64(rows.start) + day) * perDay
				for _, instant := range []int64{midnight - 1, midnight, midnight + 1, midnight + r.Int64N(perDay)} {
					check(instant)
				}
			}
			for _, instant := range []int64{math.MinInt64, math.MaxInt64, 0, -1, 1} {
				check(instant)
			}
			for range 10_000 {
				check(int64(r.Uint64()))
			}
		}
	}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// C4: the rows of a period.
func TestRows(t *testing.T) {
	t.Parallel()
	original := newRows(analysis.Original().Period)
	if n := len(original.labels); n != 96 || original.labels[0] != date(2020, 2, 2) || original.labels[n-1] != date(2021, 11, 28) {
		t.Errorf("%d rows from %s", n, original.labels[0])
	}
	for _, c := range []struct {
		period analysis.Period
		labels []time.Time
	}{
		{analysis.Period{Start: date(2020, 2, 3), End: date(2020, 2, 3)}, []time.Time{date(2020, 2, 9)}},
		{analysis.Period{Start: date(2020, 2, 9), End: date(2020, 2, 10)}, []time.Time{date(2020, 2, 9), date(2020, 2, 16)}},
		{analysis.Period{Start: date(2020, 2, 9), End: date(2020, 2, 10), WeekEnds: time.Monday}, []time.Time{date(2020, 2, 10)}},
		{analysis.Period{Start: date(2020, 2, 29), End: date(2020, 3, 1), Interval: analysis.Month}, []time.Time{date(2020, 2, 1), date(2020, 3, 1)}},
		{analysis.Period{Start: date(2020, 2, 29), End: date(2020, 3, 1), Interval: analysis.Day}, []time.Time{date(2020, 2, 29), date(2020, 3, 1)}},
	} {
		got := newRows(c.period)
		if len(got.labels) != len(c.labels) {
			t.Errorf("%v: %v", c.period, got.labels)
			continue
		}
		for i, label := range c.labels {
			if !got.labels[i].Equal(label) {
				t.Errorf("%v: row %d is %s, want %s", c.period, i, got.labels[i], label)
			}
		}
	}
}

// BenchmarkInstants is the inner loop: 8192 instants, a share of them missing.
func BenchmarkInstants(b *testing.B) {
	for name, share := range map[string]float64{"present=1.0": 1, "present=0.4": 0.4, "present=0.0": 0} {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			spec := analysis.Original()
			rows := newRows(spec.Period)
			t := newTally(&plan{codelists: []string{"a"}, columns: []string{"a"}, codelist: []int{0}}, rows)
			chunk := &cohort.Chunk{Rows: 8192, PerDay: 86_400e9, Valid: make([]uint64, 128), Instants: make([]int64, 8192)}
			for i := range chunk.Instants {
				chunk.Instants[i] = (int64(rows.start) + r.Int64N(700)) * chunk.PerDay
				if r.Float64() < share {
					chunk.Valid[i/64] |= 1 << (i % 64)
				}
			}
			b.SetBytes(8 * 8192)
			for b.Loop() {
				if err := t.add(chunk); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
