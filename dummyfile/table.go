package dummyfile

import (
	"fmt"
	"math"
	"strings"
	"time"

	"cohortcounts/cohort"
	"cohortcounts/internal/pythontext"
	"cohortcounts/study"
)

// frame is a file whose values have types.
type frame struct{ table *cohort.Table }

func (f frame) names() []string {
	var names []string
	for _, c := range f.table.Columns {
		names = append(names, c.Name)
	}
	return names
}

func (f frame) firstFault(name string, v *study.Variable) (int, string) {
	for _, c := range f.table.Columns {
		if c.Name != name {
			continue
		}
		number := wholeOf(c)
		for row := range c.Rows {
			value := c.Value(row)
			if n, ok := value.(int64); ok {
				value = number(n)
			}
			if name == "patient_id" {
				if _, whole := value.(int64); !whole {
					return row, shown(value)
				}
			} else if !isEmpty(value) && !fitsTyped(value, v) {
				return row, shown(value)
			}
		}
	}
	return -1, ""
}

// wholeOf is how the whole numbers of a column are read: where one is missing
// all are fractions to pandas, which the original reads files with.
func wholeOf(c cohort.TableColumn) func(n int64) any {
	for row := range c.Rows {
		if c.Value(row) == nil {
			return func(n int64) any { return float64(n) }
		}
	}
	return func(n int64) any { return n }
}

// isEmpty tells whether a value fits any column, as it does in the original.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case int64:
		return v == 0
	case float64:
		return v == 0 || math.IsNaN(v)
	case string:
		return v == ""
	}
	return false
}

// fitsTyped tells whether a value fits a variable.
func fitsTyped(value any, v *study.Variable) bool {
	switch v.Type {
	case study.Bool:
		return value == true || value == int64(1) || value == 1.0
	case study.Int:
		_, whole := value.(int64)
		return whole || value == true
	case study.Float:
		_, fraction := value.(float64)
		return fraction
	case study.Date:
		at, ok := value.(time.Time)
		switch {
		case !ok:
			return false
		case v.DateFormat == study.Year:
			return at.YearDay() == 1
		case v.DateFormat == study.Month:
			return at.Day() == 1
		}
		return true
	}
	_, text := value.(string)
	return text
}

// shown is a value for a message. The file is dummy data: it is no patient's.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "``"
	case time.Time:
		return "`" + strings.TrimSuffix(v.UTC().Format("2006-01-02 15:04:05"), " 00:00:00") + "`"
	case float64:
		return "`" + pythontext.Float(v) + "`"
	}
	return fmt.Sprintf("`%v`", value)
}
