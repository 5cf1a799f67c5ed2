package generatecohortcmd

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// mostDates is above what any study asks for: 190 years of weeks.
const mostDates = 10_000

// indexDates reads a range of index dates, "DATE", "DATE to DATE" or "DATE to
// DATE by week|month", where a DATE may be "today". The latest comes first, as
// in the original.
func indexDates(text string, today time.Time) ([]time.Time, error) {
	fault := func(format string, args ...any) error {
		return fmt.Errorf("--index-date-range %q: %w", text, fmt.Errorf(format, args...))
	}
	first, rest, isRange := strings.Cut(text, " to ")
	last, period := first, "month"
	if isRange {
		var given bool
		var by string
		if last, by, given = strings.Cut(rest, " by "); given {
			period = by
		}
	}
	start, err := indexDate(first, today)
	if err != nil {
		return nil, fault("%w", err)
	}
	end, err := indexDate(last, today)
	if err != nil {
		return nil, fault("%w", err)
	}
	if end.Before(start) {
		return nil, fault("the end is earlier than the start")
	}
	if period != "week" && period != "month" {
		return nil, fault("unknown period %q; periods are week and month", period)
	}

	var dates []time.Time
	for i := 0; ; i++ {
		date := start.AddDate(0, 0, 7*i)
		if period == "month" {
			date = time.Date(start.Year(), start.Month()+time.Month(i), start.Day(), 0, 0, 0, 0, time.UTC)
			month := time.Date(start.Year(), start.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			if date.Day() != start.Day() && !month.After(end) {
				return nil, fault("%s has no day %d; start on a day that every month has", month.Format("January 2006"), start.Day())
			}
		}
		if date.After(end) {
			break
		}
		if len(dates) == mostDates {
			return nil, fault("gives more than %d dates, each a file; correct a year", mostDates)
		}
		dates = append(dates, date)
	}
	slices.Reverse(dates)
	return dates, nil
}

func indexDate(text string, today time.Time) (time.Time, error) {
	if text == "today" {
		return today, nil
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date; write DATE, DATE to DATE, or DATE to DATE by week or month, with dates as YYYY-MM-DD or today", text)
	}
	return date, nil
}
