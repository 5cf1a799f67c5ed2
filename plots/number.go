package plots

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// grouped is a whole number in decimal digits with commas between thousands.
func grouped(digits string) string {
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func groupedInt(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

func groupedBig(n *big.Int) string { return grouped(n.String()) }

// countAxis is the vertical scale of a panel: from zero, in round steps.
type countAxis struct {
	top  float64 // the count at the upper end
	step float64
	unit float64 // what the labels count: 1, a million, ...
	name string  // of the unit; empty for 1
}

// newCountAxis is a scale that holds counts up to largest with about steps
// grid lines. Steps are 1, 2, 2.5 or 5 times a power of ten and whole.
func newCountAxis(largest int64, steps int) countAxis {
	a := countAxis{top: 1, step: 1, unit: 1}
	if largest > 0 {
		least := float64(largest) / float64(max(steps, 1))
		power := math.Pow(10, math.Floor(math.Log10(least)))
		for _, factor := range []float64{1, 2, 2.5, 5, 10} {
			a.step = max(1, factor*power)
			if a.step >= least && a.step == math.Trunc(a.step) {
				break
			}
		}
		// A grid line above the highest count frames the plot, but not at the
		// cost of much empty space.
		a.top = math.Ceil(float64(largest)/a.step) * a.step
		if a.top-float64(largest) > 0.6*a.step {
			a.top = 1.02 * float64(largest)
		}
	}
	for _, unit := range []struct {
		from, size float64
		name       string
	}{{1e7, 1e6, "millions"}, {1e10, 1e9, "billions"}, {1e13, 1e12, "trillions"}, {1e16, 1e15, "quadrillions"}} {
		if a.top >= unit.from {
			a.unit, a.name = unit.size, unit.name
		}
	}
	return a
}

// ticks is the counts that get a grid line, from zero.
func (a countAxis) ticks() []float64 {
	var ticks []float64
	for i := 0; float64(i)*a.step <= a.top; i++ {
		ticks = append(ticks, float64(i)*a.step)
	}
	return ticks
}

// label is how a tick is written.
func (a countAxis) label(tick float64) string {
	text := strconv.FormatFloat(math.Round(tick/a.unit*1000)/1000, 'f', -1, 64)
	whole, fraction, ok := strings.Cut(text, ".")
	if !ok {
		return grouped(whole)
	}
	return grouped(whole) + "." + fraction
}
