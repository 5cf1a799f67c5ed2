package plots

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// maxPixels bounds the memory of a picture: four bytes for each, twice.
const maxPixels = 100_000_000

// writePNG draws a page on a light background through gonum's canvas, at so
// many pixels per inch.
func writePNG(w io.Writer, page scene, dpi int) error {
	if pixels := page.width / 72 * page.height / 72 * float64(dpi) * float64(dpi); pixels > maxPixels {
		return fmt.Errorf("the picture would have %.0f million pixels, at most %d are drawn; ask for fewer dots per inch or a smaller page",
			pixels/1e6, maxPixels/1_000_000)
	}
	c := &canvas{
		Canvas: vgimg.NewWith(
			vgimg.UseWH(vg.Length(page.width), vg.Length(page.height)),
			vgimg.UseDPI(dpi),
			vgimg.UseBackgroundColor(lightTheme[paper]),
		),
		height: page.height,
	}
	for i, ttf := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return fmt.Errorf("read a font: %w", err)
		}
		c.faces[i] = font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans"}, Face: f}
	}
	c.faces[1].Font.Weight = xfont.WeightBold
	c.all(page.elements)
	_, err := vgimg.PngCanvas{Canvas: c.Canvas}.WriteTo(w)
	return err
}

// canvas draws elements on a gonum canvas, whose origin is the lower left
// corner.
type canvas struct {
	*vgimg.Canvas
	height float64
	faces  [2]font.Face // regular and bold
}

func (c *canvas) all(elements []element) {
	for _, e := range elements {
		switch e := e.(type) {
		case group:
			c.all(e.elements)
		case box:
			c.polygon([]point{{e.x, e.y}, {e.right(), e.y}, {e.right(), e.bottom()}, {e.x, e.bottom()}}, lightTheme[e.ink])
		case lines:
			c.lines(e)
		case marks:
			c.marks(e)
		case label:
			c.label(e)
		}
	}
}

func (c *canvas) place(p point) vg.Point {
	return vg.Point{X: vg.Length(p.x), Y: vg.Length(c.height - p.y)}
}

func (c *canvas) polygon(corners []point, ink color.Color) {
	var path vg.Path
	for i, corner := range corners {
		if i == 0 {
			path.Move(c.place(corner))
			continue
		}
		path.Line(c.place(corner))
	}
	path.Close()
	c.SetColor(ink)
	c.Fill(path)
}

func (c *canvas) lines(e lines) {
	c.SetColor(lightTheme[e.ink])
	c.SetLineWidth(vg.Length(e.width))
	dash := make([]vg.Length, len(e.dash))
	for i, length := range e.dash {
		dash[i] = vg.Length(length)
	}
	for _, run := range e.runs {
		offset := e.offset
		for len(run) > 1 {
			piece := run[:min(len(run), mostPoints)]
			run = run[len(piece)-1:]
			c.SetLineDash(dash, vg.Length(offset))
			var path vg.Path
			path.Move(c.place(piece[0]))
			for i, p := range piece[1:] {
				path.Line(c.place(p))
				offset += math.Hypot(p.x-piece[i].x, p.y-piece[i].y)
			}
			c.Stroke(path)
		}
	}
}

// mostPoints is how many points of a line are drawn at once: what the library
// takes for that grows with the square of their number, and a line of all days
// of twenty years took half a minute. Weeks of five years are one piece.
const mostPoints = 300

func (c *canvas) marks(e marks) {
	for _, at := range e.at {
		if e.shape == circle {
			var path vg.Path
			centre := c.place(at)
			path.Move(vg.Point{X: centre.X + vg.Length(e.size/2), Y: centre.Y})
			path.Arc(centre, vg.Length(e.size/2), 0, 2*math.Pi)
			path.Close()
			c.SetColor(lightTheme[e.ink])
			c.Fill(path)
			continue
		}
		corners := e.shape.corners(e.size)
		for i := range corners {
			corners[i].x += at.x
			corners[i].y += at.y
		}
		c.polygon(corners, lightTheme[e.ink])
	}
}

func (c *canvas) label(e label) {
	face := c.faces[0]
	if e.bold {
		face = c.faces[1]
	}
	face.Font.Size = vg.Length(e.size)
	width := face.Width(e.text)
	c.SetColor(lightTheme[e.ink])
	c.Push()
	defer c.Pop()
	c.Translate(c.place(e.at))
	if e.turned {
		c.Rotate(math.Pi / 2)
	}
	at := vg.Point{}
	switch e.anchor {
	case middle:
		at.X = -width / 2
	case end:
		at.X = -width
	}
	c.FillString(face, at, e.text)
}
