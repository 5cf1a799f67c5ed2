package cohort

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/klauspost/compress/gzip"

	"cohortcounts/internal/pythontext"
)

// csvEncoder writes CSV as pandas does: a header, commas, quotes only where
// needed, "\n", empty for null, 1 and 0 for flags. Compressed, each batch is a
// gzip member of its own, so that batches can be compressed in parallel.
type csvEncoder struct {
	w      io.Writer
	schema *arrow.Schema
	gzip   bool
	digits map[string]int // of dates that are not written in full
}

func newCSVEncoder(w io.Writer, schema *arrow.Schema, opts WriteOptions) *csvEncoder {
	e := &csvEncoder{w: w, schema: schema, gzip: opts.Format == CSVGzip, digits: map[string]int{}}
	for name, layout := range opts.DateLayouts {
		e.digits[name] = len(layout)
	}
	return e
}

func (e *csvEncoder) begin() error {
	var header []byte
	for i, f := range e.schema.Fields() {
		if i > 0 {
			header = append(header, ',')
		}
		header = pythontext.AppendCell(header, f.Name)
	}
	header, err := e.pack(append(header, '\n'))
	if err != nil {
		return err
	}
	_, err = e.w.Write(header)
	return err
}

func (e *csvEncoder) encode(rec arrow.Record) (*Batch, error) {
	cells := make([]cellText, rec.NumCols())
	for i, column := range rec.Columns() {
		cells[i] = csvColumn(column, e.digits[rec.ColumnName(i)])
	}
	text := make([]byte, 0, int(rec.NumRows())*8*len(cells))
	for row := range int(rec.NumRows()) {
		for i, cell := range cells {
			if i > 0 {
				text = append(text, ',')
			}
			text = cell(text, row)
		}
		text = append(text, '\n')
	}
	text, err := e.pack(text)
	return &Batch{rows: int(rec.NumRows()), parts: [][]byte{text}}, err
}

func (e *csvEncoder) append(b *Batch) error {
	_, err := e.w.Write(b.parts[0])
	return err
}

func (e *csvEncoder) close() error { return nil }

func (e *csvEncoder) end() error { return nil }

func (e *csvEncoder) pack(text []byte) ([]byte, error) {
	if !e.gzip {
		return text, nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err := w.Close()
	return packed.Bytes(), err
}

// cellText appends the text of a column's row.
type cellText func(dst []byte, row int) []byte

// csvColumn is how a column's values look. Dates are cut to digits characters
// of 2006-01-02, or whole when digits is 0.
func csvColumn(a arrow.Array, digits int) cellText {
	cell := csvValue(a, digits)
	if a.NullN() == 0 {
		return cell
	}
	return func(dst []byte, row int) []byte {
		if a.IsNull(row) {
			return dst
		}
		return cell(dst, row)
	}
}

func csvValue(a arrow.Array, digits int) cellText {
	switch a := a.(type) {
	case *array.Boolean:
		return func(dst []byte, row int) []byte {
			if a.Value(row) {
				return append(dst, '1')
			}
			return append(dst, '0')
		}
	case *array.Int64:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, a.Value(row), 10) }
	case *array.Int32:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(a.Value(row)), 10) }
	case *array.Float64:
		return func(dst []byte, row int) []byte { return appendNumber(dst, a.Value(row)) }
	case *array.Float32:
		return func(dst []byte, row int) []byte { return appendNumber(dst, float64(a.Value(row))) }
	case *array.String:
		return func(dst []byte, row int) []byte { return pythontext.AppendCell(dst, a.Value(row)) }
	case *array.LargeString:
		return func(dst []byte, row int) []byte { return pythontext.AppendCell(dst, a.Value(row)) }
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit // a timestamp array has this type
		return func(dst []byte, row int) []byte { return appendDate(dst, a.Value(row).ToTime(unit), digits) }
	case *array.Date32:
		return func(dst []byte, row int) []byte { return appendDate(dst, a.Value(row).ToTime(), digits) }
	case *array.Date64:
		return func(dst []byte, row int) []byte { return appendDate(dst, a.Value(row).ToTime(), digits) }
	case *array.Dictionary:
		texts := make([][]byte, a.Dictionary().Len())
		value := csvColumn(a.Dictionary(), digits)
		for i := range texts {
			texts[i] = value(nil, i)
		}
		return func(dst []byte, row int) []byte { return append(dst, texts[a.GetValueIndex(row)]...) }
	}
	return func(dst []byte, row int) []byte { return pythontext.AppendCell(dst, a.ValueStr(row)) }
}

// appendDate writes a date, and a time of day where there is one.
func appendDate(dst []byte, t time.Time, digits int) []byte {
	y, m, d := t.Date()
	at := len(dst)
	if y < 1000 || y > 9999 {
		dst = t.AppendFormat(dst, time.DateOnly)
	} else {
		dst = append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
			byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
	}
	if digits > 0 {
		return dst[:at+digits]
	}
	if hour, minute, second := t.Clock(); hour+minute+second+t.Nanosecond() > 0 {
		dst = t.AppendFormat(dst, " 15:04:05.999999999")
	}
	return dst
}

// appendNumber writes a float, and nothing for NaN.
func appendNumber(dst []byte, x float64) []byte {
	if math.IsNaN(x) {
		return dst
	}
	return pythontext.AppendFloat(dst, x)
}
