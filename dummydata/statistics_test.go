package dummydata_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cohortcounts/cohort"
	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// The distributions are tested against the original's formulae on a fixed
// seed. A test of a fixed seed either always passes or always fails; the level
// says how unlikely a right drawing would be to look this odd.
const level = 0.001

const manyPatients = 100_000

// chiSquared fails when counts are unlikely for the chances.
func chiSquared(t *testing.T, what string, counts []int, chances []float64) {
	t.Helper()
	total := 0
	for _, c := range counts {
		total += c
	}
	var observed, expected []float64
	var lastO, lastE float64
	for i := range chances {
		lastO += float64(counts[i])
		lastE += chances[i] * float64(total)
		if lastE >= 5 { // small classes are joined
			observed, expected = append(observed, lastO), append(expected, lastE)
			lastO, lastE = 0, 0
		}
	}
	observed[len(observed)-1] += lastO
	expected[len(expected)-1] += lastE
	if len(observed) == 1 {
		return // all in one class, as it should be
	}
	x := stat.ChiSquare(observed, expected)
	if p := (distuv.ChiSquared{K: float64(len(observed) - 1)}).Survival(x); p < level {
		t.Errorf("%s: chi-squared %.1f of %d classes, p = %.2g", what, x, len(observed), p)
	}
}

// kolmogorov fails when values are unlikely for a continuous distribution.
func kolmogorov(t *testing.T, what string, values []float64, cdf func(float64) float64) {
	t.Helper()
	slices.Sort(values)
	n, d := float64(len(values)), 0.0
	for i, v := range values {
		f := cdf(v)
		d = max(d, f-float64(i)/n, float64(i+1)/n-f)
	}
	x := d * math.Sqrt(n)
	p := 0.0
	for k := 1; k < 100; k++ {
		p += 2 * math.Pow(-1, float64(k-1)) * math.Exp(-2*float64(k*k)*x*x)
	}
	if p < level {
		t.Errorf("%s: Kolmogorov-Smirnov D = %.4f, p = %.2g", what, d, p)
	}
}

// rateChances are the chances of each distance from the latest date.
func rateChances(rate study.Rate, span int) []float64 {
	chances := make([]float64, span+1)
	total := 0.0
	for s := range chances {
		switch {
		case rate == study.ExponentialIncrease: // trunc(X*E), X exponential of mean 0.1
			chances[s] = math.Exp(-10*float64(s)/float64(span)) - math.Exp(-10*float64(s+1)/float64(span))
		case s < span: // trunc(U*E)
			chances[s] = 1
		}
		total += chances[s]
	}
	for s := range chances {
		chances[s] /= total
	}
	return chances
}

func TestRates(t *testing.T) {
	t.Parallel()
	for _, rate := range []study.Rate{study.Uniform, study.ExponentialIncrease} {
		for _, earliest := range []string{"1990-01-01", "2020-02-01", "2020-12-30"} {
			for _, independent := range []bool{false, true} {
				f := draw(t, studyOf(event("day", expect(rate, 0.8, earliest, "2020-12-31"), study.Period{})),
					dummydata.Options{Patients: manyPatients, Seed: 3, Independent: independent})
				span := dayNumber("2020-12-31") - dayNumber(earliest)
				counts := make([]int, span+1)
				for _, d := range f.days("day") {
					counts[dayNumber("2020-12-31")-d]++
				}
				if rate == study.Uniform && counts[span] > 0 {
					t.Errorf("uniform from %s: the earliest date occurs", earliest)
				}
				chances := rateChances(rate, span)
				if rate == study.Uniform {
					counts, chances = counts[:span], chances[:span]
				}
				if len(counts) > 1 {
					chiSquared(t, fmt.Sprintf("%s from %s, independent %v", rate, earliest, independent), counts, chances)
				}
			}
		}
	}
}

// A static period narrows the window; inside the dates are as expected. The
// original's way empties what lies outside instead.
func TestPeriodNarrowsRates(t *testing.T) {
	t.Parallel()
	for _, rate := range []study.Rate{study.Uniform, study.ExponentialIncrease} {
		def := studyOf(event("day", expect(rate, 0.5, "2020-01-01", "2020-12-31"), study.Period{From: on("2020-06-01"), To: on("2020-09-30")}))
		f := draw(t, def, dummydata.Options{Patients: manyPatients, Seed: 3})
		near, far := dayNumber("2020-12-31")-dayNumber("2020-09-30"), dayNumber("2020-12-31")-dayNumber("2020-06-01")
		counts := make([]int, far-near+1)
		for _, d := range f.days("day") {
			counts[dayNumber("2020-09-30")-d]++
		}
		chances := rateChances(rate, 365)[near : far+1]
		total := 0.0
		for _, p := range chances {
			total += p
		}
		scaled := slices.Clone(chances)
		for i := range scaled {
			scaled[i] /= total
		}
		chiSquared(t, string(rate), counts, scaled)
		if got := f.filled("day"); got != manyPatients/2 {
			t.Errorf("%s: %d dates, want half of all", rate, got)
		}
		thinned := draw(t, def, dummydata.Options{Patients: manyPatients, Seed: 3, Independent: true}).filled("day")
		if want := total * manyPatients / 2; math.Abs(float64(thinned)-want) > 4*math.Sqrt(want) {
			t.Errorf("%s, independent: %d dates, want about %.0f", rate, thinned, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	number := func(name string, typ study.Type, d study.Distribution) study.Variable {
		e := &study.Expectations{Rate: study.Universal}
		if typ == study.Int {
			e.Int = &d
		} else {
			e.Float = &d
		}
		return study.Variable{Name: name, Type: typ, Expectations: e}
	}
	f := draw(t, studyOf(
		number("normal_float", study.Float, study.Distribution{Name: "normal", Mean: 27, StdDev: 4}),
		number("normal_int", study.Int, study.Distribution{Name: "normal", Mean: 2, StdDev: 3}),
		number("poisson", study.Int, study.Distribution{Name: "poisson", Mean: 3.7}),
		number("poisson_large", study.Int, study.Distribution{Name: "poisson", Mean: 5000}),
		number("age", study.Int, study.Distribution{Name: "population_ages"}),
	), dummydata.Options{Patients: manyPatients, Seed: 5})

	var floats []float64
	for _, v := range f.values["normal_float"] {
		floats = append(floats, v.(float64))
	}
	kolmogorov(t, "normal float", floats, distuv.Normal{Mu: 27, Sigma: 4}.CDF)

	// discrete counts the values from low to high and compares with chances.
	discrete := func(name string, low, high int64, chance func(k int64) float64) {
		counts := make([]int, high-low+1)
		chances := make([]float64, high-low+1)
		rest := 1.0
		for k := low; k < high; k++ {
			chances[k-low] = chance(k)
			rest -= chances[k-low]
		}
		chances[high-low] = max(rest, 0)
		for _, v := range f.values[name] {
			counts[min(max(v.(int64), low), high)-low]++
		}
		chiSquared(t, name, counts, chances)
	}
	normal := distuv.Normal{Mu: 2, Sigma: 3}
	discrete("normal_int", -12, 16, func(k int64) float64 { // cut towards zero: 0 has both sides of it
		low, high := float64(k), float64(k+1)
		if k == 0 {
			low = -1
		} else if k < 0 {
			low, high = float64(k-1), float64(k)
		}
		if k == -12 {
			low = math.Inf(-1)
		}
		return normal.CDF(high) - normal.CDF(low)
	})
	discrete("poisson", 0, 20, distuvPoisson(3.7))
	discrete("poisson_large", 0, 5400, distuvPoisson(5000))

	// The thousands of the reference, by bands of five years.
	bands := []float64{3914, 4139, 3859, 3669, 4185, 4527, 4463, 4372, 3993, 4507, 4674, 4294, 3673, 3396, 3252, 2236, 1673, 1024, 448, 123, 13}
	discrete("age", 0, 109, func(age int64) float64 {
		p := bands[min(age/5, 20)] / (5 * 66434)
		if age == 50 {
			p -= 13.0 / 66434
		}
		return p
	})
}

func distuvPoisson(mean float64) func(k int64) float64 {
	return func(k int64) float64 { return distuv.Poisson{Lambda: mean}.Prob(float64(k)) }
}

func TestRatios(t *testing.T) {
	t.Parallel()
	var many []any
	var chances []float64
	for i := range 300 {
		p := float64(i+1) / (300 * 301 / 2)
		many = append(many, fmt.Sprintf("label %d", i), p)
		chances = append(chances, p)
	}
	f := draw(t, studyOf(
		study.Variable{Name: "many", Type: study.String, Expectations: ratios(universal(), many...)},
		study.Variable{Name: "few", Type: study.String, Expectations: ratios(universal(), "a", 0.5, "never", 0.0, "b", 0.3, "", 0.2)},
	), dummydata.Options{Patients: manyPatients, Seed: 5})
	// Numbers stay whole where an empty label, 0, is drawn, and do not where a
	// row is emptied.
	for incidence, want := range map[float64]string{1: "int64", 0.5: "float64"} {
		e := ratios(expect(study.Uniform, incidence, "2020-01-01", "2020-12-31"), int64(0), 0.5, int64(100), 0.5)
		imd := study.Variable{Name: "imd", Type: study.Int, Returning: "index_of_multiple_deprivation", Expectations: e}
		got := draw(t, studyOf(imd), dummydata.Options{Patients: 100}).types["imd"].(*arrow.DictionaryType).ValueType.String()
		if got != want {
			t.Errorf("numbers as labels with incidence %v: %s, want %s", incidence, got, want)
		}
	}
	counts := make([]int, 300)
	for _, v := range f.values["many"] {
		var i int
		if _, err := fmt.Sscanf(v.(string), "label %d", &i); err != nil {
			t.Fatal(err)
		}
		counts[i]++
	}
	chiSquared(t, "300 labels", counts, chances)
	few := map[any]int{}
	for _, v := range f.values["few"] {
		few[v]++
	}
	chiSquared(t, "four labels", []int{few["a"], few["b"], few[nil]}, []float64{0.5, 0.3, 0.2})
	if few["never"]+few[""] > 0 {
		t.Error("a label without a share, or an empty one, occurs")
	}
}

// Which rows are filled is independent of the row and of other variables: the
// two flags are both true in a quarter of each tenth of the rows.
func TestRowsAreChosenEvenly(t *testing.T) {
	t.Parallel()
	f := draw(t, studyOf(flag("a", 0.5), flag("b", 0.5)), dummydata.Options{Patients: manyPatients, Seed: 9})
	counts := make([]int, 11)
	for row := range f.rows {
		if f.values["a"][row] == true && f.values["b"][row] == true {
			counts[row*10/f.rows]++
		}
	}
	counts[10] = f.rows
	chances := slices.Repeat([]float64{0.025}, 10)
	rest := 0
	for _, c := range counts[:10] {
		rest += c
	}
	counts[10] = f.rows - rest
	chiSquared(t, "both flags by tenth", counts, append(chances, 0.75))
}

// Labels that are numbers can be codes of 17 digits, more than a float holds.
func TestLongNumbersAsLabels(t *testing.T) {
	t.Parallel()
	code := study.Variable{
		Name: "code", Function: "with_these_medications", Returning: "code", Type: study.String,
		Expectations: expect(study.Uniform, 0.5, "2020-01-01", "2020-12-31"),
	}
	code.Expectations.Category = []study.Ratio{{Label: int64(19506911000001105), Share: 1}}
	path := filepath.Join(t.TempDir(), "input.csv")
	if _, err := dummydata.Write(t.Context(), studyOf(code), path, dummydata.Options{Patients: 10, Format: cohort.CSV}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), "19506911000001105,"); got != 5 {
		t.Errorf("%d rows have the code, want 5:\n%s", got, text)
	}
}
