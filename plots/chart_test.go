package plots

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

func measurements(panels, lines, points int) Chart {
	c := Chart{Title: "times"}
	for i := range panels {
		p := ChartPanel{Title: fmt.Sprintf("Time, form %d", i), X: "patients", Y: "seconds"}
		for k := range lines {
			l := Line{Label: fmt.Sprintf("engine %d", k)}
			for n := range points {
				l.Points = append(l.Points, Point{math.Pow10(n + 4), 0.013 * float64(k+1) * math.Pow(7, float64(n))})
			}
			p.Lines = append(p.Lines, l)
		}
		c.Panels = append(c.Panels, p)
	}
	return c
}

// Every measurement is a mark at its place between the powers of ten; texts
// are on the page and apart (P2); the same chart has the same bytes (P8).
func TestChart(t *testing.T) {
	t.Parallel()
	for _, size := range [][3]int{{1, 1, 1}, {2, 5, 4}, {4, 5, 4}, {4, 9, 9}, {9, 2, 12}} {
		c := measurements(size[0], size[1], size[2])
		page, err := c.scene()
		if err != nil {
			t.Fatal(err)
		}
		checkScene(t, page)
		var one, two bytes.Buffer
		for _, b := range []*bytes.Buffer{&one, &two} {
			if err := c.Write(b, SVG); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Error("a second drawing has other bytes")
		}
		if n := len(parsed(t, one.Bytes()).all("use")); n != size[0]*size[1]*(size[2]+1) { // and one in the legend
			t.Errorf("%v: %d marks", size, n)
		}
	}
}

// A value stands where its logarithm is between the ends of the axis.
func TestPowers(t *testing.T) {
	t.Parallel()
	p, err := newPowers([]float64{0.02, 30, 1})
	if err != nil || p != (powers{-2, 2}) {
		t.Fatal(p, err)
	}
	for value, want := range map[float64]float64{0.01: 0, 1: 0.5, 100: 1, 10: 0.75} {
		if got := p.at(value); math.Abs(got-want) > 1e-9 {
			t.Errorf("%g is at %g, want %g", value, got, want)
		}
	}
	if one, err := newPowers([]float64{10}); err != nil || one != (powers{1, 2}) {
		t.Error(one, err)
	}
	for value, want := range map[float64]string{0.01: "0.01", 1: "1", 1e4: "10,000", 1e6: "1 million", 1e7: "10 million"} {
		if got := powerLabel(value); got != want {
			t.Errorf("%g is written %q, want %q", value, got, want)
		}
	}
}

func TestChartFaults(t *testing.T) {
	t.Parallel()
	for _, value := range []float64{0, -1, math.NaN(), math.Inf(1), 1e300} {
		c := Chart{Panels: []ChartPanel{{Title: "x", Lines: []Line{{Label: "a", Points: []Point{{1, value}}}}}}}
		if err := c.Write(&bytes.Buffer{}, SVG); err == nil || !strings.Contains(err.Error(), "logarithmic") {
			t.Errorf("%g: %v", value, err)
		}
	}
	for _, c := range []Chart{{}, {Panels: []ChartPanel{{Title: "x"}}}} {
		if err := c.Write(&bytes.Buffer{}, SVG); err == nil {
			t.Error("nothing was drawn without complaint")
		}
	}
}
