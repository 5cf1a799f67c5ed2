package counts

import (
	"time"

	"cohortcounts/analysis"
)

// rows is the time axis of a table: which row each day of the period is
// counted in.
type rows struct {
	start  int32       // first day of the period, in days since 1970-01-01
	of     []int32     // row of each day from start on
	labels []time.Time // of each row
}

const secondsPerDay = 24 * 60 * 60

func dayNumber(t time.Time) int32 { return int32(t.Unix() / secondsPerDay) }

// newRows cuts a period into rows (C4). Midnight UTC is a whole number of days
// before or after 1970, so the division in dayNumber is exact.
func newRows(p analysis.Period) *rows {
	r := &rows{start: dayNumber(p.Start)}
	for day := p.Start; !day.After(p.End); day = day.AddDate(0, 0, 1) {
		label := labelOf(day, p)
		if n := len(r.labels); n == 0 || !r.labels[n-1].Equal(label) {
			r.labels = append(r.labels, label)
		}
		r.of = append(r.of, int32(len(r.labels)-1))
	}
	return r
}

// labelOf is the label of the row that a day is counted in.
func labelOf(day time.Time, p analysis.Period) time.Time {
	switch p.Interval {
	case analysis.Day:
		return day
	case analysis.Month:
		return time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	ahead := (int(p.WeekEnds) - int(day.Weekday()) + 7) % 7
	return day.AddDate(0, 0, ahead)
}
