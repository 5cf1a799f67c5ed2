package plots

import "fmt"

// legend is a panel's legend, above the plot where it covers no data: entries
// in columns, filled row after row.
type legend struct {
	entries []entry
	columns int
	column  float64 // width of one
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
	sampleWidth = 2.1 // of a line in the legend, in ems
	sampleGap   = 0.5
	columnGap   = 1.4
)

// newLegend lists the panel's series and, where there are such, what marks a
// withheld row. Entries that do not fit into height are counted in a last one.
func (l *layout) newLegend(p panel, width, height float64) legend {
	g := legend{em: l.grid.text}
	withheld := false
	for _, s := range p.series {
		g.entries = append(g.entries, entry{text: l.legendText(s, width), style: s.style})
		withheld = withheld || s.withheld > 0
	}
	if withheld {
		g.entries = append(g.entries, entry{text: "withheld (a small number)", withheld: true})
	}
	widest := 0.0
	for _, e := range g.entries {
		widest = max(widest, l.face.width(e.text, g.em, false))
	}
	g.column = widest + g.em*(sampleWidth+sampleGap+columnGap)
	g.columns = min(max(1, int((width+g.em*columnGap)/g.column)), max(1, len(g.entries)))
	rows := max(1, int(height/(g.em*legendLead)))
	if fit := rows * g.columns; len(g.entries) > fit {
		more := fmt.Sprintf("and %d more", len(g.entries)-fit+1)
		g.entries = append(g.entries[:fit-1], entry{text: more, plain: true})
	}
	return g
}

// legendText is a series' label and total; a label that is too long is cut,
// its total is not.
func (l *layout) legendText(s series, width float64) string {
	em := l.grid.text
	name, total := s.name()
	total = ", " + total
	room := width - em*(sampleWidth+sampleGap) - l.face.width(total, em, false)
	return l.face.fit(name, em, false, room) + total
}

func (g legend) rows() int {
	return (len(g.entries) + max(1, g.columns) - 1) / max(1, g.columns)
}

func (g legend) height() float64 { return float64(g.rows()) * g.em * legendLead }

// draw places the legend with its upper left corner at a point.
func (g legend) draw(at point) []element {
	var elements []element
	for i, e := range g.entries {
		x := at.x + float64(i%g.columns)*g.column
		base := at.y + (float64(i/g.columns)+0.75)*g.em*legendLead
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
