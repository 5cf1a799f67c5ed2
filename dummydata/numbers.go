package dummydata

import (
	"math"
	"slices"

	"cohortcounts/internal/samebits"
	"cohortcounts/study"
)

// A cumulative distribution over 0, 1, 2…: above[i] is the chance, of 2^64, of
// a value of i or less.
type cumulative []uint64

// newCumulative takes chances that sum to one, or nearly.
func newCumulative(chances []float64) cumulative {
	total := 0.0
	for _, p := range chances {
		total += p
	}
	c := make(cumulative, len(chances))
	sum, last := 0.0, 0
	for i, p := range chances {
		sum += p
		c[i] = share(sum / total)
		if p > 0 {
			last = i
		}
	}
	for i := last; i < len(c); i++ { // rounding must not leave a gap at the end
		c[i] = math.MaxUint64
	}
	return c
}

// shares are the chances that c was made of.
func (c cumulative) shares() []float64 {
	chances := make([]float64, len(c))
	last := uint64(0)
	for i, bound := range c {
		chances[i] = float64(bound-last) / (1 << 64)
		last = bound
	}
	return chances
}

// share is p of 2^64.
func share(p float64) uint64 {
	if p >= 1 {
		return math.MaxUint64
	}
	return uint64(p * (1 << 64))
}

// at is the quantile u.
func (c cumulative) at(u uint64) int {
	if len(c) <= 16 { // a short list is looked through faster than halved
		n := 0
		for _, bound := range c[:len(c)-1] {
			if u >= bound {
				n++
			}
		}
		return n
	}
	i, found := slices.BinarySearch(c, u)
	if found {
		// u at a bound belongs to the next value that has a chance.
		for i++; i < len(c)-1 && c[i] == c[i-1]; i++ {
		}
	}
	return min(i, len(c)-1)
}

// populationBands are people in the United Kingdom, in thousands, aged 0-4,
// 5-9, …, 95-99 and 100 or more, as the original has them.
var populationBands = [...]float64{
	3914, 4139, 3859, 3669, 4185, 4527, 4463, 4372, 3993, 4507, 4674,
	4294, 3673, 3396, 3252, 2236, 1673, 1024, 448, 123, 13,
}

// populationAges are the chances of the ages 0 to 109. As in the original each
// of the ages 100 to 109 has a year's share of the last band, as if that had
// five, and the sum is brought back to one at the age of 50, the first of the
// largest band.
func populationAges() []float64 {
	total := 0.0
	for _, n := range populationBands {
		total += n
	}
	ages := make([]float64, 110)
	sum := 0.0
	for age := range ages {
		ages[age] = populationBands[min(age/5, 20)] / (5 * total)
		sum += ages[age]
	}
	ages[50] -= sum - 1
	return ages
}

// A numberSource gives the numbers of a distribution by quantile.
type numberSource struct {
	mean, deviation float64    // of a normal distribution
	table           cumulative // of any other
	first           int64      // the number that is the table's 0
}

func newNumberSource(d *study.Distribution) numberSource {
	switch d.Name {
	case "population_ages":
		return numberSource{table: newCumulative(populationAges())}
	case "poisson":
		return poisson(d.Mean)
	}
	return numberSource{mean: d.Mean, deviation: d.StdDev}
}

// largestPoisson is the mean from which on a normal distribution stands in for
// Poisson's: they differ by less than one part in ten thousand there.
const largestPoisson = 1e7

func poisson(mean float64) numberSource {
	if mean > largestPoisson {
		return numberSource{mean: mean, deviation: math.Sqrt(mean)}
	}
	// Beyond twelve standard deviations nothing is left of 2^64.
	reach := float64(12*math.Sqrt(mean)) + 30
	first, logMean := math.Floor(max(0, mean-reach)), 0.0
	if mean > 0 {
		logMean = samebits.Log(mean)
	}
	chances := make([]float64, int(mean+reach-first)+1)
	for i := range chances {
		k := first + float64(i)
		chances[i] = samebits.Exp(float64(k*logMean) - mean - samebits.LogFactorial(int(k)))
	}
	if mean == 0 {
		chances = []float64{1}
	}
	return numberSource{table: newCumulative(chances), first: int64(first)}
}

func (s *numberSource) float(u uint64) float64 {
	return s.mean + float64(s.deviation*samebits.NormalQuantile(unit(u)))
}

// integer cuts a normal distribution's number towards zero, as the original.
func (s *numberSource) integer(u uint64) int64 {
	if s.table == nil {
		return int64(s.float(u))
	}
	return s.first + int64(s.table.at(u))
}
