package samebits_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"cohortcounts/internal/samebits"
)

// The standard library's functions are good to less than a unit in the last
// place.
func TestAccuracy(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	near := func(what string, x, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 2e-15*max(math.Abs(want), 1e-300) {
			t.Errorf("%s(%v) is %v, want %v", what, x, got, want)
		}
	}
	for range 200_000 {
		x := math.Ldexp(random.Float64(), random.IntN(60)-40)
		near("Log", 1+x, samebits.Log(1+x), math.Log(1+x))
		near("Log", x, samebits.Log(x), math.Log(x))
		if x < 700 {
			near("Exp", x, samebits.Exp(x), math.Exp(x))
			near("Exp", -x, samebits.Exp(-x), math.Exp(-x))
		}
	}
	for range 200_000 {
		p := random.Float64()
		if random.IntN(2) == 0 {
			p = math.Ldexp(p, -random.IntN(50))
		}
		if got, want := samebits.NormalQuantile(p), math.Sqrt2*math.Erfinv(2*p-1); p > 1e-3 && math.Abs(got-want) > 1e-13*max(1, math.Abs(want)) {
			t.Errorf("NormalQuantile(%v) is %v, want %v", p, got, want)
		}
		// Far out 2p-1 has lost what p knows: ask the other way round.
		if got := math.Erfc(-samebits.NormalQuantile(p)/math.Sqrt2) / 2; math.Abs(got-p) > 1e-13*p {
			t.Errorf("below NormalQuantile(%v) are %v", p, got)
		}
	}
	for n := range 5000 {
		k := n * n / 3
		want, _ := math.Lgamma(float64(k) + 1)
		if got := samebits.LogFactorial(k); math.Abs(got-want) > 1e-14*max(1, want) {
			t.Errorf("LogFactorial(%d) is %v, want %v", k, got, want)
		}
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want float64 }{
		{samebits.Exp(0), 1},
		{samebits.Exp(800), math.Inf(1)},
		{samebits.Exp(-800), 0},
		{samebits.Log(1), 0},
		{samebits.NormalQuantile(0.5), 0},
		{samebits.LogFactorial(0), 0},
		{samebits.LogFactorial(1), 0},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

// The bits are those that an amd64 gave: run this on other processors.
func TestSameBits(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	h := fnv.New64a()
	for range 100_000 {
		u := random.Float64()
		for _, x := range []float64{
			samebits.Log(u), samebits.Exp(-40 * u), samebits.NormalQuantile(u), samebits.LogFactorial(int(1e7 * u)),
		} {
			if err := binary.Write(h, binary.LittleEndian, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := fmt.Sprintf("%x", h.Sum64()); got != "8d52d360d7d747e6" {
		t.Errorf("the bits are %s", got)
	}
}

func BenchmarkLog(b *testing.B) {
	x := 0.3
	for b.Loop() {
		x = 1.5 + samebits.Log(x)/100
	}
}
