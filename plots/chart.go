package plots

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Chart is panels of lines over two logarithmic axes, for measurements that
// reach over powers of ten: time or memory over the size of the input. It
// goes through the same scene and writers as a [Figure], with the same type,
// colours and marks.
type Chart struct {
	Title  string
	Panels []ChartPanel
}

// ChartPanel is one plot of a [Chart].
type ChartPanel struct {
	Title string
	X, Y  string // what the axes tell, with units
	Lines []Line
}

// Line is one line of a [ChartPanel]. Those of one label look alike in all
// panels.
type Line struct {
	Label  string
	Points []Point // in the order they are joined
}

// Point is one measurement; both values are above zero.
type Point struct{ X, Y float64 }

// Write draws the chart. The same chart gives the same bytes.
func (c Chart) Write(w io.Writer, format Format) error {
	page, err := c.scene()
	if err != nil {
		return err
	}
	return write(w, page, format, DefaultDPI)
}

// chartMargins are the parts of a panel around its plot, in ems.
const (
	chartCaption = 1.7 // from a caption's base line to the plot
	chartTicks   = 1.3 // from the plot to the base line of its ticks' labels
	chartFoot    = 2.9 // and to that of the caption below
)

func (c Chart) scene() (scene, error) {
	if len(c.Panels) == 0 {
		return scene{}, errors.New("the chart is empty; nothing to draw")
	}
	face, err := newTypeface()
	if err != nil {
		return scene{}, err
	}
	g := newGrid(len(c.Panels), Options{})
	page := scene{width: g.width, height: g.height, title: c.Title}
	page.elements = append(page.elements, box{rectangle{0, 0, page.width, page.height}, paper})
	height := (g.height - 2*g.margin() - g.gutter()*float64(g.rows-1)) / float64(g.rows)
	labels := c.labels()
	for i, p := range c.Panels {
		x, width := g.column(i % g.columns)
		y := g.margin() + float64(i/g.columns)*(height+g.gutter())
		drawn, err := p.draw(rectangle{x, y, width, height}, labels, face, g.text)
		if err != nil {
			return scene{}, err
		}
		page.elements = append(page.elements, drawn)
	}
	return page, nil
}

// labels are those of all panels' lines, in order of appearance: the place of
// one gives its look.
func (c Chart) labels() (labels []string) {
	for _, p := range c.Panels {
		for _, l := range p.Lines {
			if !slices.Contains(labels, l.Label) {
				labels = append(labels, l.Label)
			}
		}
	}
	return labels
}

// draw is one panel in its place.
func (p ChartPanel) draw(in rectangle, labels []string, face *typeface, em float64) (group, error) {
	xs, ys, err := p.axes()
	if err != nil {
		return group{}, fmt.Errorf("panel %q: %w", p.Title, err)
	}
	g := group{title: p.Title, description: p.describe()}
	top := in.y + em*titleLead
	g.add(label{
		at: point{in.x, top - 0.45*em}, text: face.fit(p.Title, em*titleSize, true, in.width),
		size: em * titleSize, bold: true, ink: strong,
	})
	key := legend{em: em * legendSize}
	for _, l := range p.Lines {
		key.entries = append(key.entries, entry{text: l.Label, style: styleOf(slices.Index(labels, l.Label))})
	}
	key.arrange(face, in.width)
	if !key.fits(face, in.width) {
		return group{}, fmt.Errorf("panel %q: a label is too long", p.Title)
	}
	g.add(key.draw(point{in.x, top})...)
	plot := rectangle{x: in.x, y: top + key.height() + em*(captionLead+chartCaption-0.6)}
	g.add(label{at: point{in.x, plot.y - em*(chartCaption-0.6)}, text: p.Y, size: em, ink: muted})
	widest := 0.0
	for _, tick := range ys.ticks() {
		widest = max(widest, face.width(powerLabel(tick), em, false))
	}
	plot.x += widest + 0.6*em
	// The last label may reach into the margin, not off the page.
	last := powerLabel(math.Pow10(xs.high))
	plot.width = in.right() - plot.x - max(0, face.width(last, em, false)/2-0.9*em)
	plot.height = in.bottom() - plot.y - em*chartFoot
	if plot.width < lowestPlot*em || plot.height < lowestPlot*em {
		return group{}, fmt.Errorf("panel %q: there is no room for its plot", p.Title)
	}
	var grid, ticks [][]point
	for _, tick := range ys.ticks() {
		y := plot.bottom() - ys.at(tick)*plot.height
		grid = append(grid, []point{{plot.x, y}, {plot.right(), y}})
		g.add(label{at: point{plot.x - 0.6*em, y + 0.35*em}, text: powerLabel(tick), size: em, ink: muted, anchor: end})
	}
	edge := math.Inf(-1) // of the label before
	for _, tick := range xs.ticks() {
		x := plot.x + xs.at(tick)*plot.width
		ticks = append(ticks, []point{{x, plot.bottom()}, {x, plot.bottom() + em*tickLength}})
		text := powerLabel(tick)
		half := face.width(text, em, false) / 2
		if x-half < edge+tickGap*em || x+half > in.right()+em {
			continue
		}
		edge = x + half
		g.add(label{at: point{x, plot.bottom() + em*chartTicks}, text: text, size: em, ink: muted, anchor: middle})
	}
	g.add(label{at: point{plot.x + plot.width/2, plot.bottom() + em*(chartFoot-0.2)}, text: p.X, size: em, ink: muted, anchor: middle},
		lines{runs: grid, ink: rule, width: 0.8, butt: true},
		lines{runs: append(ticks, []point{{plot.x, plot.bottom()}, {plot.right(), plot.bottom()}}), ink: axis, width: 1, butt: true})
	for _, l := range p.Lines {
		look := styleOf(slices.Index(labels, l.Label))
		dots := marks{shape: look.shape, size: 1.6 * markSize, ink: look.ink}
		for _, at := range l.Points {
			dots.at = append(dots.at, point{plot.x + xs.at(at.X)*plot.width, plot.bottom() - ys.at(at.Y)*plot.height})
			dots.tips = append(dots.tips, fmt.Sprintf("%s: %s at %s", l.Label, measured(at.Y), measured(at.X)))
		}
		g.add(lines{runs: [][]point{dots.at}, ink: look.ink, width: lineWidth, dash: look.dash}, dots)
	}
	return g, nil
}

// describe says in words where each line begins and ends.
func (p ChartPanel) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s over %s, both axes logarithmic.", p.Y, p.X)
	for _, l := range p.Lines {
		if n := len(l.Points); n > 0 {
			fmt.Fprintf(&b, " %s: %s at %s to %s at %s.", l.Label,
				measured(l.Points[0].Y), measured(l.Points[0].X), measured(l.Points[n-1].Y), measured(l.Points[n-1].X))
		}
	}
	return b.String()
}

// powers is a logarithmic axis, from a power of ten to another.
type powers struct{ low, high int }

// axes hold all points of the panel.
func (p ChartPanel) axes() (x, y powers, err error) {
	var xs, ys []float64
	for _, l := range p.Lines {
		for _, at := range l.Points {
			xs, ys = append(xs, at.X), append(ys, at.Y)
		}
	}
	if x, err = newPowers(xs); err == nil {
		y, err = newPowers(ys)
	}
	return x, y, err
}

func newPowers(values []float64) (powers, error) {
	if len(values) == 0 {
		return powers{}, errors.New("has no points")
	}
	least, most := slices.Min(values), slices.Max(values)
	// What is beyond is no measurement, and would make powers that floats lack.
	if !(least >= 1e-12 && most <= 1e15) {
		return powers{}, errors.New("a point lies outside of what a logarithmic axis shows")
	}
	p := powers{int(math.Floor(math.Log10(least))), int(math.Ceil(math.Log10(most)))}
	if p.low == p.high {
		p.high++
	}
	return p, nil
}

// at is where a value stands on the axis, 0 to 1.
func (p powers) at(value float64) float64 {
	return (math.Log10(value) - float64(p.low)) / float64(p.high-p.low)
}

// ticks are the powers of ten.
func (p powers) ticks() (ticks []float64) {
	for power := p.low; power <= p.high; power++ {
		ticks = append(ticks, math.Pow10(power))
	}
	return ticks
}

// powerLabel is how a power of ten is written: 0.01, 1, 10,000, 10 million.
func powerLabel(value float64) string {
	if value >= 1e6 {
		return groupedInt(int64(math.Round(value/1e6))) + " million"
	}
	return measured(value)
}

// measured is a value in three digits, or as many as are before its point.
func measured(value float64) string {
	if value >= 100 {
		return groupedInt(int64(math.Round(value)))
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
