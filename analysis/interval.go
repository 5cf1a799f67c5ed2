package analysis

import (
	"fmt"
	"strings"
	"time"
)

// Interval is how the period is cut into the rows of the counts.
type Interval int

// The intervals.
const (
	Week  Interval = iota // labelled by the day the week ends on
	Month                 // a calendar month, labelled by its first day
	Day
)

var intervalNames = [...]string{Week: "week", Month: "month", Day: "day"}

// String is the interval's name in a spec.
func (i Interval) String() string {
	if i < 0 || int(i) >= len(intervalNames) {
		return fmt.Sprintf("Interval(%d)", int(i))
	}
	return intervalNames[i]
}

// ParseInterval is the interval of a name in a spec or a flag.
func ParseInterval(name string) (Interval, error) {
	for i, known := range intervalNames {
		if name == known {
			return Interval(i), nil
		}
	}
	return 0, fmt.Errorf("interval %q is not known; write week, month or day", name)
}

// ParseWeekday is the day of a name such as sunday or Sun.
func ParseWeekday(name string) (time.Weekday, error) {
	lower := strings.ToLower(name)
	for day := time.Sunday; day <= time.Saturday; day++ {
		full := strings.ToLower(day.String())
		if lower == full || lower == full[:3] {
			return day, nil
		}
	}
	return 0, fmt.Errorf("want a day of the week, found %q; write sunday", name)
}
