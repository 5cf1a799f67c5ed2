package dummydata

import (
	"bytes"
	"fmt"
	"html"
	"io"
)

// Sizes of the page of small plots, in pixels.
const (
	plotsAcross = 5
	plotWidth   = 220
	plotHeight  = 120
	plotMargin  = 12
)

// WriteSVG draws the description as one page of small plots, one for each
// variable: bars are what there is, black marks what was asked.
func (d Description) WriteSVG(w io.Writer) error {
	rows := (len(d.Variables) + plotsAcross - 1) / plotsAcross
	width, height := plotsAcross*plotWidth+plotMargin, rows*plotHeight+56
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" font-size="10" fill="#333">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<title>Asked and got: %s</title>`+"\n", html.EscapeString(d.Study))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="%d" y="22" font-size="15" font-weight="bold">%s: %d patients</text>`+"\n", plotMargin, html.EscapeString(d.Study), d.Patients)
	fmt.Fprintf(&b, `<text x="%d" y="38">bars: share of the rows with a value; black marks: as asked; below each name: rows with a value, got of asked</text>`+"\n", plotMargin)
	for i, v := range d.Variables {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", plotMargin+i%plotsAcross*plotWidth, 56+i/plotsAcross*plotHeight)
		v.draw(&b, d.Patients)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// draw draws one plot at the origin.
func (v Compared) draw(b *bytes.Buffer, patients int) {
	const wide, top, low = plotWidth - 2*plotMargin, 30, plotHeight - plotMargin - 12
	colour := map[string]string{"drawn": "#4c78a8", "computed": "#e0862b"}[v.Origin]
	if colour == "" {
		colour = "#999"
	}
	fmt.Fprintf(b, `<text y="10" font-weight="bold">%s</text>`, html.EscapeString(shorten(v.Variable, 34)))
	rows := fmt.Sprintf("%d", v.Got)
	if v.Asked >= 0 {
		rows = fmt.Sprintf("%d of %d", v.Got, v.Asked)
	}
	fmt.Fprintf(b, `<text y="22" fill="#666">%s, %s: %s</text>`, v.Type, v.Origin, rows)
	parts, first, last := v.Labels, "", ""
	if v.Dates != nil {
		parts, first, last = v.Dates.Bins, v.Dates.AskedFrom, v.Dates.AskedTo
	}
	switch {
	case parts == nil && v.Number != nil:
		asked, got := v.values()
		fmt.Fprintf(b, `<text y="46">asked: %s</text><text y="60">got: %s</text>`, html.EscapeString(asked), html.EscapeString(got))
		return
	case parts == nil: // a flag: its share of all rows
		part := ComparedPart{Name: "", Got: float64(v.Got) / float64(max(patients, 1))}
		part.Asked = max(0, float64(v.Asked)) / float64(max(patients, 1))
		parts, last = []ComparedPart{part}, fmt.Sprintf("%.1f %% of all", 100*part.Got)
	case len(parts) > 0 && v.Dates == nil:
		first, last = shorten(parts[0].Name, 16), shorten(parts[len(parts)-1].Name, 16)
		if len(parts) == 1 {
			last = ""
		}
	}
	highest := 0.0
	for _, p := range parts {
		highest = max(highest, p.Asked, p.Got)
	}
	if highest == 0 {
		highest = 1
	}
	if v.Dates == nil && v.Labels == nil {
		highest = 1
	}
	step := float64(wide) / float64(max(len(parts), 1))
	gap := min(2, step/5)
	for i, p := range parts {
		x, h := float64(float64(i)*step), float64(p.Got/highest*(low-top))
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s: got %.2f %%, asked %.2f %%</title></rect>`,
			x, low-h, step-gap, h, colour, html.EscapeString(p.Name), 100*p.Got, 100*p.Asked)
		if v.Asked >= 0 {
			y := low - float64(p.Asked/highest*(low-top))
			fmt.Fprintf(b, `<path d="M%.1f %.1fh%.1f" stroke="#000" stroke-width="1.5"/>`, x, y, step-gap)
		}
	}
	fmt.Fprintf(b, `<path d="M0 %dh%d" stroke="#999"/><text y="%d" fill="#666">%s</text><text x="%d" y="%d" fill="#666" text-anchor="end">%s</text>`,
		low, wide, low+12, html.EscapeString(first), wide, low+12, html.EscapeString(last))
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
