package dummydata

import (
	"fmt"
	"math"
	"strings"
)

// top and low are where the plot of a card begins and ends.
const (
	top = cardHead
	low = cardHead + plotHeight
)

// columns draws parts side by side: what there is as bars, what was asked as a
// line of steps over them.
func (p *page) columns(parts []ComparedPart, asked bool) {
	highest := 0.0
	for _, part := range parts {
		highest = max(highest, part.Got)
		if asked {
			highest = max(highest, part.Asked)
		}
	}
	scale := float64(plotHeight-4) / max(highest, 1e-9)
	step := float64(cardWidth) / float64(max(len(parts), 1))
	gap := min(1.5, step/6)
	line := &strings.Builder{}
	for i, part := range parts {
		x, height := float64(float64(i)*step), float64(part.Got*scale)
		p.bar("got", x, low-height, step-gap, height, partTitle(part, asked))
		at := px(low - float64(part.Asked*scale))
		if i == 0 {
			fmt.Fprintf(line, "M0 %s", at)
		}
		fmt.Fprintf(line, "V%sH%s", at, px(x+step-float64(gap/2)))
	}
	fmt.Fprintf(p, `<path class="axis" d="M0 %dh%d"/>`, low, cardWidth)
	if asked && len(parts) > 0 {
		fmt.Fprintf(p, `<path class="asked" d="%s"/>`, line)
	}
}

func partTitle(part ComparedPart, asked bool) string {
	if !asked {
		return fmt.Sprintf("%s: %s", part.Name, percent(part.Got))
	}
	return fmt.Sprintf("%s: %s, asked %s", part.Name, percent(part.Got), percent(part.Asked))
}

func percent(share float64) string {
	if share > 0 && share < 0.0005 {
		return "below 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

// under writes what stands at the ends of a plot's axis, and between.
func (p *page) under(first, middle, last string) {
	p.text(0, low+13, "muted", first)
	if middle != "" {
		p.text(cardWidth/2, low+13, "muted mid", middle)
	}
	p.text(cardWidth, low+13, "muted end", last)
}

func (p *page) nothing(text string) {
	fmt.Fprintf(p, `<path class="axis" d="M0 %dh%d"/>`, low, cardWidth)
	p.text(cardWidth/2, (top+low)/2+4, "muted mid", text)
}

func (p *page) dates(v Compared, _ int) {
	if v.Got == 0 {
		p.nothing("no dates")
	} else {
		p.columns(v.Dates.Bins, true)
	}
	p.under(v.Dates.AskedFrom, "", v.Dates.AskedTo)
}

// mostNamed is how many categories have a line of their own.
const mostNamed = 5

func (p *page) labels(v Compared, _ int) {
	switch {
	case v.Got == 0:
		p.nothing("no values")
		return
	case len(v.Labels) > mostNamed:
		p.columns(v.Labels, v.Asked >= 0)
		p.under(shorten(v.Labels[0].Name, 15), fmt.Sprintf("%d categories", len(v.Labels)), shorten(v.Labels[len(v.Labels)-1].Name, 15))
		return
	}
	const names, values = 96, 40 // pixels to the left and right of the bars
	height := min(float64(plotHeight+6)/float64(len(v.Labels)), 22)
	highest := 0.0
	for _, part := range v.Labels {
		highest = max(highest, part.Asked, part.Got)
	}
	scale := float64(cardWidth-names-values-8) / max(highest, 1e-9)
	for i, part := range v.Labels {
		y := top + float64(float64(i)*height)
		middle := y + float64(height/2) + 4
		p.text(0, middle, "muted", shorten(part.Name, 15))
		p.bar("got", names, y+2, float64(part.Got*scale), height-4, partTitle(part, v.Asked >= 0))
		if v.Asked >= 0 {
			fmt.Fprintf(p, `<path class="asked" d="M%s %sv%s"/>`, px(names+float64(part.Asked*scale)), px(y), px(height))
		}
		p.text(cardWidth, middle, "muted end", percent(part.Got))
	}
}

func (p *page) numbers(v Compared, _ int) {
	n := v.Number
	switch {
	case v.Got == 0:
		p.nothing("no numbers but 0")
		return
	case n.Bins == nil:
		p.nothing(fmt.Sprintf("mean %.4g, deviation %.4g", n.GotMean, n.GotDeviation))
		return
	}
	p.columns(n.Bins, true)
	middle := fmt.Sprintf("mean %.4g, deviation %.3g", n.GotMean, n.GotDeviation)
	p.under(n.Bins[0].Name, middle, n.Bins[len(n.Bins)-1].Name)
}

// flag draws which part of all patients has a value.
func (p *page) flag(v Compared, patients int) {
	all := float64(max(patients, 1))
	const width = cardWidth - 56
	got := float64(v.Got) / all
	p.bar("rest", 0, cardHead-4, width, 14, "all patients")
	p.bar("got", 0, cardHead-4, width*got, 14, percent(got)+" of all patients")
	if v.Asked >= 0 {
		x := math.Min(width*float64(v.Asked)/all, width-0.8)
		fmt.Fprintf(p, `<path class="asked" d="M%s %dv18"/>`, px(x), cardHead-6)
	}
	p.text(cardWidth, cardHead+7, "muted end", percent(got))
}
