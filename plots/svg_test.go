package plots

import (
	"bytes"
	"encoding/xml"
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
	figure, err := New(tableOf(t, text), panels, options)
	if err == nil {
		err = figure.Write(&b, SVG)
	}
	if err != nil {
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
	if err := decoder.Decode(&root); err != nil {
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

// P4: a panel is a picture with a title and a summary in words.
func TestPanelsAreDescribed(t *testing.T) {
	t.Parallel()
	root := parsed(t, drawn(t, ",flu,cold\n2020-02-02,1000,\n2020-02-09,,\n2020-02-16,1200,\n",
		[]analysis.Panel{
			{Title: "Flu & <cold>", Series: []analysis.Series{{Codelist: "flu", Label: "Code for flu"}, {Codelist: "cold", Label: "Cold"}, {Codelist: "fever"}}},
		}, Options{}))
	panels := root.all("g")
	if role := panels[0].attr("role"); role != "img" {
		t.Errorf("role %q", role)
	}
	if got := panels[0].Children[0].Text; got != "Flu & <cold>" {
		t.Errorf("title %q", got)
	}
	want := "Count per week, 3 weeks, 2 February 2020 to 16 February 2020." +
		" Code for flu: total at least 2,200, highest 1,200 in the week of 16 February 2020, 1 week withheld." +
		" Cold: every count is withheld. Not in the table: fever."
	if got := panels[0].Children[1].Text; got != want {
		t.Errorf("description\n%q, want\n%q", got, want)
	}
}

// P5: a file holds no script and refers to nothing outside itself.
func TestSVGStandsAlone(t *testing.T) {
	t.Parallel()
	svg := drawn(t, ",flu\n2020-02-02,5\n2020-02-09,10\n", []analysis.Panel{{
		Title:  "<script>alert(1)</script>\x01\u202e",
		Series: []analysis.Series{{Codelist: "flu", Label: `"><image href="http://example.com/"/>`}},
	}}, Options{})
	root := parsed(t, svg)
	for _, name := range []string{"script", "image", "foreignObject", "a", "link"} {
		if len(root.all(name)) > 0 {
			t.Errorf("has a %s", name)
		}
	}
	for _, use := range root.all("use") {
		if !strings.HasPrefix(use.attr("href"), "#") {
			t.Errorf("refers to %q", use.attr("href"))
		}
	}
	if bytes.Contains(svg, []byte("url(")) || bytes.Contains(svg, []byte("@import")) {
		t.Error("the style sheet refers to something")
	}
}

// P6: lines that lie on each other are drawn in stripes, so that both are seen.
func TestSharedLines(t *testing.T) {
	t.Parallel()
	root := parsed(t, drawn(t, ",a,b\n2020-02-02,10,10\n2020-02-09,10,10\n2020-02-16,10,50\n2020-02-23,60,90\n", []analysis.Panel{{
		Title: "Two", Series: []analysis.Series{{Codelist: "a", Label: "A"}, {Codelist: "b", Label: "B"}},
	}}, Options{}))
	var striped, solid int
	for _, path := range root.all("path") {
		if path.attr("class") != "s6" || path.attr("stroke-width") != "1.5" || strings.Count(path.attr("d"), "M") != 1 {
			continue
		}
		if path.attr("stroke-dasharray") == "5 5" {
			striped++
		} else {
			solid++
		}
	}
	if striped != 1 || solid != 2 { // its sample in the legend, and the rest of the line
		t.Errorf("%d striped and %d solid parts of the second line", striped, solid)
	}
}

// A row that the table lacks breaks the line as a withheld one does, without
// its mark.
func TestMissingRowIsAGap(t *testing.T) {
	t.Parallel()
	root := parsed(t, drawn(t, ",flu\n2020-02-02,10\n2020-02-09,10\n2020-02-23,50\n2020-03-01,60\n", flu, Options{}))
	for _, path := range root.all("path") {
		if path.attr("class") == "s5" && strings.Count(path.attr("d"), "M") == 2 {
			return
		}
	}
	t.Error("no line in two parts")
}

func TestLegend(t *testing.T) {
	t.Parallel()
	for table, want := range map[string]string{
		",flu\n2020-02-02,1200\n2020-02-09,30\n":                                 "Code for flu, N=1,230",
		",flu\n2020-02-02,1200\n2020-02-09,\n":                                   "Code for flu, N=at least 1,200",
		",flu\n2020-02-02,9223372036854775807\n2020-02-09,9223372036854775807\n": "Code for flu, N=18,446,744,073,709,551,614",
		",flu_midpoint6\n2020-02-02,3\n":                                         "Code for flu, N=3",
	} {
		var texts []string
		for _, text := range parsed(t, drawn(t, table, flu, Options{})).all("text") {
			texts = append(texts, text.Text)
		}
		all := strings.Join(texts, "|")
		if !strings.Contains(all, want+"|") {
			t.Errorf("%s: no %q", all, want)
		}
		if got, want := strings.Contains(all, "|withheld|"), strings.Contains(want, "at least"); got != want {
			t.Errorf("%s: legend of withheld: %t", all, got)
		}
	}
}
