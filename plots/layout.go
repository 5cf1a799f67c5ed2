package plots

import (
	"fmt"
	"math"
)

// layout places a figure's panels on a page. All plots have one size; those of
// one row of the grid begin at one height, those of one column have their
// vertical axis at one place, so that they can be compared.
type layout struct {
	figure *Figure
	face   *typeface
	grid   grid
	time   timeAxis
	frames []frame
	foot   []string // lines at the foot of the page
}

// frame is one panel's place and the parts of it that are measured first.
type frame struct {
	rectangle           // of the panel
	plot      rectangle // where the data are, inside
	title     []string  // its lines
	legend    legend
	counts    countAxis
	lanes     float64 // height of the strip that marks withheld rows
}

// Sizes of a panel's parts, in ems of its text.
const (
	titleSize   = 1.18
	titleLead   = 1.5  // from one line of the title to the next
	legendLead  = 1.4  // from one line of the legend to the next
	captionLead = 1.85 // from the legend's end to the base line of the caption
	plotLead    = 1.05 // from there to the plot's top
	tickLead    = 2.7  // between grid lines, at the least
	tickLength  = 0.35
	tickGap     = 0.4 // between dates, at the least
	laneHeight  = 0.34
	footSize    = 0.9
	footLead    = 1.3
)

// leastPlot is the height of a plot, by its panel's width, below which a page
// whose height is free grows: under many lines of a legend.
const leastPlot = 0.4

// lowestPlot is the height and width of a plot, in ems, below which it shows
// nothing.
const lowestPlot = 4

// scene draws the figure.
func (f *Figure) scene() (scene, error) {
	face, err := newTypeface()
	if err != nil {
		return scene{}, err
	}
	l := &layout{figure: f, face: face, grid: newGrid(len(f.panels), f.options), time: newTimeAxis(f.table.Weeks(), f.cadence)}
	// On a page of given size text shrinks until the panels fit.
	for err = l.measure(); err != nil; err = l.measure() {
		if l.grid.text -= 0.5; l.grid.text < smallestText {
			return scene{}, err
		}
	}
	page := scene{width: l.grid.width, height: l.grid.height, title: f.Title()}
	page.elements = append(page.elements, box{rectangle{0, 0, page.width, page.height}, paper})
	for i, p := range f.panels {
		page.elements = append(page.elements, l.draw(p, l.frames[i]))
	}
	for i, line := range l.foot {
		base := page.height - l.grid.margin() - l.grid.text*footLead*(float64(len(l.foot)-i-1)+0.2)
		page.elements = append(page.elements, label{at: point{l.grid.margin(), base}, text: line, size: l.grid.text * footSize, ink: muted})
	}
	return page, nil
}

// measure fills the frames: first what stands around the plots, then what is
// left for these.
func (l *layout) measure() error {
	em := l.grid.text
	l.frames = make([]frame, len(l.figure.panels))
	l.foot = nil
	headers := make([]float64, l.grid.rows)
	footers := make([]float64, l.grid.rows)
	for i, p := range l.figure.panels {
		fr := &l.frames[i]
		fr.x, fr.width = l.grid.column(i % l.grid.columns)
		fr.title = l.wrap(p.title, em*titleSize, fr.width)
		fr.legend = l.newLegend(p, fr.width, l.legendRoom())
		if !fr.legend.fits(l.face, fr.width) {
			return l.tooNarrow()
		}
		fr.lanes = l.laneStrip(p)
		row := i / l.grid.columns
		headers[row] = max(headers[row], em*titleLead*float64(len(fr.title))+fr.legend.height()+em*(captionLead+plotLead))
		footers[row] = max(footers[row], fr.lanes+l.timeLabels())
	}
	for _, note := range l.figure.footnotes {
		l.foot = append(l.foot, l.face.fit(note, em*footSize, false, l.grid.width-2*l.grid.margin()))
	}
	plot, err := l.shareHeight(headers, footers)
	if err != nil {
		return err
	}
	axes := make([]float64, l.grid.columns)
	y := l.grid.margin()
	for i, p := range l.figure.panels {
		fr := &l.frames[i]
		row, column := i/l.grid.columns, i%l.grid.columns
		if column == 0 && row > 0 {
			y += headers[row-1] + plot + footers[row-1] + l.grid.gutter()
		}
		fr.y, fr.height = y, headers[row]+plot+footers[row]
		fr.plot.y, fr.plot.height = y+headers[row], plot
		fr.counts = newCountAxis(l.figure.largest(p), int(plot/(em*tickLead)))
		if p.empty() {
			fr.counts.step = 2 * fr.counts.top // a scale without counts has only its zero
		}
		for _, tick := range fr.counts.ticks() {
			axes[column] = max(axes[column], l.face.width(fr.counts.label(tick), em, false))
		}
	}
	for i := range l.frames {
		fr := &l.frames[i]
		fr.plot.x = fr.x + axes[i%l.grid.columns] + em*0.6
		fr.plot.width = fr.right() - fr.plot.x
		if fr.plot.width < lowestPlot*em {
			return l.tooNarrow()
		}
	}
	return nil
}

func (l *layout) tooNarrow() error {
	return fmt.Errorf("a page %.1f inches wide is too narrow for these panels; make it wider", l.grid.width/72)
}

// shareHeight is the height that each plot gets of the page.
func (l *layout) shareHeight(headers, footers []float64) (float64, error) {
	used := 2*l.grid.margin() + l.grid.gutter()*float64(l.grid.rows-1) + l.footHeight()
	for row := range headers {
		used += headers[row] + footers[row]
	}
	rows := float64(l.grid.rows)
	plot := (l.grid.height - used) / rows
	if _, width := l.grid.column(0); l.figure.options.Height == 0 && plot < leastPlot*width {
		plot = leastPlot * width
		l.grid.height = used + plot*rows
	}
	if least := lowestPlot * l.grid.text; plot < least {
		return 0, fmt.Errorf("a page %.1f by %.1f inches is too small for %d panels; make it %.1f inches high, or draw them as separate files",
			l.grid.width/72, l.grid.height/72, len(l.frames), math.Ceil((used+least*rows)/7.2)/10)
	}
	return plot, nil
}

func (l *layout) footHeight() float64 {
	if len(l.foot) == 0 {
		return 0
	}
	return l.grid.text * (0.6 + footLead*float64(len(l.foot)))
}

// legendRoom is the height that a legend may take: on a page of given height,
// a part of the panel.
func (l *layout) legendRoom() float64 {
	if l.figure.options.Height == 0 {
		return maxSide
	}
	return 0.4 * l.grid.height / float64(l.grid.rows)
}

// timeLabels is the height under a plot that dates take.
func (l *layout) timeLabels() float64 {
	em := l.grid.text
	if l.figure.options.Ticks == OriginalTicks {
		return em*(tickLength+0.6) + l.face.width("2020-02-02", em*originalSize, false)
	}
	return em * (tickLength + 2.6)
}

// wrap breaks a title into at most two lines; what does not fit ends in an
// ellipsis.
func (l *layout) wrap(text string, size, width float64) []string {
	if l.face.width(text, size, true) <= width {
		return []string{text}
	}
	cut := 0
	for i, r := range text {
		if r == ' ' && i > 0 && l.face.width(text[:i], size, true) <= width {
			cut = i
		}
	}
	if cut == 0 {
		return []string{l.face.fit(text, size, true, width)}
	}
	return []string{text[:cut], l.face.fit(text[cut+1:], size, true, width)}
}
