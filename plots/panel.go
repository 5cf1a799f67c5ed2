package plots

const (
	lineWidth = 1.5
	// Marks are this large, or less where rows are close, down to a size that
	// is still more than the line.
	markSize      = 3.6
	smallMarkSize = 2.2
	originalSize  = 0.85 // of the original's ticks, in ems
	laneFill      = 0.7  // of a lane's height is its mark, the rest a gap
	// crowded is the room of one row, in points, below which marks would run
	// into each other and only the line is drawn.
	crowded = 2.2
	// maxTips is how many points can be pointed at: each costs some 60 bytes.
	maxTips = 2500
)

// draw is one panel.
func (l *layout) draw(p panel, fr frame) group {
	em := l.grid.text
	g := group{title: p.title, description: l.figure.describe(p)}
	y := fr.y
	for _, line := range fr.title {
		y += em * titleLead
		g.add(label{at: point{fr.x, y - 0.45*em}, text: line, size: em * titleSize, bold: true, ink: strong})
	}
	g.add(fr.legend.draw(point{fr.x, y})...)
	g.add(l.countAxis(fr)...)
	g.add(l.timeAxis(fr)...)
	g.add(l.withheld(p, fr)...)
	traces := l.traces(p, fr)
	for i := range traces {
		g.add(l.drawTrace(traces, i, fr)...)
	}
	g.add(l.directLabels(traces, fr)...)
	if p.empty() {
		g.add(label{
			at:   point{fr.plot.x + fr.plot.width/2, fr.plot.y + fr.plot.height/2},
			text: "every count is withheld", size: em, ink: muted, anchor: middle,
		})
	}
	return g
}

func (g *group) add(elements ...element) { g.elements = append(g.elements, elements...) }

// empty tells whether a panel has nothing to draw.
func (p panel) empty() bool {
	for _, s := range p.series {
		if s.told > 0 {
			return false
		}
	}
	return true
}

// countAxis draws the caption, grid lines and counts.
func (l *layout) countAxis(fr frame) []element {
	em := l.grid.text
	caption := l.figure.cadence.caption()
	if fr.counts.name != "" {
		caption += ", " + fr.counts.name
	}
	elements := []element{label{at: point{fr.x, fr.plot.y - em*plotLead}, text: caption, size: em, ink: muted}}
	var grid [][]point
	for _, tick := range fr.counts.ticks() {
		y := fr.y0(tick)
		if tick > 0 {
			grid = append(grid, []point{{fr.plot.x, y}, {fr.plot.right(), y}})
		}
		elements = append(elements, label{
			at: point{fr.plot.x - 0.6*em, y + 0.35*em}, text: fr.counts.label(tick), size: em, ink: muted, anchor: end,
		})
	}
	return append(elements,
		lines{runs: grid, ink: rule, width: 0.8, butt: true},
		lines{runs: [][]point{{{fr.plot.x, fr.plot.bottom()}, {fr.plot.right(), fr.plot.bottom()}}}, ink: axis, width: 1, butt: true})
}

// timeAxis draws the ticks and dates under the plot and the lanes.
func (l *layout) timeAxis(fr frame) []element {
	em := l.grid.text
	top := fr.plot.bottom() + fr.lanes
	dates := l.figure.table.Weeks()
	if l.figure.options.Ticks == OriginalTicks {
		size := em * originalSize
		var elements []element
		var runs [][]point
		for _, t := range l.time.originalTicks(dates, fr.plot.width, size*1.1) {
			x := fr.plot.x + t.at*fr.plot.width
			runs = append(runs, []point{{x, top}, {x, top + em*tickLength}})
			elements = append(elements, label{
				at: point{x + 0.35*size, top + em*(tickLength+0.3)}, text: t.label, size: size, ink: muted, anchor: end, turned: true,
			})
		}
		return append(elements, lines{runs: runs, ink: axis, width: 1, butt: true})
	}
	var elements []element
	var runs [][]point
	width := func(text string) float64 { return l.face.width(text, em, false) }
	ticks := l.time.ticks(dates, l.figure.cadence, fr.plot.width, 0.4*em, width)
	for _, t := range ticks {
		x := fr.plot.x + t.at*fr.plot.width
		length := em * tickLength
		if t.label == "" {
			length *= 0.6
		}
		runs = append(runs, []point{{x, top}, {x, top + length}})
		for i, text := range []string{t.label, t.year} {
			// The last label may reach into the margin, not off the page.
			if text != "" && x+width(text)/2 < fr.right()+l.grid.margin() {
				elements = append(elements, label{
					at: point{x, top + em*(tickLength+1.0+1.2*float64(i))}, text: text, size: em, ink: muted, anchor: middle,
				})
			}
		}
	}
	return append(elements, lines{runs: runs, ink: axis, width: 1, butt: true})
}

// y0 is where a count stands on the page.
func (fr frame) y0(count float64) float64 {
	return fr.plot.bottom() - count/fr.counts.top*fr.plot.height
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
