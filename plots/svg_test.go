package plots

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"cohortcounts/analysis"
	"cohortcounts/disclosure"
)

// tableOf reads a table from CSV text.
func tableOf(t testing.TB, text string) *disclosure.Table {
	t.Helper()
	table, err := disclosure.ReadCSV(strings.NewReader(text), "t.csv")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// drawn is the SVG of a table's panels.
func drawn(t testing.TB, text string, panels []analysis.Panel, options Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Draw(&b, tableOf(t, text), panels, options); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// node is an element of a parsed SVG.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n node) number(name string) float64 {
	x, err := strconv.ParseFloat(n.attr(name), 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

// all lists the elements of a name, in document order.
func (n node) all(name string) []node {
	var found []node
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

func parsed(t testing.TB, svg []byte) node {
	t.Helper()
	var root node
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	if err := decoder.Decode(&root); err != nil && err != io.EOF {
		t.Fatalf("%v in\n%s", err, svg)
	}
	return root
}

var flu = []analysis.Panel{{Title: "Flu", Series: []analysis.Series{{Codelist: "flu", Label: "Code for flu"}}}}

// P1: every count that is told has one mark, at its date and height; a
// withheld one has none, and a zero is a mark at zero.
func TestPointPerCount(t *testing.T) {
	t.Parallel()
	root := parsed(t, drawn(t, ",flu\n2020-02-02,100\n2020-02-09,\n2020-02-16,0\n2020-02-23,50\n2020-03-01,200\n", flu, Options{}))
	var marks []node
	for _, use := range root.all("use") {
		if len(use.Children) > 0 {
			marks = append(marks, use)
		}
	}
	tips := []string{"2020-02-02: 100", "2020-02-16: 0", "2020-02-23: 50", "2020-03-01: 200"}
	if len(marks) != len(tips) {
		t.Fatalf("%d marks, want %d", len(marks), len(tips))
	}
	for i, m := range marks {
		if got := m.Children[0].Text; got != tips[i] {
			t.Errorf("mark %d says %q, want %q", i, got, tips[i])
		}
	}
	zero, top := marks[1].number("y"), marks[3].number("y")
	for i, count := range []float64{100, 0, 50, 200} {
		if want := zero - count/200*(zero-top); math.Abs(marks[i].number("y")-want) > 0.11 {
			t.Errorf("mark %d at y %g, want %g", i, marks[i].number("y"), want)
		}
	}
	week := marks[2].number("x") - marks[1].number("x")
	for i, weeks := range []float64{0, 2, 3, 4} {
		if want := marks[0].number("x") + weeks*week; math.Abs(marks[i].number("x")-want) > 0.3 {
			t.Errorf("mark %d at x %g, want %g", i, marks[i].number("x"), want)
		}
	}
}
