package plots

import "fmt"

// legend is a panel's legend, above the plot where it covers no data: entries
// in columns, filled row after row.
type legend struct {
	entries []entry
	columns []float64 // where each begins, from the legend's left
	em      float64
}

// entry is one line of a legend.
type entry struct {
	text     string
	style    style
	withheld bool // explains the mark of withheld rows instead of a series
	plain    bool // has no sample
}

const (
	legendSize  = 0.88 // of its text, in ems of the panel's
	sampleWidth = 1.7  // of a line in the legend, in ems of its text
	sampleGap   = 0.5
	columnGap   = 0.6 // and what the texts are measured too wide
)

// newLegend lists the panel's series and, where there are such, what marks a
// withheld row. Entries that do not fit into height are counted in a last one.
func (l *layout) newLegend(p panel, width, height float64) legend {
	g := legend{em: l.grid.text * legendSize}
	withheld := false
	for _, s := range p.series {
		g.entries = append(g.entries, entry{text: l.legendText(s, width), style: s.style})
		withheld = withheld || s.withheld > 0
	}
	if withheld {
		g.entries = append(g.entries, entry{text: "withheld", withheld: true})
	}
	g.arrange(l.face, width)
	rows := max(1, int(height/(g.em*legendLead)))
	if fit := rows * len(g.columns); len(g.entries) > fit {
		more := fmt.Sprintf("and %d more", len(g.entries)-fit+1)
		g.entries = append(g.entries[:fit-1], entry{text: more, plain: true})
	}
	return g
}

// arrange finds the most columns that fit side by side.
func (g *legend) arrange(face *typeface, width float64) {
	sample := g.em * (sampleWidth + sampleGap)
	for n := min(len(g.entries), 8); n >= 1; n-- {
		widths := make([]float64, n)
		for i, e := range g.entries {
			widths[i%n] = max(widths[i%n], sample+face.width(e.text, g.em, false))
		}
		g.columns = g.columns[:0]
		x := 0.0
		for _, w := range widths {
			g.columns = append(g.columns, x)
			x += w + g.em*columnGap
		}
		if x-g.em*columnGap <= width {
			return
		}
	}
}

// fits tells whether no entry is wider than the panel.
func (g legend) fits(face *typeface, width float64) bool {
	for _, e := range g.entries {
		if g.em*(sampleWidth+sampleGap)+face.width(e.text, g.em, false) > width+0.01 {
			return false
		}
	}
	return true
}

// legendText is a series' label and total; a label that is too long is cut,
// its total is not.
func (l *layout) legendText(s series, width float64) string {
	em := l.grid.text * legendSize
	name, total := s.name()
	total = ", " + total
	room := width - em*(sampleWidth+sampleGap) - l.face.width(total, em, false)
	return l.face.fit(name, em, false, room) + total
}

func (g legend) height() float64 {
	if len(g.entries) == 0 {
		return 0
	}
	rows := (len(g.entries) + len(g.columns) - 1) / len(g.columns)
	return float64(rows) * g.em * legendLead
}

// draw places the legend with its upper left corner at a point.
func (g legend) draw(at point) []element {
	var elements []element
	for i, e := range g.entries {
		x := at.x + g.columns[i%len(g.columns)]
		base := at.y + (float64(i/len(g.columns))+0.75)*g.em*legendLead
		y := base - 0.36*g.em
		from, to := point{x, y}, point{x + sampleWidth*g.em, y}
		centre := point{x + sampleWidth*g.em/2, y}
		switch {
		case e.plain:
		case e.withheld:
			height := laneHeight * g.em * laneFill
			elements = append(elements, box{rectangle{centre.x - 0.7*g.em, y - height/2, 1.4 * g.em, height}, muted})
		default:
			elements = append(elements,
				lines{runs: [][]point{{from, to}}, ink: e.style.ink, width: lineWidth, dash: e.style.dash},
				marks{shape: e.style.shape, size: 0.55 * g.em, ink: e.style.ink, at: []point{centre}})
		}
		elements = append(elements, label{
			at: point{x + (sampleWidth+sampleGap)*g.em, base}, text: e.text, size: g.em, ink: strong,
		})
	}
	return elements
}
