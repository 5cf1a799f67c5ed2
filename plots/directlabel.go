package plots

import (
	"math"
	"sort"
)

// Direct labels name lines where there is room beside them, so that a reader
// need not go back and forth to the legend.
const (
	labelSize = 0.88 // in ems
	labelGap  = 8.0  // from a point to its label, bridged by a short line
	labelOwn  = 2.5  // what a label keeps from its own line
	// prominence is how far a labelled point is from other lines, in ems.
	prominence = 2.8
	// maxLabelled and maxLabelledRows bound the search: a panel with more
	// lines has no room, with more rows no points to stand by.
	maxLabelled     = 8
	maxLabelledRows = 600
)

// clearances are the distances that a label may keep from other lines, best
// first; nearer than the last it might be taken for theirs.
var clearances = []float64{34, 26, 19, 13}

// labelled is a place for a label.
type labelled struct {
	box  rectangle
	base point // of its text, at the anchor
	// anchor is where the text is near its line: with other letters than
	// those it was measured with, it grows away from it.
	anchor   anchor
	from, to point // of the line that leads to it
	score    float64
}

// directLabels places a label beside each line that has room for one.
func (l *layout) directLabels(traces []trace, fr frame) []element {
	rows := len(l.figure.table.Weeks())
	if len(traces) < 2 || len(traces) > maxLabelled || rows > maxLabelledRows {
		return nil
	}
	var elements []element
	var taken []rectangle
	for i, t := range traces {
		size := l.grid.text * labelSize
		width := l.face.width(t.label, size, false)
		best := labelled{score: -1}
		for week := range t.at {
			if !t.told[week] || !standsOut(traces, i, week, prominence*l.grid.text) {
				continue
			}
			for _, place := range places(t.at[week], width, size) {
				place.score = l.rate(traces, i, place, fr, taken)
				if place.score > best.score {
					best = place
				}
			}
		}
		if best.score < 0 {
			continue
		}
		taken = append(taken, best.box)
		elements = append(elements,
			box{grown(best.box, 1.5), paper}, // grid lines do not run through it
			lines{runs: [][]point{{best.from, best.to}}, ink: t.style.ink, width: 1},
			label{at: best.base, anchor: best.anchor, text: t.label, size: size, ink: strong})
	}
	return elements
}

// standsOut tells whether a line's point is away from all others of its row.
// A label at a line in a tangle of lines would help nobody.
func standsOut(traces []trace, i, week int, distance float64) bool {
	for k, other := range traces {
		if k != i && other.told[week] && math.Abs(other.at[week].y-traces[i].at[week].y) < distance {
			return false
		}
	}
	return true
}

// places are right, left and above of a point.
func places(at point, width, size float64) []labelled {
	height := size
	level := at.y + 0.36*size
	return []labelled{
		{
			box:  rectangle{at.x + labelGap, at.y - height/2, width, height},
			base: point{at.x + labelGap, level}, from: point{at.x + 3, at.y}, to: point{at.x + labelGap - 1.5, at.y},
		},
		{
			box:  rectangle{at.x - labelGap - width, at.y - height/2, width, height},
			base: point{at.x - labelGap, level}, anchor: end, from: point{at.x - 3, at.y}, to: point{at.x - labelGap + 1.5, at.y},
		},
		{
			box:  rectangle{at.x - width/2, at.y - labelGap - height, width, height},
			base: point{at.x, at.y - labelGap - 0.2*height}, anchor: middle, from: point{at.x, at.y - 3}, to: point{at.x, at.y - labelGap + 1},
		},
	}
}

// rate is how good a place is, or -1 when it covers something or lies too near
// to another line. High on the line is better: there it stands out.
func (l *layout) rate(traces []trace, i int, place labelled, fr frame, taken []rectangle) float64 {
	b := place.box
	if b.x < fr.plot.x+2 || b.right() > fr.plot.right() || b.y < fr.plot.y-labelGap || b.bottom() > fr.plot.bottom()-3 {
		return -1
	}
	for _, other := range taken {
		if grown(b, 4).overlaps(other) {
			return -1
		}
	}
	if traces[i].crosses(grown(b, labelOwn)) {
		return -1
	}
	for _, distance := range clearances {
		around := grown(b, distance)
		clear := true
		for k, other := range traces {
			if k != i && other.crosses(around) {
				clear = false
				break
			}
		}
		if clear {
			return distance + 12*(fr.plot.bottom()-place.from.y)/fr.plot.height
		}
	}
	return -1
}

func grown(r rectangle, by float64) rectangle {
	return rectangle{r.x - by, r.y - by, r.width + 2*by, r.height + 2*by}
}

// crosses tells whether the trace's line or a point of it comes into a
// rectangle.
func (t trace) crosses(r rectangle) bool {
	first := sort.Search(len(t.xs), func(i int) bool { return t.xs[i] >= r.x })
	for week := max(0, first-1); week < len(t.at); week++ {
		if week > first && t.xs[week-1] > r.right() {
			return false
		}
		if !t.told[week] {
			continue
		}
		from := t.at[week]
		if t.joined[week] {
			from = t.at[week-1]
		}
		if enters(from, t.at[week], r) {
			return true
		}
	}
	return false
}

// enters tells whether a segment has a part inside a rectangle: it clips the
// segment at each side in turn (Liang and Barsky).
func enters(a, b point, r rectangle) bool {
	low, high := 0.0, 1.0
	dx, dy := b.x-a.x, b.y-a.y
	for _, side := range [4][2]float64{{-dx, a.x - r.x}, {dx, r.right() - a.x}, {-dy, a.y - r.y}, {dy, r.bottom() - a.y}} {
		p, q := side[0], side[1]
		switch {
		case p == 0 && q < 0:
			return false
		case p < 0:
			low = max(low, q/p)
		case p > 0:
			high = min(high, q/p)
		}
	}
	return low <= high
}
