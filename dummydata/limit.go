package dummydata

import (
	"strings"
	"time"

	"cohortcounts/study"
)

// limitDay is a date expression's value when the variable it starts from has
// the date d, known with the given precision.
func limitDay(limit *study.DateExpression, format study.DateFormat, d day) day {
	t := truncate(dateOf(d), format)
	t = periodEnd(limit.Function, t)
	switch limit.Unit {
	case study.Months:
		t = addMonths(t, limit.Offset)
	case study.Years:
		t = addMonths(t, 12*limit.Offset)
	case study.Days:
		t = t.AddDate(0, 0, limit.Offset)
	}
	return min(max(dayOf(t), firstDay), lastDay)
}

func truncate(t time.Time, format study.DateFormat) time.Time {
	switch format {
	case study.Day:
		return t
	case study.Month:
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
}

// addMonths keeps the day of the month, or takes the last one of a shorter
// month, as databases do.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	length := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), length)-1)
}

// periodEnd is the first or last day of the period around t that a function
// such as "last_day_of_school_year" names.
func periodEnd(function string, t time.Time) time.Time {
	end, period, ok := strings.Cut(function, "_day_of_")
	if !ok {
		return t
	}
	starts := map[string]time.Month{"year": time.January, "nhs_financial_year": time.April, "school_year": time.September}
	first, months := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC), 1
	if month, ok := starts[period]; ok {
		first, months = time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC), 12
		if first.After(t) {
			first = first.AddDate(-1, 0, 0)
		}
	}
	if end == "last" {
		return first.AddDate(0, months, -1)
	}
	return first
}

// firstDays is the first day of the month of each day from firstDay on.
func firstDays() []day {
	days := make([]day, lastDay-firstDay+1)
	for t := dateOf(firstDay); ; t = t.AddDate(0, 1, 0) {
		t = truncate(t, study.Month)
		first := dayOf(t)
		if first > lastDay {
			return days
		}
		for d := max(first, firstDay); d <= lastDay && d < first+31; d++ {
			days[d-firstDay] = max(first, firstDay)
		}
	}
}
