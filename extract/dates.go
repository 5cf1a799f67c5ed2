package extract

import (
	"strconv"
	"time"

	"cohortcounts/study"
)

// date is a date expression as SQL of type DATE; null where the patient has no
// such date.
func (c *compiler) date(v *study.Variable, e *study.DateExpression) string {
	if e.Variable == "" {
		return dateLiteral(e.Date)
	}
	o := c.columns[e.Variable]
	switch {
	case o == nil:
		c.fault(v, "the date %q starts from %q, which is not defined before it", e.Text, e.Variable)
		return "NULL"
	case o.variable.Type != study.Date:
		c.fault(v, "the date %q starts from %q, which is not a date", e.Text, e.Variable)
		return "NULL"
	case o.variable.DateFormat != study.Month && o.variable.DateFormat != study.Day:
		c.fault(v, "the date %q starts from %q, whose format is YYYY; give %q a date_format of YYYY-MM-DD", e.Text, e.Variable, e.Variable)
		return "NULL"
	}
	date := c.round(c.use(e.Variable), e.Function)
	if e.Offset == 0 {
		return date
	}
	return c.d.add(date, strconv.Itoa(e.Offset), e.Unit)
}

// round applies a date function, such as first_day_of_month.
func (c *compiler) round(date, function string) string {
	// A year that begins later than January is the calendar year of a date
	// that many months earlier.
	start := func(months int) string {
		if months == 0 {
			return "date_trunc('year', " + date + ")"
		}
		earlier := c.d.add(date, strconv.Itoa(-months), study.Months)
		return c.d.add("date_trunc('year', "+earlier+")", strconv.Itoa(months), study.Months)
	}
	end := func(start string, length study.Unit) string {
		return c.d.add(c.d.add(start, "1", length), "-1", study.Days)
	}
	switch function {
	case "first_day_of_month":
		return "date_trunc('month', " + date + ")"
	case "last_day_of_month":
		return end("date_trunc('month', "+date+")", study.Months)
	case "first_day_of_year":
		return start(0)
	case "last_day_of_year":
		return end(start(0), study.Years)
	case "first_day_of_nhs_financial_year":
		return start(3)
	case "last_day_of_nhs_financial_year":
		return end(start(3), study.Years)
	case "first_day_of_school_year":
		return start(8)
	case "last_day_of_school_year":
		return end(start(8), study.Years)
	}
	return date
}

// namedDate is one of the dates a function takes, such as reference_date.
func (c *compiler) namedDate(v *study.Variable, name string) string {
	e, ok := v.Dates[name]
	if !ok {
		c.fault(v, "%s needs the argument %s", v.Function, name)
		return "NULL"
	}
	return c.date(v, &e)
}

// within is the condition that a date lies inside a variable's limits; empty
// when it has none. A null date, and a limit that is not known, are outside.
func (c *compiler) within(v *study.Variable, date string) string {
	return all(c.since(v, date), c.until(v, date))
}

func (c *compiler) since(v *study.Variable, date string) string {
	if v.Between.From == nil {
		return ""
	}
	return date + " >= " + c.date(v, v.Between.From)
}

func (c *compiler) until(v *study.Variable, date string) string {
	if v.Between.To == nil {
		return ""
	}
	return date + " <= " + c.date(v, v.Between.To)
}

// withinAlways is within, where a limit that was not given is one all the same.
func (c *compiler) withinAlways(v *study.Variable, date string) string {
	from, to := c.since(v, date), c.until(v, date)
	if from == "" {
		from = date + " >= " + dateLiteral(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	if to == "" {
		to = date + " <= " + dateLiteral(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	return all(from, to)
}

// cut drops what the variable's date format does not show.
func cut(v *study.Variable, date string) string {
	switch v.DateFormat {
	case study.Day:
		return date
	case study.Month:
		return "date_trunc('month', " + date + ")"
	}
	return "date_trunc('year', " + date + ")"
}

// dateText is a date variable as expressions see it.
func dateText(v *study.Variable, date string) string {
	text := "CAST(" + date + " AS VARCHAR)"
	switch v.DateFormat {
	case study.Day:
	case study.Month:
		text = "substr(" + text + ", 1, 7)"
	default:
		text = "substr(" + text + ", 1, 4)"
	}
	return "coalesce(" + text + ", '')"
}
