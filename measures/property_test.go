package measures

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cohortcounts/study"
)

// TestMatchesRowByRow: tables of random CSV cohorts are those of a reference
// that keeps every row and adds them up again for each group (M2, M3, M4). The
// numbers are whole, so that their sums are exact.
func TestMatchesRowByRow(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 11))
	dir := t.TempDir()
	for trial := range 24 {
		rows := random.IntN(3) * random.IntN(3000) // more than one batch, sometimes none
		var b strings.Builder
		b.WriteString("n,d,g1,g2,g3\n")
		for range rows {
			fmt.Fprintf(&b, "%d,%d,\"%s\",%d,%d\n", random.IntN(4), random.IntN(2),
				[]string{"", "x,y", "z", "é"}[random.IntN(4)], random.IntN(12), random.IntN(3))
		}
		path := filepath.Join(dir, fmt.Sprintf("input_%d.csv", trial))
		write(t, dir, map[string]string{filepath.Base(path): b.String()})
		m := study.Measure{ID: "m", Numerator: "n", Denominator: []string{"d", "population"}[trial%2], GroupBy: [][]string{{"g1"}, {"g2", "g1"}, {"g3", "g2", "g1"}}[trial%3]}
		result, err := Calculate(t.Context(), path, []study.Measure{m})
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := result.WriteCSV(t.Context(), &got, 0); err != nil {
			t.Fatal(err)
		}
		if want := rowByRow(t, b.String(), m); got.String() != want {
			t.Fatalf("%v of %d rows: got\n%s\nwant\n%s", m, rows, got.String(), want)
		}
	}
}

func rowByRow(t *testing.T, cohort string, m study.Measure) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(cohort)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := func(row []string, name string) string {
		if name == population {
			return "1"
		}
		return row[slices.Index(rows[0], name)]
	}
	combinations := [][]string{{}}
	for _, name := range m.GroupBy {
		var labels []string
		for _, row := range rows[1:] {
			labels = append(labels, at(row, name))
		}
		slices.Sort(labels)
		var longer [][]string
		for _, c := range combinations {
			for _, label := range slices.Compact(slices.Clone(labels)) {
				longer = append(longer, append(slices.Clone(c), label))
			}
		}
		combinations = longer
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s,%s,%s,value\n", strings.Join(m.GroupBy, ","), m.Numerator, m.Denominator)
	for _, c := range combinations {
		var n, d float64
		for _, row := range rows[1:] {
			inside := true
			for i, name := range m.GroupBy {
				inside = inside && at(row, name) == c[i]
			}
			if inside {
				x, _ := strconv.ParseFloat(at(row, m.Numerator), 64)
				y, _ := strconv.ParseFloat(at(row, m.Denominator), 64)
				n, d = n+x, d+y
			}
		}
		for _, label := range c {
			if strings.Contains(label, ",") {
				label = `"` + label + `"`
			}
			out.WriteString(label + ",")
		}
		denominator := formatFloat(d)
		if m.Denominator == population {
			denominator = strconv.Itoa(int(d))
		}
		fmt.Fprintf(&out, "%s,%s,%s\n", formatFloat(n), denominator, formatFloat(n/d))
	}
	return out.String()
}
