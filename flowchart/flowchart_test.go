package flowchart

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"cohortcounts/analysis"
)

var update = flag.Bool("update", false, "write the golden files anew")

func profile(t *testing.T, name string) analysis.Rule {
	t.Helper()
	rule, err := analysis.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

func raw(counts ...int64) *Raw {
	r := &Raw{}
	for i, n := range counts {
		r.Add(strings.Repeat("x", i), n)
	}
	return r
}

// F1, F2, F3: what is shown of some counts.
func TestRelease(t *testing.T) {
	t.Parallel()
	exact := analysis.Rule{RedactAtOrBelow: 7, Marker: "*"}
	zero := analysis.Rule{RedactAtOrBelow: 7, Marker: "*", KeepZero: true}
	for _, c := range []struct {
		name   string
		rule   analysis.Rule
		counts []int64
		want   string
	}{
		{"rounded", profile(t, "opensafely"), []int64{1003, 502, 101}, "1005 500 100"},
		{"the end is small", profile(t, "opensafely"), []int64{1003, 502, 7}, "1005 500 *"},
		{"few are left out at the end", profile(t, "opensafely"), []int64{1003, 502, 498}, "1005 * 500"},
		{"few are left out, again and again", exact, []int64{30, 26, 22, 18}, "* 26 * 18"},
		{"few in all", exact, []int64{24, 20, 18}, "* * 18"},
		{"none left out is few, too", exact, []int64{30, 30, 10}, "* 30 10"},
		{"none left out may be told", zero, []int64{30, 30, 10, 0}, "30 30 10 0"},
		{"midpoints", profile(t, "midpoint6"), []int64{100, 99, 12, 0}, "99 99 9 0"},
		{"one step", exact, []int64{12}, "12"},
	} {
		var got []string
		rule := c.rule
		rule.Marker = "*"
		chart := Release(raw(c.counts...), rule)
		for _, step := range chart.Steps {
			got = append(got, chart.cell(step.Left))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// F3 on random charts: no two numbers that are shown differ, as counted, by so
// few that the difference itself would be withheld; F2: what was left out is
// the difference of what is shown.
func TestNoSmallDifferenceIsShown(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		rule := analysis.Rule{RedactAtOrBelow: r.Int64N(12), RoundTo: r.Int64N(7), KeepZero: r.IntN(2) == 0}
		counts := []int64{r.Int64N(60)}
		for range r.IntN(6) {
			counts = append(counts, r.Int64N(counts[len(counts)-1]+1))
		}
		chart, last := Release(raw(counts...), rule), -1
		for i, step := range chart.Steps {
			if i > 0 && !step.LeftOut.Withheld && step.LeftOut.Count != chart.Steps[i-1].Left.Count-step.Left.Count {
				t.Fatalf("%v %v: step %d", rule, counts, i)
			}
			if step.Left.Withheld {
				continue
			}
			small := counts[i] <= rule.RedactAtOrBelow
			if last >= 0 {
				d := counts[last] - counts[i]
				small = small && counts[i] != 0 || d > 0 && d <= rule.RedactAtOrBelow || d == 0 && !rule.KeepZero
			}
			if small && (counts[i] != 0 || !rule.KeepZero || last >= 0) {
				t.Fatalf("%+v %v: step %d is shown", rule, counts, i)
			}
			last = i
		}
	}
}

func example(t *testing.T) *Chart {
	t.Helper()
	r := &Raw{}
	for _, step := range []struct {
		label string
		n     int64
	}{
		{"All patients", 10_482_113},
		{"registered", 9_870_004},
		{`age >= 18 AND age <= 120 OR in_care_home`, 9_869_999},
		{`NOT (sex = "U" OR a_name_that_is_much_longer_than_a_box_is_wide_and_has_no_blanks) & <others>`, 8_000_342},
		{"has_follow_up", 12},
		{"NOT opted_out", 3},
	} {
		r.Add(step.label, step.n)
	}
	rule := profile(t, "opensafely")
	rule.Marker = analysis.Redacted
	return Release(r, rule)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer) error{"chart.golden.csv": example(t).WriteCSV, "chart.golden.svg": example(t).WriteSVG} {
		var got strings.Builder
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		path := "testdata/" + name
		if *update {
			if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s is another file; look at it, and run go test -update", name)
		}
	}
}

// Whatever a label holds, the drawing can be read.
func FuzzSVG(f *testing.F) {
	f.Add("NOT (a < 3 & b)", int64(10))
	f.Add("\x00\ufffe\xff]]>", int64(0))
	f.Fuzz(func(t *testing.T, label string, n int64) {
		r := &Raw{}
		r.Add("All patients", 100)
		r.Add(label, max(n, 0))
		var out strings.Builder
		if err := Release(r, analysis.Rule{RedactAtOrBelow: 5}).WriteSVG(&out); err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(strings.NewReader(out.String()))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}
