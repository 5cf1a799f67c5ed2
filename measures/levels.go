package measures

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"cohortcounts/cohort"
)

// isDate tells whether a text is a day of the calendar.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// levels are the values that a group's column has, numbered as they come.
type levels struct {
	kind       cohort.ValueKind
	category   bool // declared in the file: each has its row (M2)
	dictionary bool // in the dictionary's order
	missing    bool // some row has no value

	integers []int64
	floats   []float64
	texts    []string
	place    places
	codes    []int32 // of the last rows
}

// places are the numbers of the levels by their value.
type places struct {
	integers map[int64]int32
	floats   map[float64]int32
	texts    map[string]int32
}

func newLevels() *levels {
	return &levels{place: places{integers: map[int64]int32{}, floats: map[float64]int32{}, texts: map[string]int32{}}}
}

// len is how many there are.
func (l *levels) len() int { return len(l.integers) + len(l.floats) + len(l.texts) }

// encode numbers the values of some rows; -1 is a missing one. The numbers are
// valid until the next call.
func (l *levels) encode(v *cohort.Values) ([]int32, error) {
	if v.Kind != cohort.Nothing {
		if l.kind != cohort.Nothing && l.kind != v.Kind {
			return nil, fmt.Errorf("holds %s and %s", l.kind, v.Kind)
		}
		l.kind = v.Kind
	}
	l.category = l.category || v.Category
	l.codes = slices.Grow(l.codes[:0], v.Rows)[:v.Rows]
	if v.Dictionary == nil {
		l.number(v, l.codes)
		return l.codes, nil
	}
	l.dictionary = true
	translation := make([]int32, v.Dictionary.Rows)
	missing := l.missing
	l.number(v.Dictionary, translation)
	l.missing = missing // entries of a dictionary that no row needs
	for row, at := range v.Places {
		l.codes[row] = -1
		if at >= 0 {
			l.codes[row] = translation[at]
		}
	}
	return l.codes, nil
}

// number writes the number of each value into codes.
func (l *levels) number(v *cohort.Values, codes []int32) {
	for row := range codes {
		switch {
		case v.Missing != nil && v.Missing[row], v.Kind == cohort.Nothing, v.Kind == cohort.Floats && math.IsNaN(v.Floats[row]):
			codes[row], l.missing = -1, true
		case v.Kind == cohort.Floats:
			codes[row] = numberIn(l.place.floats, &l.floats, v.Floats[row])
		case v.Kind == cohort.Words:
			codes[row] = numberIn(l.place.texts, &l.texts, v.Texts[row])
		default:
			codes[row] = numberIn(l.place.integers, &l.integers, v.Integers[row])
		}
	}
}

func numberIn[T comparable](numbers map[T]int32, all *[]T, value T) int32 {
	n, found := numbers[value]
	if !found {
		n = int32(len(*all))
		*all = append(*all, value)
		numbers[value] = n
	}
	return n
}

// order is the levels in the order of their rows.
func (l *levels) order() []int32 {
	order := make([]int32, l.len())
	for i := range order {
		order[i] = int32(i)
	}
	if !l.dictionary {
		slices.SortFunc(order, func(a, b int32) int {
			switch l.kind {
			case cohort.Floats:
				return cmp.Compare(l.floats[a], l.floats[b])
			case cohort.Words:
				return cmp.Compare(l.texts[a], l.texts[b])
			}
			return cmp.Compare(l.integers[a], l.integers[b])
		})
	}
	return order
}

// labels are the levels as text.
func (l *levels) labels() []string {
	labels := make([]string, l.len())
	clock := l.kind == cohort.Instants && slices.ContainsFunc(l.integers, func(n int64) bool { return n%int64(24*time.Hour) != 0 })
	for i := range labels {
		switch l.kind {
		case cohort.Words:
			labels[i] = l.texts[i]
		case cohort.Floats:
			labels[i] = formatFloat(l.floats[i])
		case cohort.Flags:
			labels[i] = formatFlag(l.integers[i] != 0)
		case cohort.Instants:
			labels[i] = formatInstant(l.integers[i], clock)
		default:
			labels[i] = strconv.FormatInt(l.integers[i], 10)
			if l.missing && !l.dictionary {
				// Whole numbers of which some are missing are floats to pandas.
				labels[i] = formatFloat(float64(l.integers[i]))
			}
		}
	}
	return labels
}
