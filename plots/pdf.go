package plots

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
)

// pdfFont is the name that the document gives to its typeface.
const pdfFont = "Liberation Sans"

// pdf draws elements on one page, on a light background. It uses the library
// under gonum's PDF canvas instead of that canvas, which has only the letters
// of Western Europe, and puts the time of day into the file.
type pdf struct {
	*fpdf.Fpdf
}

// writePDF writes a page. Letters are embedded, and only those that are used.
func writePDF(w io.Writer, page scene) error {
	d := pdf{fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: page.width, Ht: page.height}})}
	// The same figure gives the same bytes: no time, and tables in one order.
	d.SetCreationDate(time.Unix(0, 0).UTC())
	d.SetModificationDate(time.Unix(0, 0).UTC())
	d.SetCatalogSort(true)
	d.SetProducer("cohortcounts", true)
	d.SetTitle(basicPlane(page.title), true)
	d.SetLang("en-GB")
	d.SetAutoPageBreak(false, 0)
	d.AddUTF8FontFromBytes(pdfFont, "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes(pdfFont, "B", liberationsansbold.TTF)
	d.AddPage()
	d.SetLineJoinStyle("round")
	d.all(page.elements)
	if err := d.Output(w); err != nil {
		return fmt.Errorf("write the PDF: %w", err)
	}
	return nil
}

func (d pdf) all(elements []element) {
	for _, e := range elements {
		switch e := e.(type) {
		case group:
			d.all(e.elements)
		case box:
			d.fill(e.ink)
			d.Rect(e.x, e.y, e.width, e.height, "F")
		case lines:
			d.lines(e)
		case marks:
			d.marks(e)
		case label:
			d.label(e)
		}
	}
}

func (d pdf) fill(i ink) {
	c := lightTheme[i]
	d.SetFillColor(int(c.R), int(c.G), int(c.B))
}

func (d pdf) lines(e lines) {
	c := lightTheme[e.ink]
	d.SetDrawColor(int(c.R), int(c.G), int(c.B))
	d.SetLineWidth(e.width)
	d.SetDashPattern(e.dash, e.offset)
	d.SetLineCapStyle("round")
	if e.butt || e.dash != nil {
		d.SetLineCapStyle("butt")
	}
	for _, run := range e.runs {
		if len(run) < 2 {
			continue
		}
		d.MoveTo(run[0].x, run[0].y)
		for _, p := range run[1:] {
			d.LineTo(p.x, p.y)
		}
		d.DrawPath("D")
	}
}

func (d pdf) marks(e marks) {
	d.fill(e.ink)
	for _, at := range e.at {
		if e.shape == circle {
			d.Circle(at.x, at.y, e.size/2, "F")
			continue
		}
		var corners []fpdf.PointType
		for _, corner := range e.shape.corners(e.size) {
			corners = append(corners, fpdf.PointType{X: at.x + corner.x, Y: at.y + corner.y})
		}
		d.Polygon(corners, "F")
	}
}

func (d pdf) label(e label) {
	bold := ""
	if e.bold {
		bold = "B"
	}
	d.SetFont(pdfFont, bold, e.size)
	e.text = basicPlane(e.text)
	c := lightTheme[e.ink]
	d.SetTextColor(int(c.R), int(c.G), int(c.B))
	shift := 0.0
	switch e.anchor {
	case middle:
		shift = d.GetStringWidth(e.text) / 2
	case end:
		shift = d.GetStringWidth(e.text)
	}
	if !e.turned {
		d.Text(e.at.x-shift, e.at.y, e.text)
		return
	}
	d.TransformBegin()
	d.TransformRotate(90, e.at.x, e.at.y)
	d.Text(e.at.x-shift, e.at.y, e.text)
	d.TransformEnd()
}

// basicPlane replaces letters beyond the first 65,536, for which the library
// has no place (nor the font a picture).
func basicPlane(text string) string {
	return strings.Map(func(r rune) rune {
		if r > math.MaxUint16 {
			return utf8.RuneError
		}
		return r
	}, text)
}
