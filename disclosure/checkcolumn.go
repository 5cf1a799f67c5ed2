package disclosure

import (
	"math"
	"strconv"
	"strings"
	"time"

	"cohortcounts/analysis"
)

// ColumnCheck is one column of a [Check].
type ColumnCheck struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`     // integer, decimal, date, boolean, text or empty
	Withheld int      `json:"withheld"` // cells with the marker [REDACTED]
	Missing  int      `json:"missing"`  // empty cells, which may be withheld or not known
	Smallest *float64 `json:"smallest,omitempty"`
	// Of the numbers, which part is divisible by 5, and which is one that
	// midpoint 6 rounding gives (0, 3, 9, 15, …). Nil: there is no number.
	DivisibleBy5 *float64 `json:"divisible_by_5,omitempty"`
	Midpoint6    *float64 `json:"midpoint_6,omitempty"`
}

// columnCheck gathers what there is in a column.
type columnCheck struct {
	name                                       string
	cells, withheld, missing                   int
	integers, decimals, dates, booleans, texts int
	smallest                                   float64
	fives, midpoints                           int
}

func (c *columnCheck) add(cell string) {
	c.cells++
	cell = strings.TrimSpace(cell)
	if cell == "" {
		c.missing++
		return
	}
	if strings.EqualFold(cell, analysis.Redacted) {
		c.withheld++
		return
	}
	number, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		c.word(cell)
		return
	}
	if c.integers+c.decimals == 0 || number < c.smallest {
		c.smallest = number
	}
	if number != math.Trunc(number) {
		c.decimals++
		return
	}
	c.integers++
	if math.Mod(number, 5) == 0 {
		c.fives++
	}
	if number == 0 || number > 0 && math.Mod(number, 6) == 3 {
		c.midpoints++
	}
}

func (c *columnCheck) word(cell string) {
	switch {
	case isDate(cell):
		c.dates++
	case strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false"):
		c.booleans++
	case strings.EqualFold(cell, "nan") || strings.EqualFold(cell, "null") || cell == "NA":
		c.missing++
	default:
		c.texts++
	}
}

func isDate(cell string) bool {
	for _, layout := range []string{time.DateOnly, time.DateTime} {
		if _, err := time.Parse(layout, cell); err == nil {
			return true
		}
	}
	return false
}

func (c *columnCheck) result() ColumnCheck {
	r := ColumnCheck{Name: c.name, Withheld: c.withheld, Missing: c.missing}
	numbers := c.integers + c.decimals
	switch {
	case c.texts > 0 || moreThanOne(numbers > 0, c.dates > 0, c.booleans > 0):
		r.Type = "text"
	case c.decimals > 0:
		r.Type = "decimal"
	case c.integers > 0:
		r.Type = "integer"
	case c.dates > 0:
		r.Type = "date"
	case c.booleans > 0:
		r.Type = "boolean"
	default:
		r.Type = "empty"
	}
	if numbers > 0 {
		fives, midpoints := float64(c.fives)/float64(numbers), float64(c.midpoints)/float64(numbers)
		r.Smallest, r.DivisibleBy5, r.Midpoint6 = &c.smallest, &fives, &midpoints
	}
	return r
}

func moreThanOne(conditions ...bool) bool {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n > 1
}
