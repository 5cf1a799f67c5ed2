package plots

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// datesFrom lists n dates from a day, each so many months and days after the
// one before.
func datesFrom(t testing.TB, first string, n, months, days int) []time.Time {
	t.Helper()
	date, err := time.Parse(time.DateOnly, first)
	if err != nil {
		t.Fatal(err)
	}
	dates := make([]time.Time, n)
	for i := range dates {
		dates[i] = date.AddDate(0, i*months, i*days)
	}
	return dates
}

// labelsOf is a month axis's labels, a year after a slash, on so many points
// of width, with letters 6 points wide.
func labelsOf(dates []time.Time, width float64) string {
	c := cadenceOf(dates)
	var labels []string
	for _, tick := range newTimeAxis(dates, c).ticks(dates, c, width, 6, func(s string) float64 { return 6 * float64(len(s)) }) {
		switch {
		case tick.label == "":
		case tick.year != "":
			labels = append(labels, tick.label+"/"+tick.year)
		default:
			labels = append(labels, tick.label)
		}
	}
	return strings.Join(labels, " ")
}

func TestTicks(t *testing.T) {
	t.Parallel()
	study := datesFrom(t, "2020-02-02", 96, 0, 7)
	for _, test := range []struct {
		name  string
		dates []time.Time
		width float64
		want  string
	}{
		{
			"weeks, wide", study, 1200,
			"Feb/2020 Mar Apr May Jun Jul Aug Sep Oct Nov Dec Jan/2021 Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
		},
		{"weeks", study, 500, "Mar/2020 May Jul Sep Nov Jan/2021 Mar May Jul Sep Nov"},
		{"weeks, narrow", study, 300, "Apr/2020 Jul Oct Jan/2021 Apr Jul Oct"},
		{"weeks, very narrow", study, 120, "Jul/2020 Jan/2021 Jul"},
		{"weeks, a sliver", study, 60, "2021"},
		{"one week", study[:1], 400, "2 Feb/2020"},
		{"three weeks", study[:3], 400, "2 Feb/2020 9 Feb 16 Feb"},
		{"days", datesFrom(t, "2020-12-29", 5, 0, 1), 400, "29 Dec/2020 30 Dec 31 Dec 1 Jan/2021 2 Jan"},
		{"days, narrow", datesFrom(t, "2020-12-29", 5, 0, 1), 200, "29 Dec/2020 31 Dec 2 Jan/2021"},
		{"months", datesFrom(t, "2020-11-01", 4, 1, 0), 400, "Nov/2020 Dec Jan/2021 Feb"},
		{"years of months", datesFrom(t, "2015-01-01", 84, 1, 0), 300, "2015 2016 2017 2018 2019 2020 2021"},
		{"years", datesFrom(t, "2015-01-01", 4, 12, 0), 300, "2015 2016 2017 2018"},
		{"a century of weeks", datesFrom(t, "1925-01-04", 5000, 0, 7), 400, "1930 1940 1950 1960 1970 1980 1990 2000 2010 2020"},
	} {
		if diff := cmp.Diff(test.want, labelsOf(test.dates, test.width)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// Labels never touch, at any width and for any span.
func TestTicksNeverTouch(t *testing.T) {
	t.Parallel()
	for _, dates := range [][]time.Time{
		datesFrom(t, "2020-02-02", 96, 0, 7), datesFrom(t, "2020-02-02", 3, 0, 7), datesFrom(t, "2019-12-30", 400, 0, 1),
		datesFrom(t, "1999-01-31", 300, 1, 0), datesFrom(t, "0001-01-07", 5000, 0, 7), datesFrom(t, "1000-01-01", 90, 1200, 0),
	} {
		c := cadenceOf(dates)
		axis := newTimeAxis(dates, c)
		for width := 10.0; width < 2000; width += 7 {
			last, lastYear := -1e9, -1e9
			for _, tick := range axis.ticks(dates, c, width, 6, func(s string) float64 { return 6 * float64(len(s)) }) {
				if tick.at < 0 || tick.at > 1 {
					t.Fatalf("%v, width %g: tick %q at %g", dates[0], width, tick.label, tick.at)
				}
				x := tick.at * width
				if half := 3 * float64(len(tick.label)); tick.label != "" {
					if x-half < last+5.9 {
						t.Fatalf("%v, width %g: label %q touches the one before", dates[0], width, tick.label)
					}
					last = x + half
				}
				if half := 3 * float64(len(tick.year)); tick.year != "" {
					if x-half < lastYear+5.9 {
						t.Fatalf("%v, width %g: year %q touches the one before", dates[0], width, tick.year)
					}
					lastYear = x + half
				}
			}
		}
	}
}

func TestOriginalTicks(t *testing.T) {
	t.Parallel()
	dates := datesFrom(t, "2020-02-02", 10, 0, 7)
	axis := newTimeAxis(dates, cadenceOf(dates))
	for width, want := range map[float64]string{
		500: "2020-02-02 2020-02-23 2020-03-15 2020-04-05",
		60:  "2020-02-02 2020-02-23 2020-03-15 2020-04-05",
		30:  "2020-02-02 2020-03-15",
		15:  "2020-02-02 2020-04-05",
		5:   "2020-02-02",
	} {
		var labels []string
		for _, tick := range axis.originalTicks(dates, width, 12) {
			labels = append(labels, tick.label)
		}
		if diff := cmp.Diff(want, strings.Join(labels, " ")); diff != "" {
			t.Errorf("width %g: %s", width, diff)
		}
	}
}

func TestCadence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dates   []time.Time
		caption string
	}{
		{datesFrom(t, "2020-02-02", 3, 0, 7), "Count per week"},
		{datesFrom(t, "2020-02-02", 1, 0, 7), "Count per week"},
		{datesFrom(t, "2020-02-02", 3, 0, 1), "Count per day"},
		{datesFrom(t, "2020-01-31", 3, 1, 0), "Count per month"},
		{datesFrom(t, "2020-01-01", 3, 3, 0), "Count per quarter"},
		{datesFrom(t, "2020-01-01", 3, 12, 0), "Count per year"},
		{datesFrom(t, "2020-01-01", 3, 0, 14), "Count"},
	} {
		if got := cadenceOf(test.dates).caption(); got != test.caption {
			t.Errorf("%v: %q, want %q", test.dates, got, test.caption)
		}
	}
}
