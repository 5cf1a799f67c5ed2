package dummyfile

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// table is a CSV file as text.
type table struct {
	header []string
	rows   [][]string
}

func readCSV(path string) (*table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, problem.Problem{File: path, What: "is not a gzip file"}
		}
		defer unzipped.Close() //nolint:errcheck // reading to the end has checked it
		in = unzipped
	}
	reader := csv.NewReader(in)
	rows, err := reader.ReadAll()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read as CSV: %w", path, err)
	case len(rows) == 0:
		return nil, problem.Problem{File: path, What: "is empty"}
	}
	return &table{header: rows[0], rows: rows[1:]}, nil
}

func (t *table) names() []string { return t.header }

// missing are the texts that stand for no value.
var missing = []string{
	"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN",
	"None", "n/a", "nan", "null",
}

// kind is what a whole column of text can be read as.
type kind int

const (
	text kind = iota
	numbers
	truths
)

func (t *table) firstFault(name string, v *study.Variable) (int, string) {
	column := slices.Index(t.header, name)
	whole := t.kind(column)
	for i, row := range t.rows {
		cell := row[column]
		if name == "patient_id" {
			if _, err := strconv.ParseInt(cell, 10, 64); err != nil {
				return i, "`" + cell + "`"
			}
			continue
		}
		if slices.Contains(missing, cell) || !fits(cell, whole, v) {
			if slices.Contains(missing, cell) {
				continue
			}
			return i, "`" + cell + "`"
		}
	}
	return -1, ""
}

func (t *table) kind(column int) kind {
	all := map[kind]bool{numbers: true, truths: true}
	for _, row := range t.rows {
		cell := row[column]
		if slices.Contains(missing, cell) {
			continue
		}
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			all[numbers] = false
		}
		all[truths] = all[truths] && isTruth(cell)
	}
	switch {
	case all[numbers]:
		return numbers
	case all[truths]:
		return truths
	}
	return text
}

func isTruth(cell string) bool {
	return slices.Contains([]string{"True", "TRUE", "true", "False", "FALSE", "false"}, cell)
}

// fits tells whether a cell of a column of the given kind fits a variable.
func fits(cell string, whole kind, v *study.Variable) bool {
	number, err := strconv.ParseFloat(cell, 64)
	isNumber := err == nil
	if whole == numbers && number == 0 || whole == truths && strings.EqualFold(cell, "false") {
		return true
	}
	switch v.Type {
	case study.Bool:
		return whole == truths || whole == numbers && number == 1
	case study.Int:
		if whole == text {
			_, err := strconv.ParseInt(strings.TrimSpace(cell), 10, 64)
			return err == nil
		}
		return true
	case study.Float:
		return isNumber || whole == truths
	case study.Date:
		switch v.DateFormat {
		case study.Year:
			return isNumber && number >= 1000 && number < 10000
		case study.Month:
			_, err := time.Parse("2006-01", cell)
			return err == nil
		}
		_, err := time.Parse("2006-1-2", cell)
		return err == nil
	}
	return true
}
