package tables

import (
	"fmt"
	"math"
	"testing"
)

func TestMixPicksEverythingTheFirstMostOften(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 50, 1500, 1 << 15} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			slots := make([]int, n)
			for _, k := range newMix(n) {
				slots[k]++
			}
			for k, got := range slots {
				if got == 0 {
					t.Fatalf("number %d is never picked", k)
				}
				if k > 0 && got > slots[k-1]+1 { // slots are whole
					t.Fatalf("number %d has %d slots, the one before %d", k, got, slots[k-1])
				}
			}
			if size := len(newMix(n)); size&(size-1) != 0 {
				t.Errorf("%d slots are no power of two", size)
			}
		})
	}
}

// A geometric number of mean m has the variance m(m+1): a long tail.
func TestCount(t *testing.T) {
	t.Parallel()
	const rolls = 200_000
	for _, mean := range []float64{0.05, 1, 13} {
		d := newDice()
		sum, squares := 0.0, 0.0
		for row := range rolls {
			d.roll(1, row)
			x := float64(d.count(mean))
			sum += x
			squares += x * x
		}
		got := sum / rolls
		variance := squares/rolls - got*got
		if math.Abs(got-mean) > 6*math.Sqrt(mean*(mean+1)/rolls) {
			t.Errorf("the mean is %v, want %v", got, mean)
		}
		if want := mean * (mean + 1); math.Abs(variance-want) > 0.1*want {
			t.Errorf("mean %v: the variance is %v, want %v", mean, variance, want)
		}
	}
}

// T3: the codes of noise are many, each once, and of their systems' shapes.
func TestNoiseCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		codes         []string
		atLeast       int
		short, longer int
	}{
		{"ctv3", ctv3Noise(), 1000, 5, 5},
		{"snomed", snomedNoise(), 1000, 6, 18},
		{"dmd", dmdNoise(), 500, 15, 18},
		{"icd10", icdNoise(""), 200, 3, 4},
		{"opcs4", opcsNoise(""), 100, 4, 4},
	} {
		seen := map[string]bool{}
		for _, code := range test.codes {
			if len(code) < test.short || len(code) > test.longer {
				t.Errorf("%s: the code %s has %d characters, want %d to %d", test.name, code, len(code), test.short, test.longer)
			}
			seen[code] = true
		}
		if len(seen) < test.atLeast {
			t.Errorf("%s: %d different codes, want %d", test.name, len(seen), test.atLeast)
		}
	}
}
