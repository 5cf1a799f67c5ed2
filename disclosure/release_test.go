package disclosure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/counts"
)

func profile(t *testing.T, name string) analysis.Rule {
	t.Helper()
	rule, err := analysis.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

// D1, D2: a cell under each rule. "-" is withheld.
func TestRelease(t *testing.T) {
	t.Parallel()
	original, opensafely, midpoint := profile(t, "original"), profile(t, "opensafely"), profile(t, "midpoint6")
	keep := opensafely
	keep.KeepZero = true
	zeroWithheld := midpoint
	zeroWithheld.KeepZero = false
	exact := analysis.Rule{RedactAtOrBelow: 3, RoundTo: 1}
	nothing := analysis.Rule{}
	ten := analysis.Rule{RedactAtOrBelow: 9, RoundTo: 10}
	for _, c := range []struct {
		name string
		rule analysis.Rule
		want string // of 0 1 5 6 7 8 12 13 15 18 1002
	}{
		{"original", original, "- - - 5 5 10 10 15 15 20 1000"},
		{"opensafely", opensafely, "- - - - - 10 10 15 15 20 1000"},
		{"zero kept", keep, "0 - - - - 10 10 15 15 20 1000"},
		{"midpoint 6", midpoint, "0 3 3 3 9 9 9 15 15 15 999"},
		{"midpoint 6, zero withheld", zeroWithheld, "- 3 3 3 9 9 9 15 15 15 999"},
		{"no rounding", exact, "- - 5 6 7 8 12 13 15 18 1002"},
		{"no threshold", nothing, "- 1 5 6 7 8 12 13 15 18 1002"},
		{"to the nearest ten, a tie up", ten, "- - - - - - 10 10 20 20 1000"},
	} {
		var got []string
		for _, n := range []int64{0, 1, 5, 6, 7, 8, 12, 13, 15, 18, 1002} {
			cell := release(n, c.rule)
			if cell.Withheld {
				got = append(got, "-")
			} else {
				got = append(got, fmt.Sprint(cell.Count))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule analysis.Rule
		want string
	}{
		{profile(t, "original"), "a printed 5 can only be 6 or 7"},
		{profile(t, "opensafely"), ""},
		{profile(t, "midpoint6"), ""},
		{analysis.Rule{RedactAtOrBelow: 6, RoundTo: 5}, "a printed 5 can only be 7:"},
		{analysis.Rule{RedactAtOrBelow: 4, RoundTo: 10}, ""},
		{analysis.Rule{RedactAtOrBelow: 7, RoundTo: 10}, "a printed 10 can only be 8 to 14"},
	} {
		if got := Warning(c.rule); !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.want)
		}
	}
}

func table(rule analysis.Rule) *Table {
	raw := counts.NewRaw([]time.Time{time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC), time.Date(2020, 2, 9, 0, 0, 0, 0, time.UTC)}, []string{"flu", "cold"})
	raw.Add(0, 0, 12)
	raw.Add(0, 1, 3)
	raw.Add(1, 0, 8)
	return Release(raw, rule)
}

func TestWriteCSV(t *testing.T) {
	t.Parallel()
	marked := profile(t, "opensafely")
	marked.Marker = analysis.Redacted
	for _, c := range []struct {
		name string
		rule analysis.Rule
		opts WriteOptions
		want string
	}{
		{"wide", profile(t, "original"), WriteOptions{}, ",flu,cold\n2020-02-02,10.0,\n2020-02-09,10.0,\n"},
		// D3: the total is of released cells: not 23, and not 25 either.
		{"totals", marked, WriteOptions{Totals: true}, ",flu,cold\n2020-02-02,10.0,[REDACTED]\n2020-02-09,10.0,[REDACTED]\ntotal,20.0,0.0\n"},
		{
			"long", profile(t, "midpoint6"),
			WriteOptions{Layout: Long, Totals: true},
			"week,codelist,count_midpoint6\n2020-02-02,flu,9.0\n2020-02-02,cold,3.0\n2020-02-09,flu,9.0\n2020-02-09,cold,0.0\ntotal,flu,18.0\ntotal,cold,3.0\n",
		},
	} {
		var b bytes.Buffer
		if err := WriteCSV(&b, table(c.rule), c.opts); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, b.String(), c.want)
		}
	}
	if err := WriteCSV(failing{}, table(marked), WriteOptions{}); err == nil {
		t.Error("a fault of the writer is not told")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, fmt.Errorf("full") }

// D4: tables that cannot be told apart have the same report.
func TestReportTellsNothingMore(t *testing.T) {
	t.Parallel()
	text := func(add func(*counts.Raw)) string {
		raw := counts.NewRaw([]time.Time{{}, {}}, []string{"flu"})
		add(raw)
		var table, report bytes.Buffer
		released := Release(raw, profile(t, "opensafely"))
		if err := WriteCSV(&table, released, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := released.Report().WriteJSON(&report); err != nil {
			t.Fatal(err)
		}
		return table.String() + report.String()
	}
	a := text(func(raw *counts.Raw) { raw.Add(0, 0, 10) })                   // exactly 10, and a zero
	b := text(func(raw *counts.Raw) { raw.Add(0, 0, 12); raw.Add(1, 0, 7) }) // rounded to 10, and a small count
	if a != b {
		t.Errorf("the report tells them apart:\n%s\n%s", a, b)
	}
	var r Report
	if err := json.Unmarshal([]byte(a[strings.Index(a, "{"):]), &r); err != nil {
		t.Fatal(err)
	}
	if c := r.Columns[0]; c.Withheld != 1 || c.Rounded != 1 || c.Zero != 0 || c.Cells != 2 || r.Rule.RedactAtOrBelow != 7 {
		t.Errorf("%+v", r)
	}
}
