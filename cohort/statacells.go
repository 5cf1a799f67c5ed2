package cohort

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// stataEpoch is 1960-01-01, the day 0 of Stata, in days from 1970-01-01.
const stataEpoch = -3653

// wideCells gives a column's values in the form of the spool, and notes their
// span.
func wideCells(a arrow.Array, kind stataKind, span *stataSpan) func(dst []byte, row int) []byte {
	if d, ok := a.(*array.Dictionary); ok {
		return dictionaryCells(d, kind, span)
	}
	missing := missingCell(kind)
	if a.DataType().ID() == arrow.NULL {
		return func(dst []byte, _ int) []byte { return append(dst, missing...) }
	}
	value := wideValue(a, kind, span)
	return func(dst []byte, row int) []byte {
		if a.IsNull(row) {
			return append(dst, missing...)
		}
		return value(dst, row)
	}
}

func missingCell(kind stataKind) []byte {
	switch kind {
	case stataFlag:
		return []byte{stataNoFlag}
	case stataText:
		return []byte{0, 0}
	case stataInteger:
		return binary.LittleEndian.AppendUint64(nil, 1<<63)
	}
	return binary.LittleEndian.AppendUint64(nil, stataMissing)
}

func dictionaryCells(d *array.Dictionary, kind stataKind, span *stataSpan) func(dst []byte, row int) []byte {
	missing := missingCell(kind)
	values := make([][]byte, d.Dictionary().Len())
	value := wideCells(d.Dictionary(), kind, span)
	for i := range values {
		values[i] = value(nil, i)
	}
	return func(dst []byte, row int) []byte {
		if d.IsNull(row) {
			return append(dst, missing...)
		}
		return append(dst, values[d.GetValueIndex(row)]...)
	}
}

func wideValue(a arrow.Array, kind stataKind, span *stataSpan) func(dst []byte, row int) []byte {
	switch kind {
	case stataFlag:
		flags := a.(*array.Boolean) // kind follows from the type
		return func(dst []byte, row int) []byte {
			if flags.Value(row) {
				return append(dst, 1)
			}
			return append(dst, 0)
		}
	case stataInteger:
		integer := integersOf(a)
		return func(dst []byte, row int) []byte {
			x := integer(row)
			if x > stataMaxLong || x < stataMinLong {
				span.large = true
				span.unfit = span.unfit || x > 1<<53 || x < -1<<53
			}
			return binary.LittleEndian.AppendUint64(dst, uint64(x))
		}
	case stataFloat:
		float := floatsOf(a)
		return func(dst []byte, row int) []byte {
			bits := math.Float64bits(float(row))
			if x := math.Float64frombits(bits); math.IsNaN(x) {
				bits = stataMissing
			} else if math.Abs(x) >= math.Float64frombits(stataMissing) {
				span.unfit = true
			}
			return binary.LittleEndian.AppendUint64(dst, bits)
		}
	case stataDate:
		days := stataDays(a)
		return func(dst []byte, row int) []byte {
			return binary.LittleEndian.AppendUint64(dst, math.Float64bits(days(row)-stataEpoch))
		}
	}
	text := textOf(a)
	return func(dst []byte, row int) []byte {
		s := text(row)
		span.width = max(span.width, len(s))
		s = s[:min(len(s), math.MaxUint16)] // refused by its width
		return append(binary.LittleEndian.AppendUint16(dst, uint16(len(s))), s...)
	}
}

func integersOf(a arrow.Array) func(row int) int64 {
	switch a := a.(type) {
	case *array.Int8:
		return func(row int) int64 { return int64(a.Value(row)) }
	case *array.Int16:
		return func(row int) int64 { return int64(a.Value(row)) }
	case *array.Int32:
		return func(row int) int64 { return int64(a.Value(row)) }
	case *array.Uint8:
		return func(row int) int64 { return int64(a.Value(row)) }
	case *array.Uint16:
		return func(row int) int64 { return int64(a.Value(row)) }
	case *array.Uint32:
		return func(row int) int64 { return int64(a.Value(row)) }
	}
	longs := a.(*array.Int64) // the last of the kind
	return longs.Value
}

func floatsOf(a arrow.Array) func(row int) float64 {
	if a, ok := a.(*array.Float32); ok {
		return func(row int) float64 { return float64(a.Value(row)) }
	}
	doubles := a.(*array.Float64) // the last of the kind
	return doubles.Value
}

// stataDays gives dates in days from 1970-01-01, without their time of day.
func stataDays(a arrow.Array) func(row int) float64 {
	switch a := a.(type) {
	case *array.Date32:
		return func(row int) float64 { return float64(a.Value(row)) }
	case *array.Date64:
		return func(row int) float64 { return math.Floor(float64(a.Value(row)) / 86_400_000) }
	}
	times := a.(*array.Timestamp) // the last of the kind
	perDay := float64(arrow.Second.Multiplier()) * 86_400 /
		float64(a.DataType().(*arrow.TimestampType).Unit.Multiplier()) // a timestamp's type
	return func(row int) float64 { return math.Floor(float64(times.Value(row)) / perDay) }
}

func textOf(a arrow.Array) func(row int) string {
	if a, ok := a.(*array.LargeString); ok {
		return a.Value
	}
	texts := a.(*array.String) // the last of the kind
	return texts.Value
}
