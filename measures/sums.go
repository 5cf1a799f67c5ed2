package measures

import (
	"errors"
	"fmt"
	"math"

	"cohortcounts/cohort"
)

// mostExact is the largest whole number up to which a float64 holds every one.
const mostExact = 1 << 53

var errTooLarge = errors.New("adds up to a number that is too large to be told exactly")

// sums adds a column's numbers by group.
type sums struct {
	kind    cohort.ValueKind
	missing bool      // some number was
	whole   []int64   // by group
	floats  []float64 // by group
	lost    []float64 // by group: what the last additions rounded off (Kahan)
}

// add adds the values of some rows to their groups.
func (s *sums) add(of []int32, v *cohort.Values) error {
	if v.Kind == cohort.Nothing {
		s.missing = s.missing || v.Rows > 0
		return nil
	}
	if v.Category || !v.Kind.Number() {
		what := v.Kind.String()
		if v.Category {
			what = "categories"
		}
		return fmt.Errorf("holds %s where numbers or flags are needed", what)
	}
	s.kind = v.Kind
	for row, group := range of {
		if v.Missing != nil && v.Missing[row] {
			s.missing = true
			continue
		}
		if group < 0 {
			continue
		}
		if v.Kind == cohort.Floats {
			s.addFloat(group, v.Floats[row])
			continue
		}
		for int(group) >= len(s.whole) {
			s.whole = append(s.whole, 0)
		}
		sum := s.whole[group] + v.Integers[row]
		if v.Integers[row] > mostExact || v.Integers[row] < -mostExact || sum > mostExact || sum < -mostExact {
			return errTooLarge
		}
		s.whole[group] = sum
	}
	return nil
}

// addFloat adds with compensation. The conversions keep a processor from
// joining two operations into one that rounds once.
func (s *sums) addFloat(group int32, x float64) {
	if math.IsNaN(x) {
		return
	}
	for int(group) >= len(s.floats) {
		s.floats, s.lost = append(s.floats, 0), append(s.lost, 0)
	}
	y := float64(x - s.lost[group])
	t := float64(s.floats[group] + y)
	s.lost[group] = float64(float64(t-s.floats[group]) - y)
	s.floats[group] = t
}

// of is the sum of a group; -1, and a group that no number was added to, is 0.
func (s *sums) of(group int32) float64 {
	switch {
	case group < 0:
	case s.kind == cohort.Floats && int(group) < len(s.floats):
		return s.floats[group]
	case s.kind != cohort.Floats && int(group) < len(s.whole):
		return float64(s.whole[group])
	}
	return 0
}
