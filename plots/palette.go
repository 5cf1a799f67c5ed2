package plots

import "image/color"

// ink is a colour by its role; what it looks like depends on the background.
type ink int

const (
	paper  ink = iota // the background
	strong            // titles and labels
	muted             // axis labels and notes
	rule              // grid lines
	axis              // the line at zero and its ticks
	// series0 is the first of the inks that lines are drawn in.
	series0
)

// seriesInks is how many inks lines have before they repeat (with other marks
// and dashes).
const seriesInks = 6

// theme is the colours of one background.
type theme [int(series0) + seriesInks]color.RGBA

// The inks of series differ in lightness as well as in hue, by enough that
// any two can be told apart in grey and with each of the three common forms of
// colour blindness, and each stands out from its background by 3:1 or more
// (WCAG 1.4.11). palette_test.go measures it.
var (
	lightTheme = theme{
		paper:       rgb(0xffffff),
		strong:      rgb(0x1b2228),
		muted:       rgb(0x53606b),
		rule:        rgb(0xdfe4e8),
		axis:        rgb(0x66727c),
		series0:     rgb(0x003e83),
		series0 + 1: rgb(0xd37b22),
		series0 + 2: rgb(0xa11760),
		series0 + 3: rgb(0x018997),
		series0 + 4: rgb(0x2a2a2a),
		series0 + 5: rgb(0x764cd4),
	}
	darkTheme = theme{
		paper:       rgb(0x0d1117),
		strong:      rgb(0xf0f3f6),
		muted:       rgb(0xa9b4be),
		rule:        rgb(0x2b333b),
		axis:        rgb(0x8b96a1),
		series0:     rgb(0x7a95fc),
		series0 + 1: rgb(0xeeb540),
		series0 + 2: rgb(0xe74876),
		series0 + 3: rgb(0x65e6f8),
		series0 + 4: rgb(0xf1f1f1),
		series0 + 5: rgb(0xd19ac5),
	}
)

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// shape is how one point of a series is drawn.
type shape int

const (
	circle shape = iota
	square
	triangle
	diamond
	nabla
	shapes // how many there are
)

// style is the look of the series that stands i-th in its panel.
type style struct {
	ink   ink
	shape shape
	dash  []float64
}

// styleOf gives 90 series different looks; after those they repeat.
func styleOf(i int) style {
	dashes := [][]float64{nil, {5, 2.5}, {1.5, 2.5}}
	return style{
		ink:   series0 + ink(i%seriesInks),
		shape: shape(i % int(shapes)),
		dash:  dashes[i/seriesInks%len(dashes)],
	}
}

// corners is the outline of a shape around the origin that is size across; a
// circle has none.
func (s shape) corners(size float64) []point {
	r := size / 2
	switch s {
	case square:
		a := 0.89 * r // the area of the circle
		return []point{{-a, -a}, {a, -a}, {a, a}, {-a, a}}
	case triangle:
		return []point{{0, -1.3 * r}, {1.2 * r, 0.8 * r}, {-1.2 * r, 0.8 * r}}
	case diamond:
		a := 1.25 * r
		return []point{{0, -a}, {a, 0}, {0, a}, {-a, 0}}
	case nabla:
		return []point{{0, 1.3 * r}, {1.2 * r, -0.8 * r}, {-1.2 * r, -0.8 * r}}
	}
	return nil
}
