package plots

import (
	"math"
	"time"
)

// trace is where a series runs on the page.
type trace struct {
	series
	xs   []float64 // of each row of the table
	at   []point   // of each row that has a count
	told []bool    // whether the row has one
	// joined tells whether the line goes on from the row before: both have a
	// count and no row is missing between.
	joined []bool
}

func (l *layout) traces(p panel, fr frame) []trace {
	weeks := l.figure.table.Weeks()
	xs := make([]float64, len(weeks))
	for week, date := range weeks {
		xs[week] = fr.plot.x + l.time.at(date)*fr.plot.width
	}
	traces := make([]trace, len(p.series))
	for i, s := range p.series {
		t := trace{series: s, xs: xs, at: make([]point, len(weeks)), told: make([]bool, len(weeks)), joined: make([]bool, len(weeks))}
		l.figure.told(s, func(week int, date time.Time, count int64) {
			t.at[week] = point{xs[week], fr.y0(float64(count))}
			t.told[week] = true
			t.joined[week] = week > 0 && t.told[week-1] && l.figure.cadence.follows(weeks[week-1], date)
		})
		traces[i] = t
	}
	return traces
}

const (
	// near is how far apart two points may be, in points, and still hide each
	// other: half a line.
	near = 0.8
	// stripe is the length of the stripes of lines that lie on each other.
	stripe = 5.0
	// maxShared is how many series a panel may have for lines on each other to
	// be looked for; in a panel with more the eye follows none.
	maxShared = 12
)

// share is a series' part where several lie on each other: the rank-th of so
// many. A line on its own is {0, 1}.
type share struct{ rank, of int }

// sharing finds, for each row and the line that leads to it, with how many
// other traces i lies there. Of lines on each other each draws its own stripes
// over the first, so that none hides another.
func sharing(traces []trace, i, week int, line bool) share {
	s := share{of: 1}
	if len(traces) > maxShared {
		return s
	}
	for k, other := range traces {
		if k == i || !traces[i].meets(other, week) {
			continue
		}
		if line && (!other.joined[week] || !traces[i].meets(other, week-1)) {
			continue
		}
		s.of++
		if k < i {
			s.rank++
		}
	}
	return s
}

func (t trace) meets(other trace, week int) bool {
	return t.told[week] && other.told[week] && math.Abs(t.at[week].y-other.at[week].y) < near
}
