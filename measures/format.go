package measures

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// formatFloat is a number as Python prints it: the fewest digits that tell it
// from its neighbours, with an exponent from 1e16 and below 1e-4. NaN is
// nothing.
func formatFloat(x float64) string {
	switch {
	case math.IsNaN(x):
		return ""
	case math.IsInf(x, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(x, 'g', -1, 64), "+"))
	case x != 0 && (math.Abs(x) >= 1e16 || math.Abs(x) < 1e-4):
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
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

// appendRow appends a line of CSV, quoted only where a cell needs it.
func appendRow(line []byte, cells []string, end string) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		if strings.ContainsAny(cell, ",\"\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		line = append(line, cell...)
	}
	return append(line, end...)
}
