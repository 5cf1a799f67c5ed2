package main

import (
	"bytes"
	"slices"

	"cohortcounts/plots"
)

// chart draws two panels for each form of cohort, time and memory over the
// number of patients, as SVG: a row of times above a row of memory.
func chart(results []result) ([]byte, error) {
	c := plots.Chart{Title: "Counting a cohort: time and memory"}
	for _, format := range formatsOf(results) {
		c.Panels = append(c.Panels,
			panel(results, format, "Time, "+format, "seconds, whole process", func(r result) float64 { return r.median().Seconds() }))
	}
	for _, format := range formatsOf(results) {
		c.Panels = append(c.Panels,
			panel(results, format, "Memory, "+format, "MB resident at most", func(r result) float64 { return float64(r.memory) / 1e6 }))
	}
	var b bytes.Buffer
	err := c.Write(&b, plots.SVG)
	return b.Bytes(), err
}

func formatsOf(results []result) (formats []string) {
	for _, r := range results {
		if !slices.Contains(formats, r.format) {
			formats = append(formats, r.format)
		}
	}
	return formats
}

// panel is one value of the results of a form, a line for each engine.
func panel(results []result, format, title, caption string, value func(result) float64) plots.ChartPanel {
	p := plots.ChartPanel{Title: title, X: "patients", Y: caption}
	for _, r := range results {
		v := 0.0
		if r.skipped == "" {
			v = value(r)
		}
		if r.format != format || v <= 0 { // not measured, or not told by the system
			continue
		}
		i := slices.IndexFunc(p.Lines, func(l plots.Line) bool { return l.Label == r.engine })
		if i < 0 {
			i = len(p.Lines)
			p.Lines = append(p.Lines, plots.Line{Label: r.engine})
		}
		p.Lines[i].Points = append(p.Lines[i].Points, plots.Point{X: float64(r.rows), Y: v})
	}
	return p
}
