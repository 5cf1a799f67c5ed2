package freqplotscmd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// units in points, 1/72 inch.
var units = []struct {
	name   string
	points float64
}{
	{"in", 72}, {"cm", 72 / 2.54}, {"mm", 72 / 25.4}, {"pt", 1}, {"px", 72.0 / 96},
}

// length is a length in points; an empty text is 0. Both habits of giving
// a bare number are met: of matplotlib in inches, of web pages in pixels. No
// page is so small or large that they could be confused.
func length(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	digits, unit := text, 0.0
	for _, u := range units {
		if before, ok := strings.CutSuffix(text, u.name); ok {
			digits, unit = before, u.points
		}
	}
	number, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || !(number > 0) || math.IsInf(number, 0) {
		return 0, fmt.Errorf("%q: want a length such as 15in, 38cm or 1440px", text)
	}
	switch {
	case unit != 0:
	case number < 100:
		unit = 72
	default:
		unit = 72.0 / 96
	}
	return number * unit, nil
}
