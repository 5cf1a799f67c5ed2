package measures

import (
	"math"
	"time"

	"cohortcounts/internal/pythontext"
)

// formatFloat is a number as pandas writes it: NaN is nothing.
func formatFloat(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return pythontext.Float(x)
}

func formatFlag(on bool) string {
	if on {
		return "True"
	}
	return "False"
}

// formatInstant is a date, with the time of day when any of its column has one.
func formatInstant(nanoseconds int64, clock bool) string {
	at := time.Unix(0, nanoseconds).UTC()
	if clock {
		return at.Format("2006-01-02 15:04:05.999999999")
	}
	return at.Format(time.DateOnly)
}

// appendRow appends a line of CSV.
func appendRow(line []byte, cells []string, end string) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		line = pythontext.AppendCell(line, cell)
	}
	return append(line, end...)
}
