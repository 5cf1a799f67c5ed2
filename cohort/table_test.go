package cohort_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cohortcounts/cohort"
)

// tableText is one line for each column: name, type and values.
func tableText(table *cohort.Table) string {
	var b strings.Builder
	for _, c := range table.Columns {
		var values []string
		for row := range c.Rows {
			switch v := c.Value(row).(type) {
			case nil:
				values = append(values, "nil")
			case time.Time:
				values = append(values, v.Format(time.DateOnly))
			case float64:
				text := strconv.FormatFloat(v, 'f', -1, 64)
				if !strings.Contains(text, ".") {
					text += ".0"
				}
				values = append(values, text)
			case string:
				values = append(values, "'"+v+"'")
			default:
				values = append(values, fmt.Sprint(v))
			}
		}
		fmt.Fprintf(&b, "%s %s [%s]\n", c.Name, c.Type, strings.Join(values, " "))
	}
	return b.String()
}

// A table holds the same values whatever format it was written in.
func TestReadTable(t *testing.T) {
	t.Parallel()
	var want string
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet} {
		path := write(t, "a."+string(format), cohort.WriteOptions{Format: format}, stataRecord(t))
		table, err := cohort.ReadTable(path, format)
		if err != nil {
			t.Fatal(err)
		}
		for i := range table.Columns {
			table.Columns[i].Type = "" // as the format calls it
		}
		got := tableText(table)
		if want == "" {
			want = got
			for _, part := range []string{"seen  [1959-12-31 nil 2020-02-29]", "flag  [true false true]", "imd  [100.0 nil 200.0]", "'Île ✓'"} {
				if !strings.Contains(got, part) {
					t.Errorf("%s: %s is not in\n%s", format, part, got)
				}
			}
		}
		if got != want {
			t.Errorf("%s: got\n%swant\n%s", format, got, want)
		}
	}
}

// A file that is damaged is an error, and nothing else.
func TestReadTableDamaged(t *testing.T) {
	t.Parallel()
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet, cohort.Stata, cohort.StataGzip} {
		path := write(t, "a."+string(format), cohort.WriteOptions{Format: format}, stataRecord(t))
		for _, part := range []int{3, 2} {
			cut := cutFile(t, path, part)
			if _, err := cohort.ReadTable(cut, format); err == nil || !strings.HasPrefix(err.Error(), cut+": ") || strings.Count(err.Error(), cut) > 1 {
				t.Errorf("%s cut to 1/%d: %v", format, part, err)
			}
		}
		if _, err := cohort.ReadTable("none", format); err == nil || err.Error() != "none: there is no such file; make it first, or name another input" {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// cutFile is a copy of a file's first bytes, one part of so many.
func cutFile(t *testing.T, path string, parts int) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(cut, data[:len(data)/parts], 0o600); err != nil {
		t.Fatal(err)
	}
	return cut
}
