package extract

import (
	"fmt"
	"slices"
)

// A chain of dates (each on or after the one before) asks, level by level, for
// the first date of the same rows. To aggregate those rows again for each level
// would read them as often as the chain is long. So the dates of such rows are
// collected once, as an array per patient, at level 0; what the levels then
// ask for they find in the array, without the rows.
//
// It is done for a search (some rows, whatever their date) that has a variable
// whose limits are another variable, and then for all its variables that need
// only dates.

// foundName begins the names of the columns that hold what the levels find in
// the rows.
const foundName = "found_"

// searched are the rows of a search, whatever their date.
func (s search) key() string { return s.rows.name + " " + s.date + " " + s.where }

// dateArray is the array of a search's dates, if it is to be used for this
// variable.
func (c *compiler) dateArray(o *outcome, s search) (array string, ok bool) {
	if len(dateDependencies(o.variable)) > 0 {
		c.chained[s.key()] = true
	}
	if !c.d.keeps() {
		return "", false // arrays.go has them for all rows
	}
	limited := o.variable.Between.From != nil || o.variable.Between.To != nil
	if !c.arrays[s.key()] || !limited {
		return "", false
	}
	column := c.aggregate(&outcome{variable: o.variable}, s.rows.name, of("array", s.date, s.where, s.date+" IS NOT NULL"))
	return c.keep(0, column), true
}

// found is a value that was made of rows, kept as a column for all that need
// it.
type found struct {
	level int // whose variables need it; 0: what needs no variable
	sql   string
}

// keep makes a value a column of the relations from its level on.
func (c *compiler) keep(level int, sql string) string {
	at := slices.Index(c.found, found{level, sql})
	if at < 0 {
		at = len(c.found)
		c.found = append(c.found, found{level, sql})
	}
	return fmt.Sprintf("q.%s%d", foundName, at+1)
}

// datesInside are the dates of an array inside the variable's limits.
func (c *compiler) datesInside(o *outcome, array string) string {
	return c.d.filter(array, "x", c.within(o.variable, "x"))
}
