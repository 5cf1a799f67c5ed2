package samebits

import "math"

// ln2 in two parts: the first has few enough bits that its product with an
// exponent is exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// taylor are 1/13!, 1/12!, … 1/0!.
var taylor = [...]float64{
	1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
	1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1,
}

// Exp is e to the power x.
func Exp(x float64) float64 {
	switch {
	case x > 709.78:
		return math.Inf(1)
	case x < -745.2:
		return 0
	case math.IsNaN(x):
		return x
	}
	// x = k ln 2 + r, |r| <= ln 2 / 2
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	r := float64(x-float64(k*ln2High)) - float64(k*ln2Low)
	// Taylor's series; r^14/14! is less than 1e-17.
	sum := 0.0
	for _, c := range &taylor {
		sum = float64(sum*r) + c
	}
	return math.Ldexp(sum, int(k))
}

// Log is the natural logarithm of x, which must be above 0.
func Log(x float64) float64 {
	// x = m 2^e, m from sqrt(1/2) to sqrt(2)
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	// log m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...), |s| < 0.172; the
	// coefficients are those of FDLIBM, which bend the series to that range so
	// that seven do.
	f := m - 1
	s := f / (2 + f)
	square := float64(s * s)
	fourth := float64(square * square)
	odd := 0.6666666666666735130 + float64(fourth*(0.2857142874366239149+float64(fourth*(0.1818357216161805012+float64(fourth*0.1479819860511658591)))))
	even := 0.3999999999940941908 + float64(fourth*(0.2222219843214978396+float64(fourth*0.1531383769920937332)))
	sum := float64(square*odd) + float64(fourth*even)
	// 2s is f - s f; the greater part is exact.
	half := float64(0.5 * float64(f*f))
	small := half - (float64(s*(half+sum)) + float64(float64(e)*ln2Low))
	return float64(float64(e)*ln2High) - (small - f)
}
