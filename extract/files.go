package extract

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// inputTable is a small relation that goes to the engine with a plan: the
// codelists, and the files a study reads.
type inputTable struct {
	name    string
	columns []column
	// rows hold int64, float64, string and, for dates, string in ISO form; nil
	// is null.
	rows [][]any
}

// inputFile is a CSV file that a study reads values from.
type inputFile struct {
	name    string // of its relation
	path    string // as the study gives it
	columns []fileColumn
}

// fileColumn is a column read as a type; one may be read as several.
type fileColumn struct {
	header string
	kind   kind
}

// fromFile compiles with_value_from_file and which_exist_in_file.
func (c *compiler) fromFile(o *outcome) {
	v := o.variable
	f := c.files[v.File.Path]
	if f == nil {
		f = &inputFile{name: fmt.Sprintf("file_%d", len(c.files)+1), path: v.File.Path}
		c.files[v.File.Path] = f
	}
	if v.Function == "which_exist_in_file" {
		o.value = flag(c.aggregate(o, f.name, of("count", "")) + " > 0")
		return
	}
	wanted := fileColumn{v.File.Column, map[study.Type]kind{
		study.Bool: kindBool, study.Int: kindInt, study.Float: kindFloat, study.String: kindText, study.Date: kindDate,
	}[v.Type]}
	at := slices.Index(f.columns, wanted)
	if at < 0 {
		at = len(f.columns)
		f.columns = append(f.columns, wanted)
	}
	o.value = orEmpty(v, c.aggregate(o, f.name, of("min", fmt.Sprintf("r.v%d", at+1))))
}

// read reads the file's columns as v1, v2 and so on. Every problem is told,
// but no value.
func (f *inputFile) read(root string) (t inputTable, err error) {
	file, err := os.Open(filepath.Join(root, f.path))
	if err != nil {
		return t, fmt.Errorf("%s: %w", f.path, atomicfile.Cause(err))
	}
	defer file.Close() //nolint:errcheck // it was only read
	var in io.Reader = file
	if strings.HasSuffix(f.path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return t, fmt.Errorf("%s: %w", f.path, err)
		}
	}
	r := csv.NewReader(in)
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		err = errors.New("is empty; it needs a header line")
	}
	if err != nil {
		return t, fmt.Errorf("%s: %w", f.path, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	t = inputTable{name: f.name, columns: []column{{name: "patient_id", kind: kindInt}}}
	places := []int{slices.Index(header, "patient_id")}
	var problems problem.List
	if places[0] < 0 {
		problems.Add(problem.Problem{File: f.path, Line: 1, What: "has no column patient_id"})
	}
	for i, wanted := range f.columns {
		place := slices.Index(header, wanted.header)
		if place < 0 {
			problems.Add(problem.Problem{File: f.path, Line: 1, What: fmt.Sprintf("has no column %s", wanted.header)})
		}
		places = append(places, place)
		t.columns = append(t.columns, column{name: fmt.Sprintf("v%d", i+1), kind: wanted.kind})
	}
	if problems.Err() == nil {
		problems, err = t.read(r, f, header, places)
	}
	return t, errors.Join(err, problems.Err())
}

// read reads the lines after the header; places are those of the columns.
func (t *inputTable) read(r *csv.Reader, f *inputFile, header []string, places []int) (problem.List, error) {
	const enough = 20 // problems to tell: the rest is likely to be the same
	var problems problem.List
	seen := map[int64]bool{}
	for len(problems) < enough {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return problems, fmt.Errorf("%s: %w", f.path, err)
		}
		row := make([]any, len(places))
		for i, place := range places {
			line, col := r.FieldPos(place)
			value, ok := parseValue(record[place], t.columns[i].kind)
			if !ok || i == 0 && value == nil {
				problems.Add(problem.Problem{
					File: f.path, Line: line, Column: col,
					What: fmt.Sprintf("column %s must hold %s", header[place], t.columns[i].kind.describe()),
				})
			}
			row[i] = value
		}
		if id, ok := row[0].(int64); ok {
			if seen[id] {
				line, _ := r.FieldPos(places[0])
				problems.Add(problem.Problem{File: f.path, Line: line, What: fmt.Sprintf("patient_id %d is there twice; a file may have one line for each patient", id)})
			}
			seen[id] = true
		}
		t.rows = append(t.rows, row)
	}
	return problems, nil
}

// parseValue reads a text as a kind; a blank one is null.
func parseValue(text string, k kind) (value any, ok bool) {
	if k == kindText {
		if text == "" {
			return nil, true
		}
		return text, true
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, true
	}
	switch k {
	case kindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case kindFloat:
		x, err := strconv.ParseFloat(text, 64)
		if err == nil && x != x {
			return nil, true // NaN
		}
		return x, err == nil
	case kindBool:
		switch strings.ToLower(text) {
		case "1", "t", "true":
			return int64(1), true
		case "0", "f", "false":
			return int64(0), true
		}
		return nil, false
	}
	date, ok := parseDay(text)
	return date.Format("2006-01-02"), ok
}

// table is the codelists as a relation.
func (l *codelists) table() inputTable {
	t := inputTable{name: "codelists", columns: []column{{name: "list", kind: kindInt}, {name: "code", kind: kindText}, {name: "category", kind: kindText}}}
	for _, row := range l.rows() {
		t.rows = append(t.rows, []any{int64(row.list), row.code, row.category})
	}
	return t
}

// inputFiles are the files that the study reads, by number.
func (c *compiler) inputFiles() []*inputFile {
	return slices.SortedFunc(maps.Values(c.files), func(a, b *inputFile) int { return cmp.Compare(a.name, b.name) })
}
