package dummydata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"cohortcounts/cohort"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// readInto reads a cohort into the comparisons of its columns and gives the
// number of its rows. What is no Arrow file is read as text.
func readInto(ctx context.Context, columns []*comparison, def *study.Definition, path string) (int, error) {
	opened, err := cohort.Files(path).Open()
	if err != nil {
		return 0, err
	}
	arrows := opened.Parts() == 1 && opened.PartFormat(0) == "Arrow"
	if err := opened.Close(); err != nil {
		return 0, err
	}
	if !arrows {
		return readTexts(ctx, columns, def, path)
	}
	records, err := cohort.OpenRecords(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = records.Close() }() // it was only read
	var names []string
	for _, f := range records.Schema().Fields() {
		names = append(names, f.Name)
	}
	places, err := placesOf(columns, names, def, path)
	if err != nil {
		return 0, err
	}
	patients := 0
	for {
		rec, err := records.Next()
		if errors.Is(err, io.EOF) {
			return patients, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, err
		}
		patients += int(rec.NumRows())
		for i, c := range columns {
			if err := c.addArrow(rec.Column(places[i])); err != nil {
				return 0, fmt.Errorf("%s: column %q: %w", path, c.variable.Name, err)
			}
		}
	}
}

func readTexts(ctx context.Context, columns []*comparison, def *study.Definition, path string) (int, error) {
	texts, err := cohort.OpenTexts(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = texts.Close() }() // it was only read
	places, err := placesOf(columns, texts.Names(), def, path)
	if err != nil {
		return 0, err
	}
	for patients := 0; ; patients++ {
		row, err := texts.Next()
		if errors.Is(err, io.EOF) {
			return patients, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, err
		}
		for i, c := range columns {
			if !c.addText(row[places[i]]) {
				return 0, fmt.Errorf("%s: row %d: the value of column %q is not of type %s", path, patients+1, c.variable.Name, c.variable.Type)
			}
		}
	}
}

// placesOf finds the columns by name, or tells of all that are not there.
func placesOf(columns []*comparison, names []string, def *study.Definition, path string) ([]int, error) {
	var problems problem.List
	places := make([]int, len(columns))
	for i, c := range columns {
		if places[i] = slices.Index(names, c.variable.Name); places[i] < 0 {
			problems.Add(problem.Problem{
				File: path, What: fmt.Sprintf("has no column %q of %s", c.variable.Name, def.Name),
				Remedy: "name the study that the cohort was made of",
			})
		}
	}
	return places, problems.Err()
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
	c.labels[label]++
}

// addArrow takes a batch of the column.
func (c *comparison) addArrow(a arrow.Array) error {
	for row := range a.Len() {
		if a.IsNull(row) {
			continue
		}
		switch a := a.(type) {
		case *array.Timestamp:
			c.addDay(day(math.Floor(float64(a.Value(row)) / float64(nanosecondsPerDay))))
		case *array.Boolean:
			if a.Value(row) {
				c.got++
			}
		case *array.Int64:
			c.addNumber(float64(a.Value(row)))
		case *array.Float64:
			c.addNumber(a.Value(row))
		case *array.Dictionary:
			c.addLabel(a.Dictionary().ValueStr(a.GetValueIndex(row)))
		case *array.String:
			c.addLabel(strings.Clone(a.Value(row)))
		default:
			return fmt.Errorf("values of type %s are not those of a cohort", a.DataType())
		}
	}
	return nil
}

// addText takes a cell of a CSV file. It is false when the text is not of the
// variable's type.
func (c *comparison) addText(text string) bool {
	if text == "" {
		return true
	}
	switch form := formOf(c.variable); form {
	case formDay:
		d, ok := dayOfText(text)
		if ok {
			c.addDay(d)
		}
		return ok
	case formFlag:
		x, err := strconv.ParseFloat(text, 64)
		truth := err == nil && x != 0 || strings.EqualFold(text, "true")
		if truth {
			c.got++
		}
		return truth || err == nil || strings.EqualFold(text, "false")
	case formInt, formFloat:
		x, err := strconv.ParseFloat(text, 64)
		if err == nil && !math.IsNaN(x) {
			c.addNumber(x)
		}
		return err == nil
	}
	if c.labels[text] == 0 {
		text = strings.Clone(text) // the reader uses its memory again
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
