package dummydata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"cohortcounts/cohort"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// readInto reads a cohort into the comparisons of its columns and gives the
// number of its rows.
func readInto(ctx context.Context, columns []*comparison, def *study.Definition, path string) (patients int, err error) {
	if err := columnsThere(columns, def, path); err != nil {
		return 0, err
	}
	wanted := []cohort.ValueColumn{{Name: "patient_id"}} // it tells how many rows there are where a study has no variable
	for _, c := range columns {
		wanted = append(wanted, cohort.ValueColumn{Name: c.variable.Name})
	}
	reader, err := cohort.OpenValues(path, wanted)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for {
		values, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return patients, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return 0, err
		}
		for i, c := range columns {
			if row := c.add(&values[i+1]); row >= 0 {
				return 0, fmt.Errorf("%s: row %d: the value of column %q is not of type %s", path, patients+row+1, c.variable.Name, c.variable.Type)
			}
		}
		patients += values[0].Rows
	}
}

// columnsThere tells of all columns that are not there.
func columnsThere(columns []*comparison, def *study.Definition, path string) error {
	opened, err := cohort.Files(path).Open()
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, f := range opened.Part(0) {
		there[f.Name] = true
	}
	var problems problem.List
	for _, c := range columns {
		if !there[c.variable.Name] {
			problems.Add(problem.Problem{
				File: path, What: fmt.Sprintf("has no column %q of %s", c.variable.Name, def.Name),
				Remedy: "name the study that the cohort was made of",
			})
		}
	}
	return errors.Join(problems.Err(), opened.Close())
}

// addDay takes a date, counted from 1970-01-01.
func (c *comparison) addDay(d day) {
	c.got++
	c.days[d]++
}

// addNumber takes a number. An empty one is 0; where none is empty a 0 is a
// number like others.
func (c *comparison) addNumber(x float64) {
	if x != 0 || c.node != nil && c.node.expected != nil && c.node.expected.Rate == study.Universal {
		c.got++
		c.spread.add(x)
	}
}

func (c *comparison) addLabel(label string) {
	c.got++
	if c.labels[label] == 0 {
		label = strings.Clone(label) // the reader uses its memory again
	}
	c.labels[label]++
}

// add takes consecutive rows of the column. It gives the place of the first
// whose value is not of the variable's type; -1: there is none.
func (c *comparison) add(v *cohort.Values) int {
	places := v.Places // of a dictionary
	if v.Dictionary != nil {
		v = v.Dictionary
	}
	for row := range max(v.Rows, len(places)) {
		at := row
		if places != nil {
			at = int(places[row])
		}
		if at < 0 || v.Kind == cohort.Nothing || v.Missing != nil && v.Missing[at] {
			continue
		}
		if !c.addValue(v, at) {
			return row
		}
	}
	return -1
}

// addValue takes a value. It is false when it is not of the variable's type.
func (c *comparison) addValue(v *cohort.Values, at int) bool {
	form := formOf(c.variable)
	switch v.Kind {
	case cohort.Words:
		return c.addText(form, v.Texts[at])
	case cohort.Instants:
		c.addDay(day(math.Floor(float64(v.Integers[at]) / float64(24*time.Hour))))
		return form == formDay
	case cohort.Floats:
		return c.addNumberAs(form, v.Floats[at])
	}
	return c.addNumberAs(form, float64(v.Integers[at]))
}

// addNumberAs takes a number, which may stand for a flag or be a label.
func (c *comparison) addNumberAs(form form, x float64) bool {
	switch {
	case math.IsNaN(x):
	case form == formFlag && x != 0:
		c.got++
	case form == formInt, form == formFloat:
		c.addNumber(x)
	case form == formLabel:
		c.addLabel(strconv.FormatFloat(x, 'f', -1, 64))
	}
	return form != formDay
}

// addText takes a text, such as a cell of a CSV file. It is false when it is
// not of the variable's type.
func (c *comparison) addText(form form, text string) bool {
	if text == "" {
		return true
	}
	switch form {
	case formDay:
		d, ok := dayOfText(text)
		if ok {
			c.addDay(d)
		}
		return ok
	case formFlag, formInt, formFloat:
		if form == formFlag && strings.EqualFold(text, "true") {
			text = "1"
		} else if form == formFlag && strings.EqualFold(text, "false") {
			text = "0"
		}
		x, err := strconv.ParseFloat(text, 64)
		return err == nil && c.addNumberAs(form, x)
	}
	c.addLabel(text)
	return true
}

// dayOfText reads a date of any precision.
func dayOfText(text string) (day, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if len(text) == len(layout) {
			t, err := time.Parse(layout, text)
			return dayOf(t), err == nil
		}
	}
	return 0, false
}
