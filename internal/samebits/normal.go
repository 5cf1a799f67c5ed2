package samebits

import "math"

// polynomial is c[0] + c[1] x + c[2] x^2 and so on.
func polynomial(x float64, c *[8]float64) float64 {
	sum := c[7]
	for i := 6; i >= 0; i-- {
		sum = float64(sum*x) + c[i]
	}
	return sum
}

// The coefficients of Wichura's algorithm AS 241, "The percentage points of
// the normal distribution", Applied Statistics 37 (1988), routine PPND16:
// numerator and denominator for the middle, the tails, and the far tails.
var (
	middleOver  = [8]float64{3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3}
	middleUnder = [8]float64{1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}
	tailOver    = [8]float64{1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4}
	tailUnder   = [8]float64{1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}
	farOver     = [8]float64{6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7}
	farUnder    = [8]float64{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}
)

// NormalQuantile is the number that a standard normal one is below with
// probability p, which must be between 0 and 1.
func NormalQuantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * polynomial(r, &middleOver) / polynomial(r, &middleUnder)
	}
	r := math.Sqrt(-Log(min(p, 1-p)))
	x := 0.0
	if r <= 5 {
		x = polynomial(r-1.6, &tailOver) / polynomial(r-1.6, &tailUnder)
	} else {
		x = polynomial(r-5, &farOver) / polynomial(r-5, &farUnder)
	}
	return math.Copysign(x, q)
}

// logFactorials are those of the numbers that Stirling's series is not yet
// good for.
var logFactorials = func() (logs [16]float64) {
	product := 1.0
	for n := range logs {
		product *= max(1, float64(n))
		logs[n] = Log(product)
	}
	return logs
}()

// LogFactorial is log n!, for n from 0 on.
func LogFactorial(n int) float64 {
	if n < len(logFactorials) {
		return logFactorials[n]
	}
	// Stirling's series; the next part is less than 1e-14.
	const halfLog2Pi = 0.91893853320467274178
	x := float64(n)
	over := 1 / x
	square := float64(over * over)
	series := float64(over * (1.0/12 - float64(square*(1.0/360-float64(square*(1.0/1260-float64(square*(1.0/1680))))))))
	return float64((x+0.5)*Log(x)) - x + halfLog2Pi + series
}
