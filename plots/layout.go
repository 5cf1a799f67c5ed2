package plots

// layout places a figure's panels on a page. Panels of one row of the grid
// share where their plots begin and end, those of one column the place of
// their vertical axis, so that they can be compared.
type layout struct {
	figure *Figure
	face   *typeface
	grid   grid
	time   timeAxis
	frames []frame
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
	titleSize   = 1.23
	titleLead   = 1.5  // from one line of the title to the next
	legendLead  = 1.4  // from one line of the legend to the next
	captionLead = 1.85 // from the legend's end to the base line of the caption
	plotLead    = 1.05 // from there to the plot's top
	tickLength  = 0.35
	laneHeight  = 0.34
)

func (f *Figure) scene() (scene, error) {
	face, err := newTypeface()
	if err != nil {
		return scene{}, err
	}
	l := &layout{figure: f, face: face, grid: newGrid(len(f.panels), f.options), time: newTimeAxis(f.table.Weeks(), f.cadence)}
	l.measure()
	page := scene{width: l.grid.width, height: l.grid.height, title: f.Title()}
	page.elements = append(page.elements, box{rectangle{0, 0, page.width, page.height}, paper})
	for i, p := range f.panels {
		page.elements = append(page.elements, l.draw(p, l.frames[i]))
	}
	return page, nil
}

// measure fills the frames.
func (l *layout) measure() {
	em := l.grid.text
	l.frames = make([]frame, len(l.figure.panels))
	headers := make([]float64, l.grid.rows)
	footers := make([]float64, l.grid.rows)
	axes := make([]float64, l.grid.columns)
	for i, p := range l.figure.panels {
		fr := &l.frames[i]
		fr.rectangle = l.grid.cell(i)
		row := i / l.grid.columns
		fr.title = l.wrap(p.title, em*titleSize, fr.width)
		fr.legend = l.newLegend(p, fr.width, fr.height*0.4)
		fr.lanes = l.laneStrip(p)
		headers[row] = max(headers[row], em*titleLead*float64(len(fr.title))+fr.legend.height()+em*(captionLead+plotLead))
		footers[row] = max(footers[row], fr.lanes+l.timeLabels())
	}
	for i, p := range l.figure.panels {
		fr := &l.frames[i]
		row, column := i/l.grid.columns, i%l.grid.columns
		fr.plot.y = fr.y + headers[row]
		// Where all of a small page is header, a sliver is left for the plot.
		fr.plot.height = max(em, fr.height-headers[row]-footers[row])
		fr.counts = newCountAxis(l.figure.largest(p), int(fr.plot.height/(em*3.2)))
		for _, tick := range fr.counts.ticks() {
			axes[column] = max(axes[column], l.face.width(fr.counts.label(tick), em, false))
		}
	}
	for i := range l.frames {
		fr := &l.frames[i]
		fr.plot.x = fr.x + axes[i%l.grid.columns] + em*0.6
		fr.plot.width = max(em, fr.right()-fr.plot.x)
	}
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
