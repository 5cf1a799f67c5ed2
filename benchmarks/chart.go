package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The chart is two panels for each form of cohort, time and memory over the
// number of patients, all axes logarithmic. Package plots draws released counts
// over weeks and has no such axes; this is the little that is needed.
const (
	panelWidth, panelHeight = 330.0, 230.0
	marginLeft, marginTop   = 70.0, 40.0
	panelGap                = 90.0
)

var colours = map[string]string{
	"cohortcounts": "#005eb8", "pandas": "#7c2855", "pyarrow": "#d5281b", "polars": "#ed8b00", "duckdb": "#007f3b",
}

func chart(results []result) string {
	var formats []string
	for _, r := range results {
		if !slices.Contains(formats, r.format) {
			formats = append(formats, r.format)
		}
	}
	var b strings.Builder
	width := 2*(panelWidth+panelGap) + 110
	height := float64(len(formats))*(panelHeight+panelGap) + 20
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" fill="#fff"/>`+"\n", width, height)
	for i, format := range formats {
		y := marginTop + float64(i)*(panelHeight+panelGap)
		var of []result
		for _, r := range results {
			if r.format == format {
				of = append(of, r)
			}
		}
		panel(&b, marginLeft, y, "Seconds, "+format, of, false, func(r result) float64 { return r.median().Seconds() })
		panel(&b, marginLeft+panelWidth+panelGap, y, "Memory in MB, "+format, of, true, func(r result) float64 { return float64(r.memory) / 1e6 })
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// panel draws one value of the results, a line for each engine.
func panel(b *strings.Builder, left, top float64, title string, results []result, names bool, value func(result) float64) {
	low, high, fewest, most := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, r := range results {
		if v := value(r); v > 0 {
			low, high = min(low, v), max(high, v)
		}
		fewest, most = min(fewest, float64(r.rows)), max(most, float64(r.rows))
	}
	if math.IsInf(low, 0) {
		return
	}
	low, high = math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	x := func(rows int) float64 {
		return left + panelWidth*(math.Log10(float64(rows))-math.Log10(fewest))/max(1e-9, math.Log10(most)-math.Log10(fewest))
	}
	y := func(v float64) float64 { return top + panelHeight*(1-(math.Log10(v)-low)/max(1e-9, high-low)) }
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" font-weight="bold">%s</text>`+"\n", left, top-14, title)
	for power := low; power <= high; power++ {
		v := math.Pow(10, power)
		fmt.Fprintf(b, `<path d="M%.1f %.1fh%.1f" stroke="#ccd5da"/><text x="%.1f" y="%.1f" text-anchor="end">%g</text>`+"\n",
			left, y(v), panelWidth, left-6, y(v)+4, v)
	}
	var engines []string
	var ticks []int
	for _, r := range results {
		if !slices.Contains(engines, r.engine) {
			engines = append(engines, r.engine)
		}
		if !slices.Contains(ticks, r.rows) {
			ticks = append(ticks, r.rows)
			fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`+"\n", x(r.rows), top+panelHeight+18, r.rows)
		}
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">patients</text>`+"\n", left+panelWidth/2, top+panelHeight+36)
	lines(b, results, engines, names, func(r result) (float64, float64, bool) { return x(r.rows), y(value(r)), value(r) > 0 })
}

// lines draws the lines, and their names at their ends, apart from each other.
func lines(b *strings.Builder, results []result, engines []string, names bool, at func(result) (x, y float64, ok bool)) {
	type label struct {
		engine string
		x, y   float64
	}
	var labels []label
	for _, engine := range engines {
		var path []string
		last := label{engine: engine}
		for _, r := range results {
			if px, py, ok := at(r); ok && r.engine == engine {
				path = append(path, fmt.Sprintf("%.1f %.1f", px, py))
				fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", px, py, colours[engine])
				last.x, last.y = px, py
			}
		}
		if len(path) == 0 {
			continue
		}
		fmt.Fprintf(b, `<path d="M%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(path, "L"), colours[engine])
		labels = append(labels, last)
	}
	if !names {
		return
	}
	slices.SortFunc(labels, func(a, b label) int { return int(math.Copysign(1, a.y-b.y)) })
	const lineHeight = 14
	for i, l := range labels {
		if i > 0 {
			l.y = max(l.y, labels[i-1].y+lineHeight)
			labels[i] = l
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", l.x+8, l.y+4, colours[l.engine], l.engine)
	}
}
