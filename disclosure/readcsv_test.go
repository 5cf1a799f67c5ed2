package disclosure_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cohortcounts/disclosure"
	"cohortcounts/internal/problem"
)

// read is ReadCSV of a text, with cells as text: "-" is withheld.
func read(t *testing.T, text string) (dates, codelists []string, cells [][]string) {
	t.Helper()
	table, err := disclosure.ReadCSV(strings.NewReader(text), "t.csv")
	if err != nil {
		t.Fatal(err)
	}
	for week, date := range table.Weeks() {
		dates = append(dates, date.Format(time.DateOnly))
		var row []string
		for codelist := range table.Codelists() {
			cell := table.Cell(week, codelist)
			switch {
			case cell.Withheld:
				row = append(row, "-")
			default:
				row = append(row, strings.Repeat("|", int(cell.Count)))
			}
		}
		cells = append(cells, row)
	}
	return dates, table.Codelists(), cells
}

func TestReadCSVForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		dates []string
		names []string
		cells [][]string
	}{
		"floats":             {",a,b\n2020-02-02,5.0,0.0\n", []string{"2020-02-02"}, []string{"a", "b"}, [][]string{{"|||||", ""}}},
		"whole numbers":      {"week,a\n2020-02-02,5\n", []string{"2020-02-02"}, []string{"a"}, [][]string{{"|||||"}}},
		"exponent":           {",a\n2020-02-02,1e+0\n", []string{"2020-02-02"}, []string{"a"}, [][]string{{"|"}}},
		"withheld":           {",a,b,c\n2020-02-02,,[REDACTED],NaN\n", []string{"2020-02-02"}, []string{"a", "b", "c"}, [][]string{{"-", "-", "-"}}},
		"timestamps":         {",a\n2020-02-02 00:00:00,1\n2020-02-09T00:00:00,2\n", []string{"2020-02-02", "2020-02-09"}, []string{"a"}, [][]string{{"|"}, {"||"}}},
		"months":             {",a\n2020-02,1\n2020-03,2\n", []string{"2020-02-01", "2020-03-01"}, []string{"a"}, [][]string{{"|"}, {"||"}}},
		"days, out of step":  {",a\n2020-02-01,1\n2020-02-02,2\n2020-02-05,3\n", []string{"2020-02-01", "2020-02-02", "2020-02-05"}, []string{"a"}, [][]string{{"|"}, {"||"}, {"|||"}}},
		"byte order mark":    {"\ufeff,a\r\n2020-02-02,1\r\n", []string{"2020-02-02"}, []string{"a"}, [][]string{{"|"}}},
		"quotes, comma":      {",\"a, b\"\n\"2020-02-02\",\"1\"\n", []string{"2020-02-02"}, []string{"a, b"}, [][]string{{"|"}}},
		"no end of line":     {",a\n2020-02-02,1", []string{"2020-02-02"}, []string{"a"}, [][]string{{"|"}}},
		"leap day":           {",a\n2020-02-29,1\n", []string{"2020-02-29"}, []string{"a"}, [][]string{{"|"}}},
		"total":              {",a\n2020-02-02,1\ntotal,1.0\n", []string{"2020-02-02"}, []string{"a"}, [][]string{{"|"}}},
		"long":               {"week,codelist,count\n2020-02-02,a,1\n2020-02-02,b,\n2020-02-09,a,2\n2020-02-09,b,3\ntotal,a,3\ntotal,b,3\n", []string{"2020-02-02", "2020-02-09"}, []string{"a", "b"}, [][]string{{"|", "-"}, {"||", "|||"}}},
		"long, by codelist":  {"week,codelist,count\n2020-02-02,a,1\n2020-02-09,a,2\n2020-02-02,b,\n2020-02-09,b,3\n", []string{"2020-02-02", "2020-02-09"}, []string{"a", "b"}, [][]string{{"|", "-"}, {"||", "|||"}}},
		"long with suffix":   {"week,codelist,count_midpoint6\n2020-02-02,a,3\n", []string{"2020-02-02"}, []string{"a_midpoint6"}, [][]string{{"|||"}}},
		"column of a suffix": {",a_midpoint6\n2020-02-02,3\n", []string{"2020-02-02"}, []string{"a_midpoint6"}, [][]string{{"|||"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dates, names, cells := read(t, test.text)
			if diff := cmp.Diff(test.dates, dates); diff != "" {
				t.Error("dates:", diff)
			}
			if diff := cmp.Diff(test.names, names); diff != "" {
				t.Error("columns:", diff)
			}
			if diff := cmp.Diff(test.cells, cells); diff != "" {
				t.Error("cells:", diff)
			}
		})
	}
}

func TestReadCSVLargeCounts(t *testing.T) {
	t.Parallel()
	table, err := disclosure.ReadCSV(strings.NewReader(",a,b\n2020-02-02,9007199254740993.0,9223372036854775807\n"), "t.csv")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := table.Cell(0, 0).Count, table.Cell(0, 1).Count; a != 9007199254740993 || b != 9223372036854775807 {
		t.Errorf("got %d and %d", a, b)
	}
}

func TestReadCSVFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"empty":        {"", `t.csv: is empty; name a counts table (CSV)`},
		"blank lines":  {"\n\n", `t.csv: is empty; name a counts table (CSV)`},
		"no rows":      {",a\n", `t.csv: has no rows, only a header; name a counts table with a row for each week`},
		"one column":   {"hello\nworld\n", `t.csv:1: the header has one column; want the week and a column for each codelist; name a counts table (comma-separated)`},
		"feather":      {"ARROW1\x00\x00", `t.csv: is a feather file, not a counts table; name the CSV that counts wrote`},
		"compressed":   {"\x1f\x8b\x08", `t.csv: is compressed, not a counts table; name the CSV that counts wrote`},
		"binary":       {"a,b\x00\n", `t.csv: is a binary file, not a counts table; name the CSV that counts wrote`},
		"other table":  {"patient_id,age\n1,50\n2,60\n", `t.csv:2:1: the first column is not a date; name a counts table, with dates as YYYY-MM-DD`},
		"duplicate":    {",a,b,a\n2020-02-02,1,2,3\n", `t.csv:1:6: column 4 has the name of column 2, "a"; rename or delete one of them`},
		"no name":      {",a,\n2020-02-02,1,2\n", `t.csv:1:4: column 3 has no name; name it or delete it`},
		"text in cell": {",a,b\n2020-02-02,1,secret\n", `t.csv:2:14: column "b": want a count, found text; write a whole number, or nothing when it is withheld`},
		"negative":     {",a\n2020-02-02,-1\n", `t.csv:2:12: column "a": want a count, found a negative number; write a whole number, or nothing when it is withheld`},
		"fraction":     {",a\n2020-02-02,1.5\n", `t.csv:2:12: column "a": want a count, found a fraction; write a whole number, or nothing when it is withheld`},
		"too large":    {",a\n2020-02-02,1e300\n", `t.csv:2:12: column "a": want a count, found a number too large; write a whole number, or nothing when it is withheld`},
		"infinite":     {",a\n2020-02-02,Infinity\n", `t.csv:2:12: column "a": want a count, found text; write a whole number, or nothing when it is withheld`},
		"not sorted":   {",a\n2020-02-09,1\n2020-02-02,2\n", `t.csv:3:1: the date is before that of the row above; sort the rows by date`},
		"same date":    {",a\n2020-02-02,1\n2020-02-02,2\n", `t.csv:3:1: the date is that of the row before; keep one row for each date`},
		"no such date": {",a\n2020-01-01,1\n2020-02-30,2\n", `t.csv:3:1: the first column is not a date; name a counts table, with dates as YYYY-MM-DD`},
		"after total":  {",a\n2020-02-02,1\ntotal,1\n2020-02-09,1\n", `t.csv:4:1: a row follows that of totals; end the table with the totals`},
		"long, twice":  {"week,codelist,count\n2020-02-02,a,1\n2020-02-02,a,1\n", `t.csv:3:1: the week has another row for this codelist; keep one of them`},
		"long, holes":  {"week,codelist,count\n2020-02-02,a,1\n2020-02-09,b,1\n", "t.csv: the week 2020-02-02 has no row for \"b\"; write one, with an empty count when it is withheld\nt.csv: the week 2020-02-09 has no row for \"a\"; write one, with an empty count when it is withheld"},
		"long, text":   {"week,codelist,count\n2020-02-02,a,x\n", `t.csv:2:14: column "a": want a count, found text; write a whole number, or nothing when it is withheld`},
		"short row":    {",a,b\n2020-02-02,1\n", `t.csv:2:1: the row has not 3 fields as the header has; write one field for each column`},
		"quote":        {",a\n2020-02-02,\"1\n", `t.csv:2:15: a quote is in a wrong place; close every quoted field`},
		"two at once": {
			",a,b\n2020-02-02,x,1\n2020-02-09,1,y\n",
			"t.csv:2:12: column \"a\": want a count, found text; write a whole number, or nothing when it is withheld\n" +
				"t.csv:3:14: column \"b\": want a count, found text; write a whole number, or nothing when it is withheld",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table, err := disclosure.ReadCSV(strings.NewReader(test.text), "t.csv")
			var list problem.List
			if table != nil || !errors.As(err, &list) {
				t.Fatalf("got %v, %v; want problems", table, err)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A file with a fault in every row is not told row by row.
func TestReadCSVStops(t *testing.T) {
	t.Parallel()
	text := ",a\n" + strings.Repeat("2020-02-02,x\n", 1000)
	_, err := disclosure.ReadCSV(strings.NewReader(text), "t.csv")
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 11 || !strings.HasSuffix(lines[10], "there may be more; the rest was not read") {
		t.Errorf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// FuzzReadCSV: any bytes are a table whose parts fit together, or an error;
// The first day of the calendar is a date like others.
func TestReadCSVFirstDay(t *testing.T) {
	t.Parallel()
	table, err := disclosure.ReadCSV(strings.NewReader(",a\n0001-01-01,6\n9999-12-31,8\n"), "t.csv")
	if err != nil || len(table.Weeks()) != 2 {
		t.Errorf("%v, %v", table, err)
	}
}

// never a panic.
func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		",a,b\n2020-02-02,5.0,\n2020-02-09,[REDACTED],10\n",
		"\ufeffweek,a\r\n2020-02,1e+16\r\n",
		",a\n2020-02-02,\"1\n",
		"week,codelist,count\n2020-02-02,a,1\n2020-02-09,a,2\ntotal,a,3\n",
		",a,a\n", ",\n", "ARROW1", ",a\n0000-01-01,1\n9999-12-31,9223372036854775807\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := disclosure.ReadCSV(strings.NewReader(text), "t.csv")
		if err != nil {
			if strings.Count(err.Error(), "\n") > 10 {
				t.Errorf("error of many lines: %q", err)
			}
			return
		}
		weeks := table.Weeks()
		for i := range weeks {
			if i > 0 && !weeks[i].After(weeks[i-1]) {
				t.Error("dates out of order")
			}
			for j := range table.Codelists() {
				if cell := table.Cell(i, j); cell.Count < 0 || cell.Withheld && cell.Count != 0 {
					t.Errorf("cell %d, %d is %+v", i, j, cell)
				}
			}
		}
	})
}

// What WriteCSV writes, ReadCSV reads: in both layouts, with and without
// totals.
func TestReadCSVReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	want := ",a,b\n2020-02-02,5.0,\n2020-02-09,0.0,1230.0\n"
	table, err := disclosure.ReadCSV(strings.NewReader(want), "t.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []disclosure.Layout{disclosure.Wide, disclosure.Long} {
		for _, totals := range []bool{false, true} {
			var written, again strings.Builder
			if err := disclosure.WriteCSV(&written, table, disclosure.WriteOptions{Layout: layout, Totals: totals}); err != nil {
				t.Fatal(err)
			}
			read, err := disclosure.ReadCSV(strings.NewReader(written.String()), "t.csv")
			if err != nil {
				t.Fatalf("%v in\n%s", err, written.String())
			}
			if err := disclosure.WriteCSV(&again, read, disclosure.WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, again.String()); diff != "" {
				t.Errorf("layout %d, totals %t: %s", layout, totals, diff)
			}
		}
	}
}
