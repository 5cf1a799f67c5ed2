package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/counts"
	"cohortcounts/internal/problem"
)

// Counting where the cohort lies: one query turns each patient's dates into a
// row each, finds the week of each, and counts them.
//
//	place  week  events
//	    0     3      17    column 0 has 17 events in the fourth week
//	    0    -1       2    and 2 outside the period
//	   -1    -1    1000    there are 1,000 patients
//
// No more than this comes back.

// Weeks that are none.
const (
	outsidePeriod = -1
	unreadable    = -2
)

// counting is one count.
type counting struct {
	d     dialect
	place string // for messages
	spec  *analysis.Spec
	table *counts.Elsewhere
	// stored are the columns to count, as the database calls them.
	stored   []string
	dates    []string // of each: SQL of its date
	faulty   []string // of each: SQL of whether it cannot be read
	problems problem.List
}

// lowerColumn is a column of events as it is called where letters' case is
// lost.
var lowerColumn = regexp.MustCompile(`^(.+)_x([1-9][0-9]*)_date$`)

// choose finds the columns to count. Trino knows names in lower case only:
// there codelist_x1_date stands for codelist_X1_date, and the codelist for the
// one of the spec that differs in no more than that.
func (c *counting) choose(stored []string) error {
	back := map[string]string{}
	shown := make([]string, len(stored))
	for i, name := range stored {
		shown[i] = name
		if parts := lowerColumn.FindStringSubmatch(name); parts != nil {
			codelist := parts[1]
			for _, wanted := range c.spec.Codelists.Names {
				if strings.ToLower(wanted) == codelist {
					codelist = wanted
				}
			}
			shown[i] = codelist + "_X" + parts[2] + "_date"
		}
		back[shown[i]] = name
	}
	var err error
	if c.table, err = counts.NewElsewhere(c.place, "a table", shown, c.spec); err != nil {
		return err
	}
	for _, name := range c.table.Columns() {
		c.stored = append(c.stored, back[name])
	}
	return nil
}

// add adds a column to count, of the given type.
func (c *counting) add(name, sql, typeName string) {
	stored := storageOf(typeName)
	date, faulty := "", "FALSE"
	if stored == storedText {
		if strings.HasPrefix(strings.ToUpper(typeName), "ENUM") {
			sql = "CAST(" + sql + " AS VARCHAR)"
		}
		date, faulty = isoDate(c.d, sql)
	} else if r, ok := readDate(c.d, sql, stored); ok {
		date = r.sql
	} else {
		c.problems.Add(problem.Problem{What: fmt.Sprintf("%s: column %q holds no dates", c.place, name)})
	}
	c.dates = append(c.dates, date)
	c.faulty = append(c.faulty, faulty)
}

// isoDate reads the texts that cohort files may hold: a date, a month or a
// year, and a date with a time of day. A zone must be that of UTC: another one
// would move the day.
func isoDate(d dialect, x string) (date, faulty string) {
	const form = `'^[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+]00(:?00)?)?)?)?)?$'`
	date = "TRY_CAST(CASE length(" + x + ") WHEN 4 THEN " + x + " || '-01-01' WHEN 7 THEN " + x + " || '-01' ELSE substr(" + x + ", 1, 10) END AS DATE)"
	return date, x + " <> '' AND (NOT " + d.matches(x, form) + " OR " + date + " IS NULL)"
}

// sql is the query; source is the cohort.
func (c *counting) sql(source string) string {
	places, dates, faulty := []string{"-1"}, []string{"DATE '1970-01-01'"}, []string{"FALSE"}
	texts := false
	for i := range c.dates {
		places = append(places, fmt.Sprint(i))
		dates = append(dates, c.dates[i])
		faulty = append(faulty, c.faulty[i])
		texts = texts || c.faulty[i] != "FALSE"
	}
	names, values := []string{"place", "day"}, [][]string{places, dates}
	week, rows := c.week("day"), "day IS NOT NULL"
	if texts {
		names, values = append(names, "faulty"), append(values, faulty)
		week, rows = fmt.Sprintf("CASE WHEN faulty THEN %d ELSE %s END", unreadable, week), "(day IS NOT NULL OR faulty)"
	}
	return "SELECT place, week, count(*) AS events\nFROM (\n  SELECT CAST(place AS BIGINT) AS place, CAST(" + week + " AS BIGINT) AS week\n  FROM (\n" +
		indent(indent(c.d.unpivot(source, names, values))) + "\n  ) dates\n  WHERE " + rows + "\n) weeks\nGROUP BY place, week"
}

// week is the number of the week, month or day of the period that a day falls
// into.
func (c *counting) week(day string) string {
	p, first := c.spec.Period, c.table.Rows()[0]
	since := days(day) + " - " + days(dateLiteral(first))
	var n string
	switch p.Interval {
	case analysis.Day:
		n = since
	case analysis.Month:
		n = fmt.Sprintf("(year(%s) * 12 + month(%s)) - %d", day, day, first.Year()*12+int(first.Month()))
	default:
		n = c.d.divide("("+since+" + 6)", "7") // a week is known by its last day
	}
	return fmt.Sprintf("CASE WHEN place >= 0 AND %s BETWEEN %s AND %s THEN %s ELSE %d END", day, dateLiteral(p.Start), dateLiteral(p.End), n, outsidePeriod)
}

// finish makes a script one that counts a cohort, source.
func (c *counting) finish(s *script, source string) {
	s.final = c.sql(source)
	s.countUses()
}

// run runs the query and fills the table.
func (c *counting) run(ctx context.Context, e engine, s *script) (*counts.Raw, *counts.Summary, error) {
	answer, err := e.run(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	if err := errors.Join(c.read(answer), answer.close()); err != nil {
		return nil, nil, err
	}
	if err := c.problems.Err(); err != nil {
		return nil, nil, err
	}
	raw, summary := c.table.Table()
	return raw, summary, nil
}

func (c *counting) read(answer rows) error {
	row := make([]any, 3)
	for {
		if err := answer.next(row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		place, okPlace := row[0].(int64)
		week, okWeek := row[1].(int64)
		events, okEvents := row[2].(int64)
		if !okPlace || !okWeek || !okEvents {
			return fmt.Errorf("%s: the database gave no number where one was asked for", c.place)
		}
		var err error
		switch {
		case place < 0:
			c.table.AddPatients(events)
		case week == unreadable:
			c.problems.Add(problem.Problem{What: fmt.Sprintf("%s: column %q holds text that is no date; write dates as YYYY-MM-DD", c.place, c.stored[place])})
		case week == outsidePeriod:
			err = c.table.AddOutside(int(place), events)
		default:
			err = c.table.Add(int(place), int(week), events)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.place, err)
		}
	}
}
