package study

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cohortcounts/internal/suggest"
)

// dateScope is what the names in a date expression mean.
type dateScope struct {
	index, today time.Time       // index is zero when the study has none
	variables    map[string]bool // the variables a dynamic expression may start from; none where it must be static
}

// A date expression, blanks removed: a name, perhaps in a function, perhaps
// with an offset. The original does not ask that brackets balance.
var dateExpression = regexp.MustCompile(`^(?:([A-Za-z][A-Za-z0-9_.]*)\()?([A-Za-z][A-Za-z0-9_.]*)\)?(?:([+-][0-9]+)([A-Za-z][A-Za-z0-9_.]*))?$`)

var units = map[string]Unit{"day": Days, "days": Days, "month": Months, "months": Months, "year": Years, "years": Years}

// parseDate reads a date expression: "2020-03-01", "index_date - 3 months",
// "first_day_of_month(index_date)", "other_date + 21 days".
//
// Names are looked up among the variables first, then as index_date and today.
// An expression of index_date or today is worked out here; month and year
// arithmetic keeps the day, and is a fault where the month has no such day.
func parseDate(text string, scope dateScope) (*DateExpression, error) {
	compact := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	parts := dateExpression.FindStringSubmatch(compact)
	if parts == nil {
		date, err := time.Parse(time.DateOnly, compact)
		if err != nil {
			return nil, fmt.Errorf("%q is neither a date in YYYY-MM-DD form nor an expression such as %q", text, "index_date + 30 days")
		}
		return &DateExpression{Text: text, Date: date}, nil
	}
	expression := &DateExpression{Text: text, Function: parts[1]}
	if parts[1] != "" && dateFunctions[parts[1]] == nil {
		return nil, fmt.Errorf("unknown date function %q%s in %q", parts[1], suggest.DidYouMean(parts[1], slices.Collect(maps.Keys(dateFunctions))), text)
	}
	if parts[3] != "" {
		offset, err := strconv.Atoi(parts[3])
		if err != nil || offset < -1_000_000 || offset > 1_000_000 {
			return nil, fmt.Errorf("the offset of %q is too large", text)
		}
		unit, ok := units[parts[4]]
		if !ok {
			return nil, fmt.Errorf("unknown date unit %q in %q; units are days, months and years", parts[4], text)
		}
		expression.Offset, expression.Unit = offset, unit
	}

	name := parts[2]
	switch {
	case scope.variables[name]:
		expression.Variable = name
		return expression, nil
	case name == "today" && scope.today.IsZero():
		return nil, fmt.Errorf("%q needs a date for today, and none is given", text)
	case name == "today":
		expression.Date = scope.today
	case name == "index_date" && scope.index.IsZero():
		return nil, fmt.Errorf("%q needs an index_date, and StudyDefinition gives none", text)
	case name == "index_date":
		expression.Date = scope.index
	default:
		candidates := append(slices.Collect(maps.Keys(scope.variables)), "index_date", "today")
		return nil, unknownNameError{name, suggest.DidYouMean(name, candidates)}
	}
	if function := dateFunctions[expression.Function]; function != nil {
		expression.Date = function(expression.Date)
	}
	date, err := expression.Unit.add(expression.Date, expression.Offset)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, text)
	}
	expression.Date, expression.Function, expression.Offset, expression.Unit = date, "", 0, ""
	return expression, nil
}

// unknownNameError is a name in a date expression that stands for nothing.
type unknownNameError struct{ name, hint string }

func (e unknownNameError) Error() string {
	return fmt.Sprintf("unknown column %q%s", e.name, e.hint)
}

// add is the date n units later. A day that the month reached does not have
// is an error: static dates are never moved to another day silently.
func (u Unit) add(date time.Time, n int) (time.Time, error) {
	year, month, day := date.Date()
	switch u {
	case Days:
		return date.AddDate(0, 0, n), nil
	case Months:
		months := year*12 + int(month) - 1 + n
		year, month = months/12, time.Month(months%12+1)
	case Years:
		year += n
	}
	moved := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if moved.Day() != day {
		return time.Time{}, fmt.Errorf("no such date %d %s %d", day, month, year)
	}
	return moved, nil
}

// dateFunctions round a date to the first or last day of a period.
var dateFunctions = map[string]func(time.Time) time.Time{
	"first_day_of_month":              func(d time.Time) time.Time { return firstDay(d, d.Month()) },
	"last_day_of_month":               func(d time.Time) time.Time { return firstDay(d, d.Month()).AddDate(0, 1, -1) },
	"first_day_of_year":               func(d time.Time) time.Time { return firstDay(d, time.January) },
	"last_day_of_year":                func(d time.Time) time.Time { return firstDay(d, time.January).AddDate(1, 0, -1) },
	"first_day_of_nhs_financial_year": func(d time.Time) time.Time { return firstDay(d, time.April) },
	"last_day_of_nhs_financial_year":  func(d time.Time) time.Time { return firstDay(d, time.April).AddDate(1, 0, -1) },
	"first_day_of_school_year":        func(d time.Time) time.Time { return firstDay(d, time.September) },
	"last_day_of_school_year":         func(d time.Time) time.Time { return firstDay(d, time.September).AddDate(1, 0, -1) },
}

// firstDay is the first day of the year that d is in, when years start on the
// first of the given month.
func firstDay(d time.Time, start time.Month) time.Time {
	year := d.Year()
	if d.Month() < start {
		year--
	}
	return time.Date(year, start, 1, 0, 0, 0, 0, time.UTC)
}
