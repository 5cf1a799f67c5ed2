package plots

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"cohortcounts/analysis"
)

// WriteData writes the numbers that the figure shows as a long table (CSV with
// LF line ends), one row for each series and date in the order they are drawn:
//
//	panel,label,codelist,date,count
//	SGSS tests,SGSS positive test,sgss_positive_test,2020-02-02,30
//
// A withheld count is [REDACTED], which an output checker tells from a missing
// one.
func (f *Figure) WriteData(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"panel", "label", "codelist", "date", "count"}}
	for _, p := range f.panels {
		for _, s := range p.series {
			for week, date := range f.table.Weeks() {
				count := analysis.Redacted
				if cell := f.table.Cell(week, s.column); !cell.Withheld {
					count = strconv.FormatInt(cell.Count, 10)
				}
				rows = append(rows, []string{p.title, s.label, s.codelist, date.Format(time.DateOnly), count})
			}
		}
	}
	return c.WriteAll(rows)
}
