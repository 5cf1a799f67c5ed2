package plots

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/disclosure"
)

// Options says how a figure is drawn. The zero value draws the spec's panels
// on a page as large as they need.
type Options struct {
	// Width and Height of the page in points (1/72 inch). 0 is chosen from the
	// number of panels: two by two have the original's 15 by 12 inches, more
	// when legends need it. A page that is too small is an error.
	Width, Height float64
	// DPI is how many pixels an inch has in a PNG; 0 is [DefaultDPI].
	DPI int
	// All adds a panel for each column of the table that no panel shows.
	All bool
	// Ticks is how the time axis is labelled.
	Ticks Ticks
	// RoundedTo is what counts should be a multiple of; a table with others is
	// drawn with a warning. 0 or 1 expects nothing.
	RoundedTo int64
}

// Figure is what will be drawn: panels whose series were found in a table.
type Figure struct {
	table   *disclosure.Table
	options Options
	cadence cadence
	panels  []panel
	notes   []string
	// footnotes stand at the foot of the page.
	footnotes []string
}

// panel is one plot.
type panel struct {
	title   string
	series  []series
	missing []string // codelists that the table lacks
}

// series is one line of a plot.
type series struct {
	codelist string
	label    string
	column   int // in the table
	style    style
	total    *big.Int // of the cells that are told: many large ones exceed 64 bits
	told     int      // how many these are
	withheld int
}

// New finds the panels' series in the table. A series whose codelist the table
// lacks is left out, a panel without any too; when it lacks them all, every
// column gets a panel.
// [Figure.Notes] tells of both.
func New(table *disclosure.Table, panels []analysis.Panel, options Options) (*Figure, error) {
	if len(table.Weeks()) == 0 || len(table.Codelists()) == 0 {
		return nil, fmt.Errorf("the counts table is empty; nothing to draw")
	}
	f := &Figure{table: table, options: options, cadence: cadenceOf(table.Weeks())}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	shown := f.addPanels(panels)
	if len(shown) == 0 && len(panels) > 0 {
		f.notes = nil // one line instead of one for each panel
		f.note("the table has none of the codelists that the panels show; drawing each of its columns instead")
	}
	if options.All || len(shown) == 0 {
		f.addOthers(shown)
	}
	f.checkRounding()
	f.checkGaps()
	return f, nil
}

// checkGaps notes where rows are missing: the lines are broken there, and no
// bar says why.
func (f *Figure) checkGaps() {
	weeks, gaps := f.table.Weeks(), 0
	first := ""
	for i := range weeks[1:] {
		if !f.cadence.follows(weeks[i], weeks[i+1]) {
			if gaps++; gaps == 1 {
				first = weeks[i].Format(time.DateOnly)
			}
		}
	}
	if gaps > 0 && f.cadence.per != "" {
		f.note("rows are missing at %s, first after %s; the lines are broken there", plural(gaps, "place"), first)
	}
}

// Notes is what the reader of the figure should be told: codelists that were
// left out, counts that are not rounded.
func (f *Figure) Notes() []string { return f.notes }

// Separate is a figure for each panel. They share this one's table; the notes
// stay with this one.
func (f *Figure) Separate() []*Figure {
	figures := make([]*Figure, len(f.panels))
	for i, p := range f.panels {
		figures[i] = &Figure{table: f.table, options: f.options, cadence: f.cadence, panels: []panel{p}, footnotes: f.footnotes}
	}
	return figures
}

// Title is what the figure is called: its panel's title when it has only one.
func (f *Figure) Title() string {
	if len(f.panels) == 1 {
		return f.panels[0].title
	}
	return fmt.Sprintf("%s, %d panels", f.cadence.caption(), len(f.panels))
}

func (f *Figure) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// addPanels returns which columns of the table are shown.
func (f *Figure) addPanels(panels []analysis.Panel) map[int]bool {
	columns := make(map[string]int, len(f.table.Codelists()))
	for i, codelist := range f.table.Codelists() {
		columns[codelist] = i
	}
	shown := map[int]bool{}
	for _, wanted := range panels {
		p := panel{title: wanted.Title}
		for i, s := range wanted.Series {
			column, ok := columns[s.Codelist]
			if !ok {
				column, ok = columns[s.Codelist+midpointSuffix]
			}
			if !ok {
				p.missing = append(p.missing, s.Codelist)
				continue
			}
			// The place in the spec, not among those found, gives the look: a
			// series looks the same in every release.
			p.series = append(p.series, f.newSeries(s.Codelist, s.Label, column, styleOf(i)))
			shown[column] = true
		}
		if len(p.series) == 0 {
			f.note("left out panel %q: the table has none of its codelists (%s)", p.title, strings.Join(p.missing, ", "))
			continue
		}
		if len(p.missing) > 0 {
			f.note("panel %q: left out %s: the table has no such column", p.title, strings.Join(p.missing, ", "))
		}
		f.panels = append(f.panels, p)
	}
	return shown
}

// addOthers adds a panel for each column that is not shown.
func (f *Figure) addOthers(shown map[int]bool) {
	for column, codelist := range f.table.Codelists() {
		if !shown[column] {
			f.panels = append(f.panels, panel{
				title:  codelist,
				series: []series{f.newSeries(codelist, codelist, column, styleOf(0))},
			})
		}
	}
}

func (f *Figure) newSeries(codelist, label string, column int, look style) series {
	s := series{codelist: codelist, label: label, column: column, style: look, total: new(big.Int)}
	for week := range f.table.Weeks() {
		cell := f.table.Cell(week, column)
		if cell.Withheld {
			s.withheld++
			continue
		}
		s.told++
		s.total.Add(s.total, big.NewInt(cell.Count))
	}
	return s
}

// name is how the legend calls the series: its label and total. The total
// does not count what is withheld.
func (s series) name() (label, total string) {
	total = "N=" + groupedBig(s.total)
	if s.withheld > 0 {
		total = "N=at least " + groupedBig(s.total)
	}
	return s.label, total
}

// largest is the highest count of the panel, 0 without any.
func (f *Figure) largest(p panel) int64 {
	largest := int64(0)
	for _, s := range p.series {
		for week := range f.table.Weeks() {
			largest = max(largest, f.table.Cell(week, s.column).Count)
		}
	}
	return largest
}

// told calls yield with the date and count of every cell of a series that is
// not withheld.
func (f *Figure) told(s series, yield func(week int, date time.Time, count int64)) {
	for week, date := range f.table.Weeks() {
		if cell := f.table.Cell(week, s.column); !cell.Withheld {
			yield(week, date, cell.Count)
		}
	}
}
