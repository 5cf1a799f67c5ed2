package plots

import (
	"fmt"
	"math"
)

// The limits of a page, in points. Less than 2 inches holds no panel; more
// than 2,800 inches no PDF viewer opens (200 panels have 900).
const (
	minSide = 2 * 72
	maxSide = 2800 * 72
)

// DefaultDPI is the resolution of a PNG: that of the pixels which SVG and web
// pages count in, so that a page 1500 pixels wide is that in both.
const DefaultDPI = 96

// Validate tells what is wrong with the options.
func (o Options) Validate() error {
	if o.DPI < 0 || o.DPI > 2400 {
		return fmt.Errorf("the resolution is %d dots per inch; want 1 to 2400", o.DPI)
	}
	for _, side := range []struct {
		name   string
		length float64
	}{{"width", o.Width}, {"height", o.Height}} {
		if side.length != 0 && (side.length < minSide || side.length > maxSide || math.IsNaN(side.length)) {
			return fmt.Errorf("%s is %.2f inches; want 2 to 2800", side.name, side.length/72)
		}
	}
	return nil
}

// grid is how panels share a page.
type grid struct {
	width, height float64 // of the page
	columns, rows int
	text          float64 // size of most text
}

const (
	smallestText = 6   // points; smaller print is hard to read on paper
	narrowest    = 250 // a panel is not narrower when it can stand below another
	widestSingle = 10 * 72
	widestPage   = 15 * 72
	// proportion is the height of a panel by its width, as the original's.
	proportion = 0.8
)

// newGrid lays out n panels: two columns up to four panels, then three, from
// ten on four, or as many as the width allows.
func newGrid(n int, o Options) grid {
	g := grid{width: o.Width, height: o.Height}
	switch {
	case n == 1:
		g.columns = 1
	case n <= 4:
		g.columns = 2
	case n <= 9:
		g.columns = 3
	default:
		g.columns = 4
	}
	if g.width == 0 {
		g.width = widestPage
		if n == 1 {
			g.width = widestSingle
		}
	}
	for g.columns > 1 && g.width/float64(g.columns) < narrowest {
		g.columns--
	}
	g.rows = (n + g.columns - 1) / g.columns
	if g.height == 0 {
		share := proportion
		if n == 1 {
			share = 0.62 // alone, a flatter one reads better
		}
		g.height = min(maxSide, share*g.width/float64(g.columns)*float64(g.rows))
	}
	// 14 points on the original's page are 9 pixels when it is shown 700 wide.
	g.text = min(14, max(9.5, g.width/float64(g.columns)/38.5))
	return g
}

// margin is left around the page, gutter between panels.
func (g grid) margin() float64 { return g.text }
func (g grid) gutter() float64 { return 2.3 * g.text }

// column is where a column of panels begins and how wide it is.
func (g grid) column(i int) (x, width float64) {
	width = (g.width - 2*g.margin() - g.gutter()*float64(g.columns-1)) / float64(g.columns)
	return g.margin() + float64(i)*(width+g.gutter()), width
}
