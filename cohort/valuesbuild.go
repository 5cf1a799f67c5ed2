package cohort

import (
	"errors"
	"time"
)

// valueBuilder collects the values of one column row by row, for formats that
// give them so.
type valueBuilder struct {
	values Values
	kind   ValueKind // once it is known
	limits [2]int64
	given  Values // the last that was handed out, whose memory is used again
}

// errMixed is a column of which some values are of another kind than others.
var errMixed = errors.New("holds values of several kinds")

// add appends a value: nil, bool, int64, float64, string or time.Time.
func (b *valueBuilder) add(value any) error {
	v := &b.values
	kind, whole, float, text := Nothing, int64(0), 0.0, ""
	switch value := value.(type) {
	case bool:
		kind = Flags
		if value {
			whole = 1
		}
	case int64:
		kind, whole = Integers, value
	case float64:
		kind, float = Floats, value
	case string:
		kind, text = Words, value
	case time.Time:
		kind, whole = Instants, nanosecondsOf(value)
	}
	switch {
	case kind == Nothing:
	case b.kind == Nothing:
		b.kind = kind
		// The rows before had no value.
		v.Integers, v.Floats, v.Texts = nil, nil, nil
		switch kind {
		case Floats:
			v.Floats = make([]float64, v.Rows, valueRows)
		case Words:
			v.Texts = make([]string, v.Rows, valueRows)
		default:
			v.Integers = make([]int64, v.Rows, valueRows)
		}
	case b.kind != kind:
		return errMixed
	}
	if kind == Nothing && v.Missing == nil {
		v.Missing = make([]bool, v.Rows, valueRows)
	}
	switch b.kind {
	case Flags, Integers, Instants:
		v.Integers = append(v.Integers, whole)
	case Floats:
		v.Floats = append(v.Floats, float)
	case Words:
		v.Texts = append(v.Texts, text)
	case Nothing:
	}
	if v.Missing != nil {
		v.Missing = append(v.Missing, kind == Nothing)
	}
	v.Rows++
	return nil
}

// take gives what was collected and begins anew.
func (b *valueBuilder) take() Values {
	b.values.Kind, b.values.Limits = b.kind, b.limits
	b.given, b.values = b.values, Values{
		Kind: b.kind, Integers: b.given.Integers[:0], Floats: b.given.Floats[:0], Texts: b.given.Texts[:0],
	}
	return b.given
}

// built takes from all.
func built(builders []valueBuilder) []Values {
	values := make([]Values, len(builders))
	for i := range builders {
		values[i] = builders[i].take()
	}
	return values
}
