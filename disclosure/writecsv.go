package disclosure

import (
	"bufio"
	"fmt"
	"io"
	"iter"
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
	lines := t.wide
	if opts.Layout == Long {
		lines = t.long
	}
	for line := range lines(opts.Totals) {
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

const totalLabel = "total"

// wide is the lines of the wide layout, each valid until the next.
func (t *Table) wide(totals bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var line []byte
		for _, codelist := range t.codelists {
			line = append(append(line, ','), t.columnName(codelist)...)
		}
		if !yield(append(line, '\n')) {
			return
		}
		for week, label := range t.weeks {
			line = label.AppendFormat(line[:0], time.DateOnly)
			for codelist := range t.codelists {
				line = t.appendCell(append(line, ','), week, codelist)
			}
			if !yield(append(line, '\n')) {
				return
			}
		}
		if totals {
			line = append(line[:0], totalLabel...)
			for codelist := range t.codelists {
				line = appendCount(append(line, ','), t.Total(codelist))
			}
			yield(append(line, '\n'))
		}
	}
}

// long is the lines of the long layout, each valid until the next.
func (t *Table) long(totals bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		line := append([]byte("week,codelist,"), t.columnName("count")...)
		if !yield(append(line, '\n')) {
			return
		}
		for week, label := range t.weeks {
			for codelist, name := range t.codelists {
				line = label.AppendFormat(line[:0], time.DateOnly)
				line = append(append(append(line, ','), name...), ',')
				if !yield(append(t.appendCell(line, week, codelist), '\n')) {
					return
				}
			}
		}
		for codelist, name := range t.codelists {
			line = append(append(append(line[:0], totalLabel+","...), name...), ',')
			if !totals || !yield(append(appendCount(line, t.Total(codelist)), '\n')) {
				return
			}
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

func (t *Table) appendCell(line []byte, week, codelist int) []byte {
	cell := t.Cell(week, codelist)
	if cell.Withheld {
		return append(line, t.rule.Marker...)
	}
	return appendCount(line, cell.Count)
}

func appendCount(line []byte, n int64) []byte {
	return append(strconv.AppendInt(line, n, 10), ".0"...)
}
