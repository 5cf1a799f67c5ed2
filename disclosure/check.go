package disclosure

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
)

// Limits of a file that may be released, as OpenSAFELY has them.
const (
	MaxReleaseBytes = 16 << 20
	MaxReleaseRows  = 5000
)

// Check is what an output checker sees of one file before its release. It
// holds no cell but the smallest number of each column.
type Check struct {
	File    string        `json:"file"`
	Bytes   int64         `json:"bytes"`
	Table   bool          `json:"table"` // the file is a CSV; else only its size is known
	Rows    int           `json:"rows,omitempty"`
	Columns []ColumnCheck `json:"columns,omitempty"`
	// Problems are the reasons why the file may not be released.
	Problems problem.List `json:"-"`
	Refused  []string     `json:"refused,omitempty"` // the same, a line each
}

// CheckFile looks at the file at path as an output checker would. What stands
// against the file's release is in Problems; the error is about a file that
// cannot be read.
func CheckFile(path string) (*Check, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close() //nolint:errcheck // a file that is only read
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder; name the files in it", path)
	}
	if info.Size() > MaxReleaseBytes {
		c := &Check{File: path, Bytes: info.Size()}
		c.tooLarge()
		return c, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxReleaseBytes+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return CheckData(path, data), nil
}

// CheckData is CheckFile of a file that was read already; name is its own.
func CheckData(name string, data []byte) *Check {
	c := &Check{File: name, Bytes: int64(len(data))}
	if c.Bytes > MaxReleaseBytes {
		c.tooLarge()
		return c
	}
	if kind := rowData(data); kind != "" {
		c.refuse("is "+kind+": rows of patients are never released", "release counts of them")
		return c
	}
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		c.Table = true
		c.table(data)
	} else if name, ok := patientIDIn(data); ok {
		c.refusePatientID(name)
	}
	return c
}

func (c *Check) tooLarge() {
	c.refuse(fmt.Sprintf("has %d bytes; at most %d (16 MiB) may be released", c.Bytes, MaxReleaseBytes), "release a summary instead")
}

func unreadable(path string, err error) error {
	return fmt.Errorf("%s: cannot read: %w", path, atomicfile.Cause(err))
}

func (c *Check) refuse(what, remedy string) {
	c.add(problem.Problem{File: c.File, What: what, Remedy: remedy})
}

func (c *Check) add(p problem.Problem) {
	c.Problems.Add(p)
	c.Refused = append(c.Refused, p.Error())
}

// rowData is the kind of file that holds rows of patients, by its first bytes,
// or nothing.
func rowData(data []byte) string {
	for magic, kind := range map[string]string{
		"ARROW1": "a feather file", "FEA1": "a feather file", "PAR1": "a Parquet file",
		"<stata_dta>": "a Stata file", "\x1f\x8b": "compressed", "SQLite format 3": "a database",
	} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return kind
		}
	}
	return ""
}

// table reads a CSV.
func (c *Check) table(data []byte) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		c.syntax(err)
		return
	}
	columns := make([]columnCheck, len(header))
	for i, name := range header {
		columns[i].name = strings.Clone(name)
		if isPatientID(name) {
			c.refusePatientID(name)
		}
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.syntax(err)
			return
		}
		c.Rows++
		for i, cell := range record {
			columns[i].add(cell)
		}
	}
	if c.Rows > MaxReleaseRows {
		c.refuse(fmt.Sprintf("has %d rows; at most %d may be released", c.Rows, MaxReleaseRows), "release a summary instead")
	}
	for i := range columns {
		c.Columns = append(c.Columns, columns[i].result())
	}
}

func (c *Check) syntax(err error) {
	p := problem.Problem{File: c.File, What: "is not readable as CSV"}
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		p.Line, p.Column, p.What = syntax.Line, syntax.Column, syntax.Err.Error()
	}
	if errors.Is(err, io.EOF) {
		p.What = "is empty"
	}
	c.add(p)
}

func (c *Check) refusePatientID(name string) {
	c.refuse(fmt.Sprintf("has a column %q", name), "remove it: a table below highly_sensitive has no patient in it")
}

// isPatientID tells whether a column's name is one that cohorts give to their
// patients, however it is spelled: patient_id, "Patient ID", tpp.patientId.
func isPatientID(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	return strings.Contains(letters, "patientid")
}

// columnName is what a column of a table is called.
var columnName = regexp.MustCompile(`^[\pL\pN_. -]{1,64}$`)

// jsonKey is a key of JSON that may be a patient's.
var jsonKey = regexp.MustCompile(`"((?i:[a-z_]*patient[ _.-]?ids?[a-z_]*))"\s*:`)

// patientIDIn finds a column of patients in what is not a CSV: a table with
// other separators, or rows in JSON.
func patientIDIn(data []byte) (name string, found bool) {
	first, _, _ := bytes.Cut(data[:min(len(data), 1<<16)], []byte{'\n'})
	if bytes.HasPrefix(first, []byte{'<'}) { // a picture or a page, whose text may have commas
		first = nil
	}
	names := strings.FieldsFunc(string(first), func(r rune) bool { return strings.ContainsRune("\t,;|\r", r) })
	for _, name := range names {
		if name = strings.Trim(name, `" `); len(names) > 1 && columnName.MatchString(name) && isPatientID(name) {
			return name, true
		}
	}
	if match := jsonKey.FindSubmatch(data); match != nil {
		return string(match[1]), true
	}
	return "", false
}
