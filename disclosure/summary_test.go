package disclosure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/counts"
)

// everything is all that is written or printed of a count at the table's level.
func everything(t *testing.T, raw *counts.Raw, summary *counts.Summary, rule analysis.Rule) string {
	t.Helper()
	table := Release(raw, rule)
	var b bytes.Buffer
	for _, opts := range []WriteOptions{{Totals: true}, {Layout: Long, Totals: true}} {
		if err := WriteCSV(&b, table, opts); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Report().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	released := table.Summarise(summary)
	text, err := json.Marshal(released)
	if err != nil {
		t.Fatal(err)
	}
	return b.String() + string(text) + released.String()
}

// D3, D4, D5: a cohort whose withheld counts are others, and whose other counts
// are others that round to the same, gives the same bytes: no total, summary or
// report tells them apart.
func TestNothingTellsWithheldCounts(t *testing.T) {
	t.Parallel()
	rules := []analysis.Rule{
		profile(t, "original"), profile(t, "opensafely"), profile(t, "midpoint6"),
		{RedactAtOrBelow: 9, RoundTo: 10, KeepZero: true, Marker: analysis.Redacted},
		{RedactAtOrBelow: 3, RoundTo: 1},
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		rule := rules[seed%uint64(len(rules))]
		// another is a count that is released as n is.
		another := func(n int64) int64 {
			for {
				if other := max(0, n-r.Int64N(8)+r.Int64N(8)); release(other, rule) == release(n, rule) {
					return other
				}
			}
		}
		var weeks []time.Time
		for i := range 1 + r.IntN(4) {
			weeks = append(weeks, time.Date(2020, 2, 2+7*i, 0, 0, 0, 0, time.UTC))
		}
		var names []string
		for i := range 1 + r.IntN(3) {
			names = append(names, fmt.Sprintf("list_%d", i))
		}
		one, two := counts.NewRaw(weeks, names), counts.NewRaw(weeks, names)
		rows := r.Int64N(40)
		a, b := &counts.Summary{Rows: rows, Columns: 6}, &counts.Summary{Rows: another(rows), Columns: 6}
		for i, name := range names {
			outside := r.Int64N(20)
			a.Codelists = append(a.Codelists, counts.CodelistSummary{Name: name, Outside: outside})
			b.Codelists = append(b.Codelists, counts.CodelistSummary{Name: name, Outside: another(outside)})
			for week := range weeks {
				n := r.Int64N(20)
				other := another(n)
				one.Add(week, i, n)
				two.Add(week, i, other)
				a.Codelists[i].Inside += n
				b.Codelists[i].Inside += other
			}
		}
		if x, y := everything(t, one, a, rule), everything(t, two, b, rule); x != y {
			t.Fatalf("seed %d, %+v:\n%s\n%s", seed, rule, x, y)
		}
	}
}

func TestSummaryLine(t *testing.T) {
	t.Parallel()
	week := []time.Time{time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		rule           analysis.Rule
		rows, cold, xs int64 // patients, events outside of two codelists
		want           string
	}{
		{profile(t, "opensafely"), 1002, 0, 0, "counted 20 events of 1000 patients (sum of the printed counts; 1 of 2 cells withheld); dropped at most 7 events of each codelist outside the period"},
		{profile(t, "opensafely"), 6, 93, 3, "counted 20 events of at most 7 patients (sum of the printed counts; 1 of 2 cells withheld); dropped 95 events, and at most 7 events of each of 1 other codelist, outside the period"},
		{analysis.Rule{KeepZero: true}, 22, 1, 0, "counted 22 events of 22 patients (sum of the printed counts); dropped 1 event outside the period"},
		{analysis.Rule{}, 22, 0, 0, "counted 22 events of 22 patients (sum of the printed counts; 1 of 2 cells withheld); dropped 0 events outside the period"},
	} {
		raw := counts.NewRaw(week, []string{"cold", "flu"})
		raw.Add(0, 1, 22)
		s := Release(raw, c.rule).Summarise(&counts.Summary{Rows: c.rows, Codelists: []counts.CodelistSummary{
			{Name: "cold", Outside: c.cold}, {Name: "flu", Inside: 22, Outside: c.xs},
		}})
		if got := s.String(); got != c.want {
			t.Errorf("%+v: got\n%s\nwant\n%s", c.rule, got, c.want)
		}
		if c.rows == 6 && (s.Rows != nil || strings.Contains(s.String(), "6 p")) {
			t.Error("a small number of patients is told")
		}
	}
}
