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

// WriteCSV writes a table as the original script does: LF line ends, the
// header's first cell empty, ISO dates, counts with one decimal (10.0), a
// withheld cell as the rule's marker, no quotes.
func WriteCSV(w io.Writer, t *Table, layout Layout) error {
	out := bufio.NewWriter(w)
	if layout == Long {
		writeLong(out, t)
	} else {
		writeWide(out, t)
	}
	return out.Flush()
}

func writeWide(out *bufio.Writer, t *Table) {
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
}

func writeLong(out *bufio.Writer, t *Table) {
	out.WriteString("week,codelist," + t.columnName("count") + "\n")
	for week, label := range t.weeks {
		for codelist, name := range t.codelists {
			out.WriteString(label.Format(time.DateOnly) + "," + name + ",")
			t.writeCell(out, week, codelist)
			out.WriteByte('\n')
		}
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
	out.Write(strconv.AppendInt(out.AvailableBuffer(), cell.Count, 10))
	out.WriteString(".0")
}
