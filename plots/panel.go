package plots

const (
	lineWidth = 1.5
	// Marks are this large, or less where rows are close, down to a size that
	// is still more than the line.
	markSize      = 3.6
	smallMarkSize = 2.0
	originalSize  = 0.85 // of the original's ticks, in ems
	laneFill      = 0.7  // of a lane's height is its mark, the rest a gap
	// crowded is the room of one row, in points, below which marks would run
	// into each other and only the line is drawn.
	crowded = 1.8
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

// y0 is where a count stands on the page.
func (fr frame) y0(count float64) float64 {
	return fr.plot.bottom() - count/fr.counts.top*fr.plot.height
}
