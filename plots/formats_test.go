package plots

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cohortcounts/analysis"
)

const small = ",flu,cold\n2020-02-02,10,\n2020-02-09,30,5\n"

func smallFigure(t testing.TB, options Options) *Figure {
	t.Helper()
	f, err := New(tableOf(t, small), flu, options)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func written(t testing.TB, f *Figure, format Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPNG(t *testing.T) {
	t.Parallel()
	for dpi, want := range map[int][2]int{0: {500, 400}, 192: {1000, 800}} {
		picture, err := png.Decode(bytes.NewReader(written(t, smallFigure(t, Options{Width: 375, Height: 300, DPI: dpi}), PNG)))
		if err != nil {
			t.Fatal(err)
		}
		size := picture.Bounds().Size()
		if size.X != want[0] || size.Y != want[1] {
			t.Errorf("at %d dpi the picture is %v, want %v", dpi, size, want)
		}
		inked := 0
		for y := range size.Y {
			for x := range size.X {
				if r, g, b, _ := picture.At(x, y).RGBA(); r+g+b < 3*0xffff {
					inked++
				}
			}
		}
		if share := float64(inked) / float64(size.X*size.Y); share < 0.01 || share > 0.3 {
			t.Errorf("at %d dpi %.3f of the picture is not white", dpi, share)
		}
	}
}

func TestPNGTooLarge(t *testing.T) {
	t.Parallel()
	err := smallFigure(t, Options{Width: 3000, Height: 3000, DPI: 600}).Write(&bytes.Buffer{}, PNG)
	if err == nil || !strings.Contains(err.Error(), "at most 100 are drawn") {
		t.Error(err)
	}
}

// The days of twenty years are drawn in less than a second, not in half a
// minute.
func TestPNGOfManyDays(t *testing.T) {
	t.Parallel()
	var days strings.Builder
	days.WriteString(",flu\n")
	for i := range 7300 {
		fmt.Fprintf(&days, "%s,%d\n", time.Date(2000, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), i*7%50)
	}
	f, err := New(tableOf(t, days.String()), flu, Options{})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	written(t, f, PNG)
	if took := time.Since(begun); took > 10*time.Second { // under other tests, too
		t.Errorf("it took %v", took)
	}
}

func TestPDF(t *testing.T) {
	t.Parallel()
	f := smallFigure(t, Options{All: true, Ticks: OriginalTicks})
	first := written(t, f, PDF)
	if !bytes.HasPrefix(first, []byte("%PDF-1.")) || !bytes.Contains(first, []byte("/MediaBox [0 0 1080.00")) {
		t.Errorf("no PDF of the page's size: %.100q", first)
	}
	if !bytes.Equal(first, written(t, f, PDF)) {
		t.Error("a second drawing has other bytes")
	}
}

// Letters that the font lacks, or that lie outside the basic plane, are no
// reason to fail in any format.
func TestAnyLetters(t *testing.T) {
	t.Parallel()
	panels := []analysis.Panel{{Title: "流感 😀 \x00\xff é", Series: []analysis.Series{{Codelist: "flu", Label: "грипп 🦠 \u202ex"}}}}
	f, err := New(tableOf(t, small), panels, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []Format{SVG, PNG, PDF} {
		if len(written(t, f, format)) < 1000 {
			t.Errorf("%s is empty", format)
		}
	}
	parsed(t, written(t, f, SVG))
}

func TestData(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := smallFigure(t, Options{All: true}).WriteData(&b); err != nil {
		t.Fatal(err)
	}
	want := `panel,label,codelist,date,count
Flu,Code for flu,flu,2020-02-02,10
Flu,Code for flu,flu,2020-02-09,30
cold,cold,cold,2020-02-02,[REDACTED]
cold,cold,cold,2020-02-09,5
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for want, options := range map[string]Options{
		"width is 0.01 inches; want 2 to 2800":               {Width: 1},
		"height is 13888.89 inches; want 2 to 2800":          {Height: 1e6},
		"the resolution is -1 dots per inch; want 1 to 2400": {DPI: -1},
	} {
		if err := options.Validate(); err == nil || err.Error() != want {
			t.Errorf("%+v: %v, want %s", options, err, want)
		}
	}
}

// A page too small for its panels is refused with the size that it needs, and
// has room at that.
func TestPageTooSmall(t *testing.T) {
	t.Parallel()
	err := smallFigure(t, Options{All: true, Width: 200, Height: 150}).Write(&bytes.Buffer{}, SVG)
	if err == nil || !strings.Contains(err.Error(), "too small for 2 panels; make it ") {
		t.Fatal(err)
	}
}

func BenchmarkDraw(b *testing.B) {
	text, err := os.ReadFile("testdata/dummy.csv")
	if err != nil {
		b.Fatal(err)
	}
	table := tableOf(b, string(text))
	for _, format := range []Format{SVG, PNG, PDF} {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := New(table, analysis.Original().Panels, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if err := f.Write(&bytes.Buffer{}, format); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
