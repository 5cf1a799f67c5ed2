package dummyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cohortcounts/cohort"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// Check reads the file at path, which is to be used as the study's cohort in
// the given format, and returns all that does not fit as a [problem.List].
func Check(definition *study.Definition, path string, format cohort.Format) error {
	found, err := cohort.FormatOf(path)
	if err != nil || found != format {
		return problem.Problem{File: path, What: fmt.Sprintf("expected a dummy data file with extension .%s", format)}
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return problem.Problem{File: path, What: "dummy data file not found"}
	}
	var columns columnReader
	if format == cohort.CSV || format == cohort.CSVGzip {
		columns, err = readCSV(path)
	} else {
		var table *cohort.Table
		table, err = cohort.ReadTable(path, format)
		columns = frame{table}
	}
	if err != nil {
		return err
	}
	return check(definition, path, columns)
}

// columnReader gives the values of a file's columns.
type columnReader interface {
	names() []string
	// firstFault is the first row, from 0, whose value does not fit, and the
	// value for a message. A negative row says that all fit.
	firstFault(column string, v *study.Variable) (row int, value string)
}

func check(definition *study.Definition, path string, columns columnReader) error {
	var problems problem.List
	wanted := map[string]bool{"patient_id": true}
	for _, v := range definition.Variables {
		if !v.Hidden {
			wanted[v.Name] = true
		}
	}
	var unexpected, missing []string
	for _, name := range columns.names() {
		if !wanted[name] {
			unexpected = append(unexpected, name)
		}
	}
	for name := range wanted {
		if !slices.Contains(columns.names(), name) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	tell := func(what string, names []string) {
		if len(names) > 0 {
			plural := map[bool]string{true: "s"}[len(names) > 1]
			problems.Add(problem.Problem{File: filepath.ToSlash(path), What: fmt.Sprintf("%s column%s in dummy data: %s", what, plural, strings.Join(names, ", "))})
		}
	}
	tell("unexpected", unexpected)
	tell("missing", missing)

	id := study.Variable{Name: "patient_id"}
	variables := append(slices.Clone(definition.Variables), id)
	for i := range variables {
		v := &variables[i]
		if v.Hidden || slices.Contains(missing, v.Name) {
			continue
		}
		if row, value := columns.firstFault(v.Name, v); row >= 0 {
			// Rows as a spreadsheet counts them: from 1, the header first.
			problems.Add(problem.Problem{
				File: filepath.ToSlash(path), Line: row + 2,
				What: fmt.Sprintf("invalid value %s for %s in row %d; want %s", value, v.Name, row+2, want(v)),
			})
		}
	}
	return problems.Err()
}

// want names the values that fit a variable.
func want(v *study.Variable) string {
	switch v.Type {
	case study.Date:
		return "a date as " + string(v.DateFormat)
	case study.Bool:
		return "1 or 0"
	case study.Float:
		return "a number"
	case study.String:
		return "text"
	}
	return "a whole number"
}
