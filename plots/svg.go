package plots

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"
)

// fontFamily names typefaces of the same widths, one of which every system
// has, then whatever has no serifs.
const fontFamily = "Helvetica,Arial,Liberation Sans,Nimbus Sans,sans-serif"

// svg writes a scene. Colours are attributes, which every viewer reads; a
// style sheet changes them where the reader prefers a dark background. Text is
// text. Nothing refers to anything outside the file.
type svg struct {
	bytes.Buffer
	marks []markForm
}

// markForm is a mark that is defined once and used many times.
type markForm struct {
	shape shape
	size  float64
}

// writeSVG writes a page.
func writeSVG(w io.Writer, page scene) error {
	s := &svg{}
	const pixels = 96.0 / 72 // a CSS pixel is 1/96 inch
	fmt.Fprintf(s, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%s" height="%s" viewBox="0 0 %s %s" `,
		number(page.width*pixels), number(page.height*pixels), number(page.width), number(page.height))
	fmt.Fprintf(s, `font-family="%s" fill="none" stroke-linecap="round" stroke-linejoin="round"`, fontFamily)
	// Each panel is a picture of its own: as one picture, the page would hide
	// their texts from those who do not see it.
	s.WriteString(` role="group">` + "\n<title>")
	s.text(page.title)
	s.WriteString("</title>\n")
	s.styleSheet()
	s.definitions(page.elements)
	for _, e := range page.elements {
		s.element(e)
	}
	s.WriteString("</svg>\n")
	_, err := s.WriteTo(w)
	return err
}

// styleSheet holds what attributes cannot: the colours on a dark background,
// and that an opened file shrinks to its window.
func (s *svg) styleSheet() {
	s.WriteString("<style>svg{max-width:100%;height:auto}@media screen and (prefers-color-scheme:dark){")
	for i, c := range darkTheme {
		fmt.Fprintf(s, ".f%d{fill:%s}.s%d{stroke:%s}", i, hex(c), i, hex(c))
	}
	s.WriteString("}</style>\n")
}

// definitions writes each form of mark once.
func (s *svg) definitions(elements []element) {
	s.collect(elements)
	if len(s.marks) == 0 {
		return
	}
	s.WriteString("<defs>")
	for i, form := range s.marks {
		if form.shape == circle {
			fmt.Fprintf(s, `<circle id="m%d" r="%s"/>`, i, number(form.size/2))
			continue
		}
		fmt.Fprintf(s, `<path id="m%d" d="`, i)
		for j, corner := range form.shape.corners(form.size) {
			s.WriteByte("ML"[min(j, 1)])
			s.point(corner)
		}
		s.WriteString(`z"/>`)
	}
	s.WriteString("</defs>\n")
}

func (s *svg) collect(elements []element) {
	for _, e := range elements {
		switch e := e.(type) {
		case group:
			s.collect(e.elements)
		case marks:
			if form := (markForm{e.shape, e.size}); len(e.at) > 0 && s.form(form) < 0 {
				s.marks = append(s.marks, form)
			}
		}
	}
}

func (s *svg) form(wanted markForm) int {
	for i, form := range s.marks {
		if form == wanted {
			return i
		}
	}
	return -1
}

func (s *svg) element(e element) {
	switch e := e.(type) {
	case group:
		s.WriteString(`<g role="img"><title>`)
		s.text(e.title)
		s.WriteString("</title><desc>")
		s.text(e.description)
		s.WriteString("</desc>\n")
		for _, inner := range e.elements {
			s.element(inner)
		}
		s.WriteString("</g>\n")
	case box:
		fmt.Fprintf(s, `<rect x="%s" y="%s" width="%s" height="%s"`, number(e.x), number(e.y), number(e.width), number(e.height))
		s.fill(e.ink)
		s.WriteString("/>\n")
	case lines:
		s.lines(e)
	case marks:
		s.markEach(e)
	case label:
		s.label(e)
	}
}

func (s *svg) lines(e lines) {
	started := false
	for _, run := range e.runs {
		if len(run) < 2 {
			continue
		}
		if !started {
			s.WriteString(`<path d="`)
			started = true
		}
		for i, p := range run {
			switch {
			case i == 0:
				s.WriteByte('M')
			case i > 1: // a path goes on with lines
				s.WriteByte(' ')
			default:
				s.WriteByte('L')
			}
			s.point(p)
		}
	}
	if !started {
		return
	}
	s.WriteByte('"')
	s.stroke(e.ink)
	fmt.Fprintf(s, ` stroke-width="%s"`, number(e.width))
	if e.dash != nil {
		s.WriteString(` stroke-dasharray="`)
		for i, length := range e.dash {
			if i > 0 {
				s.WriteByte(' ')
			}
			s.WriteString(number(length))
		}
		s.WriteByte('"')
		if e.offset != 0 {
			fmt.Fprintf(s, ` stroke-dashoffset="%s"`, number(e.offset))
		}
	}
	if e.butt || e.dash != nil {
		s.WriteString(` stroke-linecap="butt"`)
	}
	s.WriteString("/>\n")
}

func (s *svg) markEach(e marks) {
	if len(e.at) == 0 {
		return
	}
	s.WriteString("<g")
	s.fill(e.ink)
	if e.tips != nil { // an unseen rim, so that a point need not be hit exactly
		s.WriteString(` stroke="#fff" stroke-width="6" stroke-opacity="0"`)
	}
	s.WriteString(">\n")
	// Inkscape 1.2 shows nothing for the newer form of the name, href alone.
	form := s.form(markForm{e.shape, e.size})
	for i, p := range e.at {
		fmt.Fprintf(s, `<use xlink:href="#m%d" x="%s" y="%s"`, form, number(p.x), number(p.y))
		if e.tips == nil {
			s.WriteString("/>\n")
			continue
		}
		s.WriteString("><title>")
		s.text(e.tips[i])
		s.WriteString("</title></use>\n")
	}
	s.WriteString("</g>\n")
}

func (s *svg) label(e label) {
	s.WriteString("<text")
	if e.turned {
		fmt.Fprintf(s, ` transform="translate(%s %s)rotate(-90)"`, number(e.at.x), number(e.at.y))
	} else {
		fmt.Fprintf(s, ` x="%s" y="%s"`, number(e.at.x), number(e.at.y))
	}
	fmt.Fprintf(s, ` font-size="%s"`, number(e.size))
	if e.bold {
		s.WriteString(` font-weight="bold"`)
	}
	switch e.anchor {
	case middle:
		s.WriteString(` text-anchor="middle"`)
	case end:
		s.WriteString(` text-anchor="end"`)
	}
	s.fill(e.ink)
	s.WriteByte('>')
	s.text(e.text)
	s.WriteString("</text>\n")
}

func (s *svg) fill(i ink) { fmt.Fprintf(s, ` fill="%s" class="f%d"`, hex(lightTheme[i]), i) }

func (s *svg) stroke(i ink) { fmt.Fprintf(s, ` stroke="%s" class="s%d"`, hex(lightTheme[i]), i) }

func (s *svg) point(p point) { s.WriteString(number(p.x) + " " + number(p.y)) }

// text writes a text as XML; letters that XML does not have become U+FFFD.
func (s *svg) text(text string) { _ = xml.EscapeText(s, []byte(text)) } // a Buffer takes all

// number is a length to a tenth of a point, finer than any screen shows.
func number(x float64) string {
	x = math.Round(x * 10)
	if x == 0 {
		return "0" // and not -0
	}
	return strconv.FormatFloat(x/10, 'f', -1, 64)
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
