package dta

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A Table is a Stata file.
type Table struct {
	Columns []Column
	Rows    int

	order  binary.ByteOrder
	data   []byte // the rows
	width  int    // of a row
	layout layout
	long   map[[8]byte]string          // long texts by the reference in a cell
	labels map[string]map[int32]string // value labels by their set's name
}

// Column is one variable.
type Column struct {
	Name   string
	Format string // how Stata shows it: %td is a date
	kind   kind
	width  int
	offset int // in a row
	labels string
}

// kind is how a value is stored.
type kind int

const (
	text kind = iota
	longText
	int8Kind
	int16Kind
	int32Kind
	float32Kind
	float64Kind
)

// Type is a word for messages.
func (c *Column) Type() string {
	switch {
	case c.kind == text:
		return fmt.Sprintf("str%d", c.width)
	case c.kind == longText:
		return "strL"
	case c.isTime():
		return "date"
	}
	return map[kind]string{int8Kind: "byte", int16Kind: "int", int32Kind: "long", float32Kind: "float", float64Kind: "double"}[c.kind]
}

// ErrNotStata is what bytes give that are no Stata file.
var ErrNotStata = errors.New("is not a Stata file of a release that can be read (113 to 119)")

// Read reads a file's bytes, which must not change as long as the table is
// used.
func Read(file []byte) (t *Table, err error) {
	r := &reader{left: file, order: binary.LittleEndian}
	if strings.HasPrefix(string(file[:min(len(file), 11)]), "<stata_dta>") {
		return r.readTagged(file)
	}
	return r.readOld()
}

// place lays the columns out in a row of the given rows.
func (t *Table) place(data []byte, rows uint64) error {
	for i := range t.Columns {
		t.Columns[i].offset = t.width
		t.width += t.Columns[i].width
	}
	if t.width == 0 {
		if rows > 0 {
			return errors.New("has rows without columns")
		}
		return nil
	}
	if rows > uint64(len(data)/t.width) {
		return errShort
	}
	t.Rows, t.data = int(rows), data[:int(rows)*t.width]
	return nil
}

// Value is the value of a row and column, both from 0.
func (t *Table) Value(row, column int) any {
	c := &t.Columns[column]
	at := row*t.width + c.offset
	cell := t.data[at : at+c.width]
	switch c.kind {
	case text:
		return upTo0(cell)
	case longText:
		return t.long[[8]byte(cell)] // the empty text when there is none
	case int8Kind:
		return t.number(c, int64(int8(cell[0])), 100)
	case int16Kind:
		return t.number(c, int64(int16(t.order.Uint16(cell))), 32740)
	case int32Kind:
		return t.number(c, int64(int32(t.order.Uint32(cell))), 2147483620)
	case float32Kind:
		bits := t.order.Uint32(cell)
		if bits >= 0x7f000000 && bits < 1<<31 {
			return nil
		}
		return c.float(float64(math.Float32frombits(bits)))
	}
	bits := t.order.Uint64(cell)
	if bits >= 0x7fe0000000000000 && bits < 1<<63 {
		return nil
	}
	return c.float(math.Float64frombits(bits))
}

// number is a whole number, its label, a date, or nil: numbers above the
// largest are Stata's missing values.
func (t *Table) number(c *Column, n, largest int64) any {
	if n > largest {
		return nil
	}
	if label, ok := t.labels[c.labels][int32(n)]; ok && c.labels != "" {
		return label
	}
	if c.isTime() {
		return c.time(float64(n))
	}
	return n
}

func (c *Column) float(x float64) any {
	switch {
	case math.IsNaN(x):
		return nil
	case c.isTime():
		return c.time(x)
	}
	return x
}

// times are the beginnings of the formats of times; "%d" is the old "%td".
var times = []string{"%td", "%tc", "%tC", "%tw", "%tm", "%tq", "%th", "%ty", "%d", "%-td", "%-d"}

func (c *Column) isTime() bool {
	for _, format := range times {
		if strings.HasPrefix(c.Format, format) {
			return c.kind >= int8Kind
		}
	}
	return false
}

var epoch = time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)

// time is a number as the column's format means it; nil for one that no
// calendar has.
func (c *Column) time(x float64) any {
	const most = 1 << 40 // milliseconds: some 35,000 years
	if math.Abs(x) > most {
		return nil
	}
	n := int(math.Floor(x))
	switch format := strings.TrimPrefix(strings.TrimPrefix(c.Format, "%"), "-"); {
	case strings.HasPrefix(format, "tc"), strings.HasPrefix(format, "tC"):
		return epoch.Add(time.Duration(n%86_400_000)*time.Millisecond).AddDate(0, 0, n/86_400_000)
	case math.Abs(x) > 1e7:
		return nil
	case strings.HasPrefix(format, "tw"):
		return time.Date(1960+floorDiv(n, 52), 1, 1+7*(n-52*floorDiv(n, 52)), 0, 0, 0, 0, time.UTC)
	case strings.HasPrefix(format, "tm"):
		return epoch.AddDate(0, n, 0)
	case strings.HasPrefix(format, "tq"):
		return epoch.AddDate(0, 3*n, 0)
	case strings.HasPrefix(format, "th"):
		return epoch.AddDate(0, 6*n, 0)
	case strings.HasPrefix(format, "ty"):
		return time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return epoch.AddDate(0, 0, n)
}

func floorDiv(a, b int) int { return int(math.Floor(float64(a) / float64(b))) }
