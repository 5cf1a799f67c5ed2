package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cohortcounts/analysis"
)

// checkScene checks what holds for every page: P2 (texts are on the page and
// do not overlap) and P3 (no text covers a line of data).
func checkScene(t *testing.T, page scene) {
	t.Helper()
	face, err := newTypeface()
	if err != nil {
		t.Fatal(err)
	}
	whole := rectangle{0, 0, page.width, page.height}
	var texts []label
	for _, e := range page.elements {
		if l, ok := e.(label); ok {
			texts = append(texts, l)
		}
	}
	for _, e := range page.elements {
		g, ok := e.(group)
		if !ok {
			continue
		}
		for _, inner := range g.elements {
			if l, ok := inner.(label); ok {
				texts = append(texts, l)
			}
		}
	}
	var areas []rectangle
	for _, l := range texts {
		area := areaOf(face, l)
		if !(area.x >= -0.01 && area.y >= -0.01 && area.right() <= whole.right()+0.01 && area.bottom() <= whole.bottom()+0.01) {
			t.Errorf("text %q at %v is outside the page of %g by %g", l.text, area, page.width, page.height)
		}
		areas = append(areas, area)
	}
	for i := range areas {
		for j := range areas[:i] {
			if areas[i].overlaps(areas[j]) {
				t.Errorf("texts %q at %v and %q at %v overlap", texts[i].text, areas[i], texts[j].text, areas[j])
			}
		}
	}
	for _, e := range page.elements {
		g, ok := e.(group)
		if !ok {
			continue
		}
		for _, inner := range g.elements {
			checkFinite(t, inner)
			if data, ok := inner.(lines); ok && data.ink >= series0 && data.width == lineWidth {
				for _, run := range data.runs {
					for k := range run[1:] {
						for i, area := range areas {
							if enters(run[k], run[k+1], area) {
								t.Fatalf("text %q covers data at %v", texts[i].text, run[k])
							}
						}
					}
				}
			}
		}
	}
}

// areaOf is what the letters of a text cover, from the tops of capitals to the
// base line.
func areaOf(face *typeface, l label) rectangle {
	width := face.width(l.text, l.size, l.bold)
	shift := [...]float64{start: 0, middle: width / 2, end: width}[l.anchor]
	if l.turned {
		return rectangle{l.at.x - 0.72*l.size, l.at.y - width + shift, 0.72 * l.size, width}
	}
	return rectangle{l.at.x - shift, l.at.y - 0.72*l.size, width, 0.72 * l.size}
}

func checkFinite(t *testing.T, e element) {
	t.Helper()
	var points []point
	switch e := e.(type) {
	case lines:
		for _, run := range e.runs {
			points = append(points, run...)
		}
	case marks:
		points = e.at
	case label:
		points = []point{e.at}
	case box:
		points = []point{{e.x, e.y}, {e.right(), e.bottom()}}
	}
	for _, p := range points {
		if !(math.Abs(p.x) < maxSide+1 && math.Abs(p.y) < maxSide+1) {
			t.Fatalf("%T has a point at %v", e, p)
		}
	}
}

// randomTable is CSV text of a table: rows a day, a week or a month apart,
// some missing, and counts of many sizes.
func randomTable(random *rand.Rand, codelists, rows int) string {
	var b strings.Builder
	for i := range codelists {
		fmt.Fprintf(&b, ",c%d%s", i, strings.Repeat("_long", random.IntN(3)*random.IntN(8)))
	}
	date := time.Date(1990+random.IntN(40), 3, 1, 0, 0, 0, 0, time.UTC)
	months, days := 0, []int{1, 7, 10}[random.IntN(3)]
	if random.IntN(4) == 0 {
		months, days = 1, 0
	}
	largest := random.Int64() >> random.IntN(63)
	withheld := random.Float64() * random.Float64() * 1.5
	for range rows {
		b.WriteString("\n" + date.Format(time.DateOnly))
		for range codelists {
			if b.WriteByte(','); random.Float64() >= withheld {
				fmt.Fprint(&b, random.Int64N(largest/int64(1+random.IntN(3))+1))
			}
		}
		date = date.AddDate(0, months, days)
		if random.IntN(20) == 0 {
			date = date.AddDate(0, 2*months, 3*days)
		}
	}
	return b.String() + "\n"
}

// randomPanels shows the table's codelists, and one it lacks, in panels.
func randomPanels(random *rand.Rand, table string) []analysis.Panel {
	header, _, _ := strings.Cut(table, "\n")
	var panels []analysis.Panel
	for _, codelist := range append(strings.Split(header, ",")[1:], "absent") {
		if len(panels) == 0 || random.IntN(3) == 0 {
			panels = append(panels, analysis.Panel{Title: strings.Repeat("Title of words ", 1+random.IntN(6))})
		}
		p := &panels[len(panels)-1]
		p.Series = append(p.Series, analysis.Series{Codelist: codelist, Label: "Code for " + codelist})
	}
	return panels
}

func drawRandom(t *testing.T, seed uint64, codelists, rows int, width, height float64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	text := randomTable(random, codelists, rows)
	figure, err := New(tableOf(t, text), randomPanels(random, text), Options{
		Width: width, Height: height, All: random.IntN(2) == 0, Ticks: Ticks(random.IntN(2)), RoundedTo: 5,
	})
	if err != nil {
		t.Skipf("options are refused: %v", err)
	}
	page, err := figure.scene()
	if err != nil {
		if width == 0 && height == 0 {
			t.Errorf("a page of free size: %v", err)
		}
		return
	}
	checkScene(t, page)
	var svg bytes.Buffer
	if err := writeSVG(&svg, page); err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(&svg)
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the SVG is no XML: %v", err)
		}
	}
}

// Any table on any page that it fits on, is drawn by the rules.
func TestLayoutOfAnyTable(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 150 {
		codelists, rows := 1+random.IntN(9), 1+random.IntN(120)
		width, height := 0.0, 0.0
		if i%3 > 0 {
			width = minSide + random.Float64()*1500
		}
		if i%3 > 1 {
			height = minSide + random.Float64()*1500
		}
		t.Run(fmt.Sprintf("%d codelists %d rows %.0fx%.0f seed %d", codelists, rows, width, height, i), func(t *testing.T) {
			t.Parallel()
			drawRandom(t, uint64(i), codelists, rows, width, height)
		})
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint16(96), 0.0, 0.0)
	f.Add(uint64(2), uint8(200), uint16(5), 400.0, 0.0)
	f.Add(uint64(3), uint8(1), uint16(1), 150.0, 150.0)
	f.Add(uint64(4), uint8(2), uint16(5000), 1080.0, 864.0)
	f.Fuzz(func(t *testing.T, seed uint64, codelists uint8, rows uint16, width, height float64) {
		if codelists == 0 || codelists > 200 || rows == 0 || int(rows)*int(codelists) > 20_000 {
			t.Skip("no table of interest")
		}
		drawRandom(t, seed, int(codelists), int(rows), width, height)
	})
}
