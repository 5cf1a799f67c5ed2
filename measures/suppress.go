package measures

import "math"

// threshold is up to which number one is small.
const threshold = 5

// suppression decides which numbers of one column are withheld, by the
// original's rule: those above 0 and up to the threshold; and where these add
// up to no more than the threshold, so that they could be worked out from a
// total, also the smallest of the others, wherever it occurs.
type suppression struct {
	small, large bool    // there are such numbers
	total        float64 // of the small ones
	next         float64 // the smallest of the large ones
}

// observe takes a number into account.
func (s *suppression) observe(x float64) {
	switch {
	case x > 0 && x <= threshold:
		s.small = true
		s.total += x
	case x > threshold && (!s.large || x < s.next):
		s.large, s.next = true, x
	}
}

// further tells whether more than the small numbers are withheld.
func (s *suppression) further() bool { return s.small && s.large && s.total <= threshold }

// apply is the number, or NaN where it is withheld.
func (s *suppression) apply(x float64) float64 {
	if x > 0 && x <= threshold || s.further() && x == s.next {
		return math.NaN()
	}
	return x
}
