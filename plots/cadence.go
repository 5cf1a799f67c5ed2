package plots

import (
	"math"
	"time"
)

// cadence is how far apart a table's rows are, and the words for it.
type cadence struct {
	days    float64 // between two rows; the shortest such
	per     string  // what one count is of: week, day, ...; empty when it is no such
	layout  string  // how a row's date is said
	preface string  // before the date: "in the week ending 2 February 2020"
}

var cadences = []struct {
	from, to float64 // days
	cadence
}{
	{1, 1, cadence{per: "day", preface: "on", layout: "2 January 2006"}},
	{7, 7, cadence{per: "week", preface: "in the week of", layout: "2 January 2006"}},
	{28, 31, cadence{per: "month", preface: "in the month of", layout: "January 2006"}},
	{89, 92, cadence{per: "quarter", preface: "in the quarter of", layout: "2 January 2006"}},
	{365, 366, cadence{per: "year", preface: "in the year of", layout: "2 January 2006"}},
}

// cadenceOf finds it from the rows' dates, which are in order. One row alone
// is taken for a week.
func cadenceOf(dates []time.Time) cadence {
	shortest := math.Inf(1)
	for i := range dates[1:] {
		shortest = min(shortest, daysBetween(dates[i], dates[i+1]))
	}
	if len(dates) == 1 {
		shortest = 7
	}
	for _, c := range cadences {
		if shortest >= c.from && shortest <= c.to {
			c.days = shortest
			return c.cadence
		}
	}
	return cadence{days: shortest, preface: "on", layout: "2 January 2006"}
}

// follows tells whether no row is missing between two dates.
func (c cadence) follows(before, after time.Time) bool {
	// Months, quarters and years differ by less than half in their length.
	return daysBetween(before, after) < 1.5*c.days
}

// rows is n of what one row is, in words: "96 weeks", "1 day".
func (c cadence) rows(n int) string {
	noun := c.per
	if noun == "" {
		noun = "date"
	}
	return plural(n, noun)
}

// plural is a number of things in words: "1 week", "2 weeks".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return groupedInt(int64(n)) + " " + noun
}

// said is one row's date in a sentence.
func (c cadence) said(date time.Time) string { return c.preface + " " + date.Format(c.layout) }

// caption is what the vertical axis shows.
func (c cadence) caption() string {
	if c.per == "" {
		return "Count"
	}
	return "Count per " + c.per
}

// daysBetween does not overflow for dates centuries apart, as a
// [time.Duration] would.
func daysBetween(a, b time.Time) float64 { return float64(b.Unix()-a.Unix()) / (24 * 60 * 60) }
