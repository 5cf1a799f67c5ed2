package plots

import (
	"fmt"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface measures text. It is Liberation Sans, whose letters are as wide as
// those of Helvetica and Arial, with room for what a viewer shows that has none
// of the three.
type typeface struct {
	regular, bold *sizes
}

func newTypeface() (*typeface, error) {
	regular, err := newSizes(liberationsansregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the regular font: %w", err)
	}
	bold, err := newSizes(liberationsansbold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the bold font: %w", err)
	}
	return &typeface{regular: regular, bold: bold}, nil
}

// spare is how much wider a text may be than in Liberation Sans. DejaVu Sans,
// which Linux machines without other fonts have, needs 1.10 to 1.15 of the
// width for what legends say; the gaps between them take the rest.
const spare = 1.13

// width is the room for a text, in points, at a size in points.
func (t *typeface) width(text string, size float64, bold bool) float64 {
	s := t.regular
	if bold {
		s = t.bold
	}
	ems := 0.0
	for _, r := range text {
		ems += s.advance(r)
	}
	return ems * size * spare
}

// fit is the text, or as much of its beginning as fits into width with an
// ellipsis behind.
func (t *typeface) fit(text string, size float64, bold bool, width float64) string {
	if t.width(text, size, bold) <= width {
		return text
	}
	letters := []rune(text)
	low, high := 0, len(letters)
	for low < high {
		n := (low + high + 1) / 2
		if t.width(string(letters[:n])+"…", size, bold) <= width {
			low = n
		} else {
			high = n - 1
		}
	}
	return string(letters[:low]) + "…"
}

// sizes is the widths of one font's letters, in ems, found as they are asked
// for.
type sizes struct {
	font  *opentype.Font
	known map[rune]float64
}

func newSizes(ttf []byte) (*sizes, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	return &sizes{font: f, known: map[rune]float64{}}, nil
}

func (s *sizes) advance(r rune) float64 {
	if width, ok := s.known[r]; ok {
		return width
	}
	var buffer sfnt.Buffer
	perEm := s.font.UnitsPerEm()
	width := 1.0 // of a letter the font lacks, such as a Chinese one: a square
	if index, err := s.font.GlyphIndex(&buffer, r); err == nil && index != 0 {
		if units, err := s.font.GlyphAdvance(&buffer, index, fixed.Int26_6(perEm), 0); err == nil {
			width = float64(units) / float64(perEm)
		}
	}
	s.known[r] = width
	return width
}
