package dummydata

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
)

// Sizes of the page of small plots, in pixels.
const (
	pageMargin = 24
	cardWidth  = 276
	cardGap    = 20
	cardsWide  = 4
	pageWidth  = 2*pageMargin + cardsWide*cardWidth + (cardsWide-1)*cardGap
	cardHead   = 38 // name and counts, above the plot
	plotHeight = 78
	cardFoot   = 30 // labels of the axis, and space to the card below
	flagHeight = cardHead + 32
	cardHeight = cardHead + plotHeight + cardFoot
	charWidth  = 6.3 // of the page's text at 11 pixels, on average and a little more
)

// pageStyle is the page's colours, which are those of the frequency plots;
// another set where the reader prefers a dark background.
const pageStyle = `<style>
svg{max-width:100%;height:auto;font-family:Helvetica,Arial,"Liberation Sans",sans-serif;font-size:11px}
.paper{fill:#fff}.strong{fill:#1b2228}.muted{fill:#53606b}.off{fill:#a11760;font-weight:bold}
.got{fill:#8fb4d8}.computed .got{fill:#e3b98b}.rest{fill:#dfe4e8}
.axis{stroke:#66727c;fill:none}.asked{stroke:#003e83;stroke-width:1.6;fill:none}.computed .asked{stroke:#8a4b0c}
.name{font-weight:bold;font-size:12px}h1,.title{font-size:20px;font-weight:bold}.group{font-size:15px;font-weight:bold}.end{text-anchor:end}.mid{text-anchor:middle}
@media screen and (prefers-color-scheme:dark){
.paper{fill:#0d1117}.strong{fill:#f0f3f6}.muted{fill:#a9b4be}.off{fill:#ff8fb0}
.got{fill:#31548a}.computed .got{fill:#7a5522}.rest{fill:#2b333b}
.axis{stroke:#8b96a1}.asked{stroke:#a9bcff}.computed .asked{stroke:#eeb540}}
</style>
`

// section is plots of one kind.
type section struct {
	title  string
	height int
	cards  []Compared
	draw   func(p *page, v Compared, patients int)
}

// sections divides the variables by what is drawn of them.
func (d Description) sections() []section {
	all := []section{
		{title: "Dates", height: cardHeight, draw: (*page).dates},
		{title: "Categories", height: cardHeight, draw: (*page).labels},
		{title: "Numbers", height: cardHeight, draw: (*page).numbers},
		{title: "Flags and others", height: flagHeight, draw: (*page).flag},
	}
	for _, v := range d.Variables {
		at := 3
		switch {
		case v.Dates != nil:
			at = 0
		case v.Labels != nil:
			at = 1
		case v.Number != nil:
			at = 2
		}
		all[at].cards = append(all[at].cards, v)
	}
	return all
}

// WriteSVG draws the description as one page of small plots, one for each
// variable: filled areas are what there is, lines what was asked.
func (d Description) WriteSVG(w io.Writer) error {
	p := &page{}
	y := 100
	for _, s := range d.sections() {
		if len(s.cards) == 0 {
			continue
		}
		y += 12
		p.text(pageMargin, float64(y), "strong group", fmt.Sprintf("%s (%d)", s.title, len(s.cards)))
		y += 16
		for i, v := range s.cards {
			x := pageMargin + i%cardsWide*(cardWidth+cardGap)
			class := "drawn"
			if v.Origin == "computed" {
				class = "computed"
			}
			fmt.Fprintf(p, `<g class="%s" transform="translate(%d %d)">`, class, x, y+i/cardsWide*s.height)
			p.head(v)
			s.draw(p, v, d.Patients)
			p.WriteString("</g>\n")
		}
		y += (len(s.cards) + cardsWide - 1) / cardsWide * s.height
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", pageWidth, y+pageMargin, pageWidth, y+pageMargin)
	fmt.Fprintf(&out, "<title>Asked and got: %s</title>\n%s", html.EscapeString(d.Study), pageStyle)
	fmt.Fprintf(&out, `<rect class="paper" width="%d" height="%d"/>`+"\n", pageWidth, y+pageMargin)
	top := &page{}
	top.text(pageMargin, 42, "strong title", shorten(d.Study, 70))
	top.text(pageMargin, 64, "muted", fmt.Sprintf("%s patients, %d variables: what the study asks for and what the dummy cohort has. Dummy data only: nothing here is under disclosure control.", thousands(d.Patients), len(d.Variables)))
	top.legend(pageMargin, 84)
	out.Write(top.Bytes())
	out.Write(p.Bytes())
	out.WriteString("</svg>\n")
	_, err := w.Write(out.Bytes())
	return err
}

// A page is SVG on its way.
type page struct{ bytes.Buffer }

func (p *page) text(x, y float64, class, text string) {
	fmt.Fprintf(p, `<text class="%s" x="%s" y="%s">%s</text>`, class, px(x), px(y), html.EscapeString(text))
}

func (p *page) bar(class string, x, y, width, height float64, title string) {
	fmt.Fprintf(p, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>`, class, px(x), px(y), px(max(width, 0)), px(max(height, 0)), html.EscapeString(title))
}

func (p *page) legend(x, y float64) {
	for _, entry := range []struct{ class, text string }{{"drawn", "drawn as expected"}, {"computed", "follows from other variables"}} {
		fmt.Fprintf(p, `<g class="%s">`, entry.class)
		p.bar("got", x, y-9, 22, 10, "got")
		fmt.Fprintf(p, `<path class="asked" d="M%s %sh14"/></g>`, px(x+26), px(y-4))
		text := "got, asked: " + entry.text
		p.text(x+46, y, "muted", text)
		x += 66 + float64(charWidth*float64(len(text)))
	}
	p.text(x, y, "off", "1,234 of 2,000 rows")
	p.text(x+130, y, "muted", "not so many rows with a value as asked")
}

// head is a card's name, and how many rows have a value.
func (p *page) head(v Compared) {
	fmt.Fprintf(p, `<title>%s</title>`, html.EscapeString(v.Variable))
	p.text(0, 11, "strong name", bothEnds(v.Variable, cardWidth*10/76))
	rows, class := thousands(v.Got)+" rows have a value", "muted"
	switch {
	case v.Asked == v.Got:
		rows = thousands(v.Got) + " rows, as asked"
	case v.Asked >= 0:
		rows = fmt.Sprintf("%s of %s rows asked", thousands(v.Got), thousands(v.Asked))
		if off := v.Got - v.Asked; max(off, -off) > max(v.Asked/200, v.slack) {
			class = "off"
		}
	}
	p.text(0, 26, class, rows)
}

// px is a place to a tenth of a pixel.
func px(x float64) string { return strconv.FormatFloat(float64(int(math.Round(x*10)))/10, 'f', -1, 64) }

// thousands is a number with commas.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// bothEnds leaves out the middle of a name: those of a study often begin alike.
func bothEnds(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most/2]) + "…" + string(r[len(r)-(most-most/2-1):])
}

// shorten leaves out the end of a text.
func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return strings.TrimRight(string(r[:most-1]), " _") + "…"
	}
	return s
}
