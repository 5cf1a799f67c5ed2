package study

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// d makes a dict of keys and values in turn.
func d(pairs ...any) dict {
	out := dict{}
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, entry{pairs[i], pairs[i+1]})
	}
	return out
}

func TestMerge(t *testing.T) {
	t.Parallel()
	base := d("rate", "uniform", "date", d("earliest", "1970-01-01", "latest", "today"))
	over := d("date", d("earliest", "2020-01-01"), "incidence", 0.5)
	got := merge(base, over)
	want := d("rate", "uniform", "date", d("earliest", "2020-01-01", "latest", "today"), "incidence", 0.5)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" {
		t.Error(diff)
	}
	if base[1].value.(dict)[0].value != "1970-01-01" {
		t.Error("merge changed its base")
	}
}

var fullDates = d("earliest", "2020-01-01", "latest", "2020-12-31")

func TestReadExpectations(t *testing.T) {
	t.Parallel()
	x, faults := readExpectations(
		d("incidence", 0.25, "date", fullDates, "category", d("ratios", d("M", 0.5, "F", 0.5)), "int", d("distribution", "normal", "mean", int64(3), "stddev", 1.5)),
		d("category", nil), wants{category: true, integer: true}, testScope())
	if faults != nil {
		t.Fatal(faults)
	}
	if x.Rate != ExponentialIncrease || *x.Incidence != 0.25 || !x.Latest.Equal(day("2020-12-31")) || len(x.Category) != 2 || x.Category[0].Label != "M" || x.Int.StdDev != 1.5 {
		t.Errorf("got %+v", x)
	}
	// A uniform range written backwards.
	x, faults = readExpectations(d("incidence", 1.0, "rate", "uniform", "date", d("earliest", "2020-12-31", "latest", "2020-01-01")), nil, wants{}, testScope())
	if faults != nil || !x.Earliest.Equal(day("2020-01-01")) || !x.Latest.Equal(day("2020-12-30")) {
		t.Errorf("backwards: %+v, %v", x, faults)
	}
}

func TestExpectationFaults(t *testing.T) {
	t.Parallel()
	category := func(ratios any) dict { return d("incidence", 0.5, "date", fullDates, "category", d("ratios", ratios)) }
	for _, c := range []struct {
		name string
		x    dict
		need wants
		want string
	}{
		{"no incidence", d("date", fullDates), wants{}, "needs an incidence"},
		{"incidence 0", d("date", fullDates, "incidence", int64(0)), wants{}, "needs an incidence"},
		{"incidence 2", d("date", fullDates, "incidence", int64(2)), wants{}, "must be from 0 to 1"},
		{"incidence text", d("date", fullDates, "incidence", "0.5"), wants{}, "must be a number"},
		{"no date", d("incidence", 0.5), wants{}, "must give a date"},
		{"no latest", d("incidence", 0.5, "date", d("earliest", "2020-01-01")), wants{}, "date[latest]"},
		{"bad date", d("incidence", 0.5, "date", d("earliest", "2020-02-30", "latest", "today")), wants{}, "date[earliest]"},
		{"bad rate", d("incidence", 0.5, "date", fullDates, "rate", "linear"), wants{}, `unknown rate "linear"`},
		{"bad key", d("incidence", 0.5, "date", fullDates, "incidense", 1.0), wants{}, `no key "incidense" (did you mean "incidence"?)`},
		{"no category", d("incidence", 0.5, "date", fullDates), wants{category: true}, "must give a category"},
		{"sum", category(d("a", 0.5, "b", 0.4)), wants{category: true}, "add up to 0.9"},
		{"negative", category(d("a", 1.5, "b", -0.5)), wants{category: true}, "from 0 to 1"},
		{"label", category(d("x", 1.0)), wants{category: true, labels: []string{"a", "b"}}, `expects "x"`},
		{"no int", d("incidence", 0.5, "date", fullDates), wants{integer: true}, "a distribution for int"},
		{"bad int", d("incidence", 0.5, "date", fullDates, "int", d("distribution", "flat")), wants{integer: true}, `unknown distribution "flat"`},
		{"no mean", d("incidence", 0.5, "date", fullDates, "float", d("distribution", "normal")), wants{float: true}, "needs a mean"},
		{"bad stddev", d("incidence", 0.5, "date", fullDates, "float", d("distribution", "normal", "mean", 1.0, "stddev", -1.0)), wants{float: true}, "must not be negative"},
	} {
		_, faults := readExpectations(c.x, c.x, c.need, testScope())
		if err := errors.Join(faults...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	// The original's tolerance.
	if _, faults := readExpectations(category(d("a", 0.50001, "b", 0.5)), category(nil), wants{category: true}, testScope()); faults != nil {
		t.Error(faults)
	}
}
