package disclosure

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Layout is the shape of a written table.
type Layout int

// The layouts.
const (
	Wide Layout = iota // a column for each codelist
	Long               // a row for each week and codelist: week, codelist, count
)

// ParseLayout is the layout of a name in a flag.
func ParseLayout(name string) (Layout, error) {
	switch name {
	case "wide":
		return Wide, nil
	case "long":
		return Long, nil
	}
	return 0, fmt.Errorf("layout %q is not known; write wide or long", name)
}

// WriteOptions is the form of a written table. The zero value is that of the
// original script.
type WriteOptions struct {
	Layout Layout
	Totals bool // end with a row `total`, the sum of each column's released cells (D3)
}

// WriteCSV writes a table as the original script does: LF line ends, the
// header's first cell empty, ISO dates, counts with one decimal (10.0), a
// withheld cell as the rule's marker, no quotes.
func WriteCSV(w io.Writer, t *Table, opts WriteOptions) error {
	out := bufio.NewWriter(w)
	if opts.Layout == Long {
		writeLong(out, t, opts.Totals)
	} else {
		writeWide(out, t, opts.Totals)
	}
	return out.Flush()
}

const totalLabel = "total"

func writeWide(out *bufio.Writer, t *Table, totals bool) {
	for _, codelist := range t.codelists {
		out.WriteByte(',')
		out.WriteString(t.columnName(codelist))
	}
	out.WriteByte('\n')
	for week, label := range t.weeks {
		out.WriteString(label.Format(time.DateOnly))
		for codelist := range t.codelists {
			out.WriteByte(',')
			t.writeCell(out, week, codelist)
		}
		out.WriteByte('\n')
	}
	if !totals {
		return
	}
	out.WriteString(totalLabel)
	for codelist := range t.codelists {
		out.WriteByte(',')
		writeCount(out, t.Total(codelist))
	}
	out.WriteByte('\n')
}

func writeLong(out *bufio.Writer, t *Table, totals bool) {
	out.WriteString("week,codelist," + t.columnName("count") + "\n")
	for week, label := range t.weeks {
		for codelist, name := range t.codelists {
			out.WriteString(label.Format(time.DateOnly) + "," + name + ",")
			t.writeCell(out, week, codelist)
			out.WriteByte('\n')
		}
	}
	if !totals {
		return
	}
	for codelist, name := range t.codelists {
		out.WriteString(totalLabel + "," + name + ",")
		writeCount(out, t.Total(codelist))
		out.WriteByte('\n')
	}
}

// columnName is the name of a column of counts: those of midpoint 6 rounding
// say so, as OpenSAFELY asks.
func (t *Table) columnName(name string) string {
	if t.rule.Midpoint6 {
		return name + "_midpoint6"
	}
	return name
}

func (t *Table) writeCell(out *bufio.Writer, week, codelist int) {
	cell := t.Cell(week, codelist)
	if cell.Withheld {
		out.WriteString(t.rule.Marker)
		return
	}
	writeCount(out, cell.Count)
}

func writeCount(out *bufio.Writer, n int64) {
	out.Write(strconv.AppendInt(out.AvailableBuffer(), n, 10))
	out.WriteString(".0")
}
