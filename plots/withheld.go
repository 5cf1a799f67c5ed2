package plots

// maxStrip is how high the strip of lanes gets, in ems, for any number of
// series.
const maxStrip = 3

// laneGap is the room between the plot and the first lane, in ems.
const laneGap = 0.3

// laneStrip is the height that a panel's lanes take: one lane under the plot
// for each series that has a withheld row.
func (l *layout) laneStrip(p panel) float64 {
	n := p.lanes()
	if n == 0 {
		return 0
	}
	return l.grid.text * (laneGap + min(maxStrip, laneHeight*float64(n)))
}

// withheld marks the withheld rows of each series under its gaps: a bar as
// long as the rows, in the series' lane and ink.
func (l *layout) withheld(p panel, fr frame) []element {
	var elements []element
	lane := 0
	top := fr.plot.bottom() + laneGap*l.grid.text
	height := 0.0
	if n := p.lanes(); n > 0 {
		height = (fr.lanes - laneGap*l.grid.text) / float64(n)
	}
	for _, s := range p.series {
		if s.withheld == 0 {
			continue
		}
		y := top + (float64(lane)+0.5)*height
		elements = append(elements, lines{runs: l.withheldRuns(s, fr, y), ink: s.style.ink, width: height * laneFill, butt: true})
		lane++
	}
	return elements
}

// lanes is how many series have a withheld row.
func (p panel) lanes() int {
	n := 0
	for _, s := range p.series {
		if s.withheld > 0 {
			n++
		}
	}
	return n
}

// withheldRuns joins neighbouring withheld rows to one bar.
func (l *layout) withheldRuns(s series, fr frame, y float64) [][]point {
	weeks := l.figure.table.Weeks()
	// A row's bar is 0.8 of its room wide, and never too small to be seen.
	half := max(0.6, 0.4*fr.plot.width*l.figure.cadence.days/daysBetween(l.time.first, l.time.last))
	var runs [][]point
	last := -2
	for week, date := range weeks {
		if !l.figure.table.Cell(week, s.column).Withheld {
			continue
		}
		x := fr.plot.x + l.time.at(date)*fr.plot.width
		if last == week-1 && l.figure.cadence.follows(weeks[last], date) {
			runs[len(runs)-1][1].x = x + half
		} else {
			runs = append(runs, []point{{x - half, y}, {x + half, y}})
		}
		last = week
	}
	return runs
}
