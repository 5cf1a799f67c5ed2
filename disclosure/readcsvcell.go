package disclosure

import (
	"math"
	"strconv"
	"strings"

	"cohortcounts/analysis"
)

// parseCell reads one cell. fault says what was found instead of a count, in
// words that do not quote it.
func parseCell(text string) (cell Cell, fault string) {
	switch text {
	case "", analysis.Redacted, "NaN", "nan", "NA", "<NA>", "N/A", "null":
		return Cell{Withheld: true}, ""
	}
	// The fraction .0 goes first: a float64 would lose the digits of a large count.
	whole := text
	if before, zeros, ok := strings.Cut(text, "."); ok && before != "" && strings.Trim(zeros, "0") == "" {
		whole = before
	}
	if count, err := strconv.ParseInt(whole, 10, 64); err == nil {
		if count < 0 {
			return Cell{}, "a negative number"
		}
		return Cell{Count: count}, ""
	}
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case strings.Trim(text, "0123456789+-.eE") != "":
		return Cell{}, "text"
	case err != nil && math.IsInf(number, 0), err == nil && number >= math.MaxInt64:
		return Cell{}, "a number too large"
	case err != nil || math.IsNaN(number) || math.IsInf(number, 0):
		return Cell{}, "text"
	case number < 0:
		return Cell{}, "a negative number"
	case number != math.Trunc(number):
		return Cell{}, "a fraction"
	}
	return Cell{Count: int64(number)}, ""
}
