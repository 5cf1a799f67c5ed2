package plots

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
	if l.figure.options.Ticks == OriginalTicks {
		return l.originalAxis(fr)
	}
	em := l.grid.text
	top := fr.plot.bottom() + fr.lanes
	width := func(text string) float64 { return l.face.width(text, em, false) }
	var elements []element
	var runs [][]point
	for _, t := range l.time.ticks(l.figure.table.Weeks(), l.figure.cadence, fr.plot.width, tickGap*em, width) {
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

// originalAxis draws the dates as the original has them.
func (l *layout) originalAxis(fr frame) []element {
	em := l.grid.text
	size := em * originalSize
	top := fr.plot.bottom() + fr.lanes
	var elements []element
	var runs [][]point
	for _, t := range l.time.originalTicks(l.figure.table.Weeks(), fr.plot.width, size*1.1) {
		x := fr.plot.x + t.at*fr.plot.width
		runs = append(runs, []point{{x, top}, {x, top + em*tickLength}})
		elements = append(elements, label{
			at: point{x + 0.35*size, top + em*(tickLength+0.3)}, text: t.label, size: size, ink: muted, anchor: end, turned: true,
		})
	}
	return append(elements, lines{runs: runs, ink: axis, width: 1, butt: true})
}
