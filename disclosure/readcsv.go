package disclosure

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"cohortcounts/internal/problem"
)

// maxCSVProblems is how many faults of one table are told. A table is written
// by a program: what is wrong with it is wrong in one place or everywhere, and
// ten lines show which. Reading stops there, so a wrong file of any size is
// refused at once.
const maxCSVProblems = 10

// ReadCSV reads a released table: a header of an unnamed (or any) first column
// and one column per codelist, then one row per week, day or month, in order
// of time. The first cell of a row is its date (2020-02-02, also with a time
// of midnight, or 2020-02 for a month's first day). Any other cell is a count,
// a whole number that may be written as a float ("10", "10.0"), or withheld:
// empty, [REDACTED] or a spelling of "missing" that data frames write.
//
// A last row `total` is passed over, and the long form that [WriteCSV] has
// (week, codelist, count) is read too.
//
// Columns may have any name and be in any order. A byte order mark and CRLF
// line ends are read too. name stands for the file in problems; the error is
// a [problem.List] when the text can be read but is no such table. No problem
// quotes a cell, which in a file given by mistake may be a patient's.
//
// That the counts were released, and not only written in this form, cannot be
// seen from a file: the caller warrants it.
func ReadCSV(r io.Reader, name string) (*Table, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if err := looksLikeText(buffered, name); err != nil {
		return nil, err
	}
	d := &csvDecoder{name: name, reader: csv.NewReader(buffered), table: &Table{}}
	d.reader.ReuseRecord = true
	if err := d.header(); err != nil {
		return nil, err
	}
	for len(d.problems) < maxCSVProblems {
		record, err := d.reader.Read()
		if errors.Is(err, io.EOF) {
			return d.finish()
		}
		if err != nil {
			if err := d.syntax(err); err != nil {
				return nil, err
			}
			continue
		}
		if d.long != nil {
			d.longRow(record)
			continue
		}
		if dated := d.row(record); !dated && len(d.table.weeks) == 1 {
			d.problems = d.problems[:1] // not this kind of table at all: one line says so
			return nil, d.problems.Err()
		}
	}
	d.problems = d.problems[:maxCSVProblems]
	last := d.problems[maxCSVProblems-1]
	d.problems.Add(problem.Problem{File: name, Line: last.Line, Column: last.Column, What: "there may be more; the rest was not read"})
	return nil, d.problems.Err()
}

// looksLikeText refuses what is plainly another kind of file, and passes over
// a byte order mark.
func looksLikeText(r *bufio.Reader, name string) error {
	start, err := r.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: cannot read: %w", name, err)
	}
	kind := ""
	switch text := string(start); {
	case text == "":
		return problem.List{{File: name, What: "is empty", Remedy: "name a counts table (CSV)"}}
	case strings.HasPrefix(text, "ARROW1"):
		kind = "a feather file"
	case strings.HasPrefix(text, "PAR1"):
		kind = "a Parquet file"
	case strings.HasPrefix(text, "\x1f\x8b"):
		kind = "compressed"
	case strings.HasPrefix(text, "<svg"), strings.HasPrefix(text, "<?xml"):
		kind = "an XML file"
	case strings.ContainsRune(text, 0):
		kind = "a binary file"
	}
	if kind != "" {
		return problem.List{{File: name, What: "is " + kind + ", not a counts table", Remedy: "name the CSV that counts wrote"}}
	}
	if strings.HasPrefix(string(start), "\ufeff") {
		_, err = r.Discard(len("\ufeff"))
		return err
	}
	return nil
}

// csvDecoder is the state of one ReadCSV.
type csvDecoder struct {
	name     string
	reader   *csv.Reader
	table    *Table
	problems problem.List
	long     *longTable // the rows of a table in long form; nil in wide form
	total    bool       // the row of totals was read
}

// header reads the names of the columns. Without a good header the rows mean
// nothing, so its faults end the reading.
func (d *csvDecoder) header() error {
	record, err := d.reader.Read()
	if errors.Is(err, io.EOF) {
		return problem.List{{File: d.name, What: "is empty", Remedy: "name a counts table (CSV)"}}
	}
	if err != nil {
		if err := d.syntax(err); err != nil {
			return err
		}
		return d.problems.Err()
	}
	if len(record) < 2 {
		return problem.List{{
			File: d.name, Line: 1,
			What:   "the header has one column; want the week and a column for each codelist",
			Remedy: "name a counts table (comma-separated)",
		}}
	}
	if d.long = newLongTable(record); d.long != nil {
		return nil
	}
	seen := make(map[string]int, len(record))
	for i, codelist := range record[1:] {
		codelist = strings.Clone(codelist)
		first, again := seen[codelist]
		switch {
		case strings.TrimSpace(codelist) == "":
			d.add(i+1, "column %d has no name", "name it or delete it", i+2)
		case !utf8.ValidString(codelist):
			d.add(i+1, "the name of column %d is not UTF-8", "save the table as UTF-8", i+2)
		case again:
			d.add(i+1, "column %d has the name of column %d, %q", "rename or delete one of them", i+2, first+2, codelist)
		default:
			seen[codelist] = i
		}
		d.table.codelists = append(d.table.codelists, codelist)
	}
	if len(d.problems) > maxCSVProblems {
		d.problems = d.problems[:maxCSVProblems]
	}
	return d.problems.Err()
}

// row reads one week, and tells whether it begins with a date. A row of another
// length has been reported by the reader.
func (d *csvDecoder) row(record []string) (dated bool) {
	if d.total {
		d.add(0, "a row follows that of totals", "end the table with the totals")
	}
	if record[0] == totalLabel && len(d.table.weeks) > 0 {
		d.total = true
		for i, text := range record[1:] {
			d.cell(text, i+1, d.table.codelists[i])
		}
		return true
	}
	week, dated := parseDate(record[0])
	weeks := d.table.weeks
	switch {
	case !dated:
		d.add(0, "the first column is not a date", "name a counts table, with dates as YYYY-MM-DD")
	case len(weeks) > 0 && week.Equal(weeks[len(weeks)-1]):
		d.add(0, "the date is that of the row before", "keep one row for each date")
	case len(weeks) > 0 && week.Before(weeks[len(weeks)-1]):
		d.add(0, "the date is before that of the row above", "sort the rows by date")
	}
	d.table.weeks = append(d.table.weeks, week)
	for i, text := range record[1:] {
		d.table.cells = append(d.table.cells, d.cell(text, i+1, d.table.codelists[i]))
	}
	return dated
}

// cell reads one count of a column and notes what is wrong with it.
func (d *csvDecoder) cell(text string, field int, column string) Cell {
	cell, fault := parseCell(text)
	if fault != "" {
		d.add(field, "column %q: want a count, found %s", "write a whole number, or nothing when it is withheld", column, fault)
	}
	return cell
}

func (d *csvDecoder) finish() (*Table, error) {
	if d.long != nil {
		d.longFinish()
	}
	if len(d.table.weeks) == 0 && len(d.problems) == 0 {
		d.problems.Add(problem.Problem{File: d.name, What: "has no rows, only a header", Remedy: "name a counts table with a row for each week"})
	}
	if err := d.problems.Err(); err != nil {
		return nil, err
	}
	return d.table, nil
}

// add notes a fault at a field of the record that was read last.
func (d *csvDecoder) add(field int, what, remedy string, args ...any) {
	line, column := d.reader.FieldPos(field)
	d.problems.Add(problem.Problem{File: d.name, Line: line, Column: column, What: fmt.Sprintf(what, args...), Remedy: remedy})
}

// syntax notes what the CSV reader stumbled over; what is not a fault of the
// text it returns.
func (d *csvDecoder) syntax(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("%s: cannot read: %w", d.name, err)
	}
	p := problem.Problem{File: d.name, Line: parse.Line, Column: parse.Column}
	switch {
	case errors.Is(parse.Err, csv.ErrFieldCount):
		p.What, p.Remedy = fmt.Sprintf("the row has not %d fields as the header has", d.reader.FieldsPerRecord), "write one field for each column"
	default:
		p.What, p.Remedy = "a quote is in a wrong place", "close every quoted field"
	}
	d.problems.Add(p)
	return nil
}

// dateLayouts are how the first column may be written: ISO, as data frames
// print a timestamp, and a month.
var dateLayouts = []string{time.DateOnly, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01"}

func parseDate(text string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		t, err := time.Parse(layout, text)
		if err == nil && t.Equal(t.Truncate(24*time.Hour)) {
			return t, true
		}
	}
	return time.Time{}, false
}
