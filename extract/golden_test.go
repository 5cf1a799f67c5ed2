//go:build cgo

package extract

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// goldenCase is one entry of testdata/tables/cases.json.
type goldenCase struct {
	Name      string
	Study     string
	DB        string
	IndexDate string            `json:"index_date"`
	Types     map[string]string `json:"column_types"`
	Expected  string
	Refuse    []string
}

const goldenRoot = "testdata/tables"

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(goldenRoot, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c goldenCase) define(ctx context.Context) (*study.Definition, error) {
	o := study.Options{RealTables: true}
	if c.IndexDate != "" {
		o.IndexDate, _ = time.Parse(time.DateOnly, c.IndexDate)
	}
	return study.Load(ctx, filepath.Join(goldenRoot, c.Study), "study_definition", o)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "input.csv")
			def, err := c.define(t.Context())
			if err == nil {
				_, err = Write(t.Context(), def, out, Options{
					URL: "duckdb:" + filepath.Join(goldenRoot, c.DB), Root: filepath.Join(goldenRoot, c.Study),
					Format: cohort.CSV, Threads: 2,
				})
			}
			if c.Refuse != nil {
				checkRefusal(t, err, c.Refuse, out)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkCohort(t, out, filepath.Join(goldenRoot, c.Expected), c.Types)
		})
	}
}

// checkRefusal wants one line that holds all the words, and no output.
func checkRefusal(t *testing.T, err error, words []string, out string) {
	t.Helper()
	if err == nil {
		t.Fatal("was not refused")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not name %q", err, word)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("there is an output")
	}
}

// checkCohort compares a cohort with the expected one, floats at a relative
// tolerance of 1e-9.
func checkCohort(t *testing.T, path, expected string, types map[string]string) {
	t.Helper()
	got, want := readCSV(t, path), readCSV(t, expected)
	if !slices.Equal(got[0], want[0]) {
		t.Fatalf("columns are\n%v, want\n%v", got[0], want[0])
	}
	if len(got) != len(want) {
		t.Errorf("%d patients, want %d", len(got)-1, len(want)-1)
	}
	wrong := map[string]int{}
	for i := 1; i < min(len(got), len(want)); i++ {
		for j, name := range want[0] {
			if got[i][j] == want[i][j] || types[name] == "float" && near(got[i][j], want[i][j]) {
				continue
			}
			if wrong[name]++; wrong[name] <= 3 {
				t.Errorf("patient %s: %s is %q, want %q", got[i][0], name, got[i][j], want[i][j])
			}
		}
	}
	if len(wrong) > 0 {
		t.Errorf("wrong cells by column: %v", wrong)
	}
}

func near(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y))
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}
