package dummydata

import (
	"math"
	"slices"
	"strconv"

	"cohortcounts/study"
)

// numberBins is how many runs a distribution's numbers are divided into.
const numberBins = 24

// spread gathers how numbers are distributed.
type spread struct {
	count, sum, squares float64
	edges               []float64 // where bins begin; the first takes all that is less, too
	asked               []float64
	bins                []int
}

func (s *spread) add(x float64) {
	s.count++
	s.sum += x
	s.squares += float64(x * x)
	if s.edges == nil {
		return
	}
	i, found := slices.BinarySearch(s.edges, x)
	if !found {
		i--
	}
	s.bins[max(i, 0)]++
}

func (s *spread) mean() float64 { return s.sum / max(s.count, 1) }

func (s *spread) deviation() float64 {
	mean := s.mean()
	return math.Sqrt(max(0, s.squares/max(s.count, 1)-float64(mean*mean)))
}

// newSpread lays out bins for what a node expects of its numbers.
func newSpread(n *node) *spread {
	s := &spread{}
	if n.form != formInt && n.form != formFloat || n.expected == nil || n.kind == aggregate {
		return s
	}
	source := &n.numbers
	whole := n.form == formInt
	low, high := source.quantiles(whole)
	step := (high - low) / numberBins
	if whole {
		step = max(1, math.Ceil(step))
		low = math.Floor(low)
	}
	if !(step > 0) {
		step = 1
	}
	zeros := whole && n.expected.Rate != study.Universal
	for at := low; at <= high && len(s.edges) < 2*numberBins; at += step {
		s.edges = append(s.edges, at)
	}
	s.bins = make([]int, len(s.edges))
	total := 0.0
	for i, edge := range s.edges {
		from, to := edge, edge+step
		if i == 0 {
			from = math.Inf(-1)
		}
		if i == len(s.edges)-1 {
			to = math.Inf(1)
		}
		share := source.below(to, whole) - source.below(from, whole)
		if zeros && from <= 0 && to > 0 { // a 0 looks like no value
			share -= source.below(1, whole) - source.below(0, whole)
		}
		s.asked = append(s.asked, share)
		total += share
	}
	for i := range s.asked {
		s.asked[i] /= max(total, 1e-9)
	}
	return s
}

// quantiles are the ends of what is shown: all but a thousandth on each side.
func (s *numberSource) quantiles(whole bool) (low, high float64) {
	if s.table == nil && !whole {
		return s.float(share(0.001)), s.float(share(0.999))
	}
	return float64(s.integer(share(0.001))), float64(s.integer(share(0.999)))
}

// below is the chance of a number less than x; whole ones are cut towards 0.
func (s *numberSource) below(x float64, whole bool) float64 {
	switch {
	case math.IsInf(x, -1):
		return 0
	case math.IsInf(x, 1):
		return 1
	case s.table != nil:
		at := int64(math.Ceil(x)) - s.first - 1
		switch {
		case at < 0:
			return 0
		case at >= int64(len(s.table)):
			return 1
		}
		return float64(s.table[at]) / (1 << 64)
	case whole && x <= 0: // what is cut to k is above k-1
		return s.normalBelow(math.Ceil(x) - 1)
	}
	return s.normalBelow(x)
}

func (s *numberSource) normalBelow(x float64) float64 {
	if s.deviation == 0 {
		if x > s.mean {
			return 1
		}
		return 0
	}
	return math.Erfc(-(x-s.mean)/s.deviation/math.Sqrt2) / 2
}

// parts are the shares of the bins, of so many numbers.
func (s *spread) parts(got int) []ComparedPart {
	var parts []ComparedPart
	for i, edge := range s.edges {
		parts = append(parts, ComparedPart{
			Name:  strconv.FormatFloat(edge, 'g', 4, 64),
			Asked: s.asked[i], Got: float64(s.bins[i]) / float64(max(got, 1)),
		})
	}
	return parts
}
