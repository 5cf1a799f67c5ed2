package plots

import (
	"math"
	"time"
)

// drawTrace is a trace's line and marks.
func (l *layout) drawTrace(traces []trace, i int, fr frame) []element {
	return append(lineOf(traces, i), l.marksOf(traces, i, fr)...)
}

// lineOf draws a trace's line: in one element what runs on its own, in
// another each kind of part that lies on other lines.
func lineOf(traces []trace, i int) []element {
	t := traces[i]
	var order []share // of appearance
	parts := map[share][][]point{}
	var last share
	for week := range t.at {
		if !t.joined[week] {
			last = share{}
			continue
		}
		s := sharing(traces, i, week, true)
		if s.rank == 0 {
			s = share{of: 1} // the first of several is solid, as one alone
		}
		runs, ok := parts[s]
		if !ok {
			order = append(order, s)
		}
		if s != last {
			runs = append(runs, []point{t.at[week-1]})
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], t.at[week])
		parts[s], last = runs, s
	}
	var elements []element
	for _, s := range order {
		line := lines{runs: parts[s], ink: t.style.ink, width: lineWidth, dash: t.style.dash}
		if s.rank > 0 {
			line.dash = []float64{stripe, stripe * float64(s.of-1)}
			line.offset = stripe * float64(s.of-s.rank)
		}
		elements = append(elements, line)
	}
	return elements
}

// marksOf draws a mark at each count. Of marks on each other, those below are
// larger, each in its turn, so that they look out.
func (l *layout) marksOf(traces []trace, i int, fr frame) []element {
	t := traces[i]
	room := fr.plot.width / float64(len(t.at))
	size := math.Round(10*min(markSize, max(smallMarkSize, 0.8*room))) / 10
	full := marks{shape: t.style.shape, size: size, ink: t.style.ink}
	small := marks{shape: circle, size: size / 2, ink: t.style.ink}
	tips := l.points() <= maxTips
	for week, at := range t.at {
		if !t.told[week] || room < crowded && !t.alone(week) {
			continue
		}
		m := &full
		if s := sharing(traces, i, week, false); week%s.of != s.rank {
			m = &small
		}
		m.at = append(m.at, at)
		if tips {
			date, count := l.figure.table.Weeks()[week], l.figure.table.Cell(week, t.column).Count
			m.tips = append(m.tips, date.Format(time.DateOnly)+": "+groupedInt(count))
		}
	}
	return []element{full, small}
}

// alone tells whether a point has no neighbour, so that no line shows it.
func (t trace) alone(week int) bool {
	return !t.joined[week] && (week+1 == len(t.at) || !t.joined[week+1])
}

// points is how many points the whole figure has.
func (l *layout) points() int {
	n := 0
	for _, p := range l.figure.panels {
		for _, s := range p.series {
			n += s.told
		}
	}
	return n
}
