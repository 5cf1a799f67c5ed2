package cohort

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

func (r *ValueReader) openArrow(file *checkedFile, columns []ValueColumn) error {
	records, err := newRecords(file)
	if err != nil {
		return err
	}
	places := make([]int, len(columns))
	for i, c := range columns {
		places[i] = records.Schema().FieldIndices(c.Name)[0]
	}
	r.stop = records.Close
	r.next = func() ([]Values, error) {
		record, err := records.Next()
		if err != nil {
			return nil, err
		}
		values := make([]Values, len(columns))
		for i, at := range places {
			if values[i], err = arrowValues(record.Column(at)); err != nil {
				return nil, fmt.Errorf("column %q: %w", columns[i].Name, err)
			}
		}
		return values, nil
	}
	return nil
}

// arrowValues are the values of an array. Damage that the library does not see
// can make it panic.
func arrowValues(a arrow.Array) (v Values, err error) {
	defer func() {
		if recover() != nil {
			err = corrupt("its content cannot be decoded")
		}
	}()
	v.Rows = a.Len()
	if a.NullN() > 0 {
		v.Missing = make([]bool, v.Rows)
		for row := range v.Missing {
			v.Missing[row] = a.IsNull(row)
		}
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return dictionaryValues(a)
	case *array.Null:
		v.Missing = make([]bool, v.Rows)
		for row := range v.Missing {
			v.Missing[row] = true
		}
	case *array.Boolean:
		v.Kind, v.Integers = Flags, make([]int64, v.Rows)
		for row := range v.Integers {
			if a.Value(row) {
				v.Integers[row] = 1
			}
		}
	case *array.Float64:
		v.Kind, v.Floats = Floats, a.Float64Values()
	case *array.Float32:
		v.Kind, v.Floats = Floats, make([]float64, v.Rows)
		for row := range v.Floats {
			v.Floats[row] = float64(a.Value(row))
		}
	case *array.Int64:
		v.Kind, v.Integers, v.Limits = Integers, a.Int64Values(), integerLimits(a.DataType())
	case *array.String:
		v.Kind, v.Texts = Words, make([]string, v.Rows)
		for row := range v.Texts {
			v.Texts[row] = a.Value(row)
		}
	case *array.LargeString:
		v.Kind, v.Texts = Words, make([]string, v.Rows)
		for row := range v.Texts {
			v.Texts[row] = a.Value(row)
		}
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return instants(v, func(row int) time.Time { return a.Value(row).ToTime(unit) })
	case *array.Date32:
		return instants(v, func(row int) time.Time { return a.Value(row).ToTime() })
	case *array.Date64:
		return instants(v, func(row int) time.Time { return a.Value(row).ToTime() })
	default:
		if !arrow.IsInteger(a.DataType().ID()) {
			return v, fmt.Errorf("holds %s, which is not read", a.DataType())
		}
		return integerValues(v, a)
	}
	return v, nil
}

func integerValues(v Values, a arrow.Array) (Values, error) {
	if big, ok := a.(*array.Uint64); ok {
		for _, n := range big.Uint64Values() {
			if n > math.MaxInt64 {
				return v, fmt.Errorf("holds a number above %d, which is not read", int64(math.MaxInt64))
			}
		}
	}
	v.Kind, v.Integers, v.Limits = Integers, make([]int64, v.Rows), integerLimits(a.DataType())
	for row := range v.Integers {
		if a.IsValid(row) {
			v.Integers[row] = arrowValue(a, row).(int64)
		}
	}
	return v, nil
}

// integerLimits are the limits of a type of whole numbers, as far as int64 has
// them.
func integerLimits(t arrow.DataType) [2]int64 {
	bits := t.(arrow.FixedWidthDataType).BitWidth()
	if arrow.IsUnsignedInteger(t.ID()) {
		return [2]int64{0, 1<<min(bits, 63) - 1}
	}
	return [2]int64{-1 << (bits - 1), 1<<(bits-1) - 1}
}

func instants(v Values, at func(row int) time.Time) (Values, error) {
	v.Kind, v.Integers = Instants, make([]int64, v.Rows)
	for row := range v.Integers {
		if v.Missing == nil || !v.Missing[row] {
			v.Integers[row] = nanosecondsOf(at(row))
		}
	}
	return v, nil
}

func dictionaryValues(a *array.Dictionary) (Values, error) {
	dictionary, err := arrowValues(a.Dictionary())
	if err != nil {
		return Values{}, err
	}
	v := Values{Kind: dictionary.Kind, Rows: a.Len(), Category: true, Dictionary: &dictionary, Places: make([]int32, a.Len())}
	for row := range v.Places {
		v.Places[row] = -1
		if a.IsValid(row) {
			at := a.GetValueIndex(row)
			if at < 0 || at >= dictionary.Rows {
				return Values{}, corrupt("a place lies outside of its dictionary")
			}
			if dictionary.Missing == nil || !dictionary.Missing[at] {
				v.Places[row] = int32(at)
			}
		}
	}
	return v, nil
}
