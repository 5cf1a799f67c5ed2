package plots

import (
	"math"
	"strconv"
	"time"
)

// Ticks is what the time axis is labelled with.
type Ticks int

const (
	// MonthTicks is months over years, or days, or years alone: the finest
	// whose labels do not touch.
	MonthTicks Ticks = iota
	// OriginalTicks is the date of every third row, reading upwards, as the
	// original script has them; at a lack of room every sixth, ninth, ...
	OriginalTicks
)

// timeAxis is the horizontal scale that all the panels share.
type timeAxis struct {
	first, last time.Time // at the left and the right end
}

// newTimeAxis leaves half a row's space on both sides.
func newTimeAxis(dates []time.Time, c cadence) timeAxis {
	half := time.Duration(c.days / 2 * 24 * float64(time.Hour))
	return timeAxis{first: dates[0].Add(-half), last: dates[len(dates)-1].Add(half)}
}

// at is where a date stands, 0 at the left end and 1 at the right.
func (a timeAxis) at(date time.Time) float64 {
	return daysBetween(a.first, date) / daysBetween(a.first, a.last)
}

// tick is a date on the time axis. One without label is a small one.
type tick struct {
	at    float64
	label string
	year  string // under the label, where a year begins
}

// step is a way to place ticks: every n days, months or years.
type step struct {
	days, months, years int
}

// steps from fine to coarse. Months go in divisors of a year, so that each
// year has the same.
var steps = []step{
	{days: 1},
	{days: 2},
	{days: 7},
	{days: 14},
	{months: 1},
	{months: 2},
	{months: 3},
	{months: 6},
	{years: 1},
	{years: 2},
	{years: 5},
	{years: 10},
	{years: 20},
	{years: 50},
	{years: 100},
	{years: 200},
	{years: 500},
	{years: 1000},
	{years: 2000},
	{years: 5000},
}

// length is the least that lies between two ticks, in days.
func (s step) length() float64 {
	return float64(s.days) + 28*float64(s.months) + 365*float64(s.years)
}

// ticks chooses the finest step that data have (rows days apart) and whose
// labels keep gap points from each other on an axis width points wide.
func (a timeAxis) ticks(dates []time.Time, c cadence, width, gap float64, measure func(string) float64) []tick {
	span := daysBetween(a.first, a.last)
	if span <= 0 || width <= 0 {
		return nil
	}
	for _, s := range steps {
		if s.length() < 0.99*c.days && s.days > 0 || s.months > 0 && c.days > 100 {
			continue
		}
		apart := s.length() / span * width
		if apart < gap { // no label is that narrow: do not list the dates
			continue
		}
		ticks := a.place(s, dates[0])
		widest := 0.0
		for _, t := range ticks {
			widest = max(widest, measure(t.label), measure(t.year))
		}
		if widest+gap <= apart {
			return append(ticks, a.small(s, width)...)
		}
	}
	return nil
}

// place lists the ticks of a step. Days count from the first row, so that
// weekly ticks stand under rows.
func (a timeAxis) place(s step, first time.Time) []tick {
	var ticks []tick
	year := 0
	for date := s.from(a.first, first); !date.After(a.last); date = date.AddDate(s.years, s.months, s.days) {
		if date.Before(a.first) {
			continue
		}
		t := tick{at: a.at(date)}
		switch {
		case s.years > 0:
			t.label = strconv.Itoa(date.Year())
		case s.months > 0:
			t.label = date.Format("Jan")
		default:
			t.label = date.Format("2 Jan")
		}
		if s.years == 0 && (len(ticks) == 0 || date.Year() != year) {
			t.year = strconv.Itoa(date.Year())
		}
		year = date.Year()
		ticks = append(ticks, t)
	}
	return ticks
}

// from is a tick at or before the axis's begin.
func (s step) from(begin, first time.Time) time.Time {
	switch {
	case s.years > 0:
		return time.Date(begin.Year()-begin.Year()%s.years, 1, 1, 0, 0, 0, 0, time.UTC)
	case s.months > 0:
		month := (int(begin.Month())-1)/s.months*s.months + 1
		return time.Date(begin.Year(), time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	}
	return first
}

// small lists the ticks without labels that stand between those of a step:
// months or years.
func (a timeAxis) small(s step, width float64) []tick {
	var between step
	switch {
	case s.months > 1:
		between = step{months: 1}
	case s.years > 1:
		between = step{years: 1}
	default:
		return nil
	}
	if between.length()/daysBetween(a.first, a.last)*width < 4 {
		return nil
	}
	var ticks []tick
	for _, t := range a.place(between, a.first) {
		ticks = append(ticks, tick{at: t.at})
	}
	return ticks
}

// originalTicks labels every third row with its date, or every sixth, ninth,
// ... so that lines of text apart points high do not touch.
func (a timeAxis) originalTicks(dates []time.Time, width, apart float64) []tick {
	every := 3
	for every < len(dates) && width*closest(dates, every)/daysBetween(a.first, a.last) < apart {
		every += 3
	}
	var ticks []tick
	for i := 0; i < len(dates); i += every {
		ticks = append(ticks, tick{at: a.at(dates[i]), label: dates[i].Format(time.DateOnly)})
	}
	return ticks
}

// closest is how many days apart two dates are at the least that are so many
// rows apart.
func closest(dates []time.Time, rows int) float64 {
	least := math.Inf(1)
	for i := rows; i < len(dates); i++ {
		least = min(least, daysBetween(dates[i-rows], dates[i]))
	}
	return least
}
