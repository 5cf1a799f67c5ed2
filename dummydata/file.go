package dummydata

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// A study may take columns from CSV files of its own, which have a column
// patient_id (with_value_from_file, which_exist_in_file). The rows of the first
// such file are then the patients of the cohort; those of further files are
// found by patient_id.

// fileColumn is the values of a column from a file, for all rows.
type fileColumn struct {
	filled bitmap
	days   []day
	ints   []int64
	floats []float64
	codes  []int32
}

// studyFile is a CSV file of the study, as text.
type studyFile struct {
	header  []string
	columns [][]string // those that the study asks for, by place in header; others nil
	ids     []int64
	rowOf   map[int64]int // by patient_id; of all but the first file
}

// readFiles reads the files of the study's visible variables, and takes the
// cohort's patients from the first.
func (p *plan) readFiles() error {
	var problems problem.List
	p.files = map[string]*studyFile{}
	var first *studyFile
	for i := range p.study.Variables {
		v := &p.study.Variables[i]
		if v.File == nil || v.Hidden || v.Name == p.study.Population {
			continue
		}
		file, ok := p.files[v.File.Path]
		if !ok {
			var err error
			if file, err = readStudyFile(filepath.Join(p.opts.Root, v.File.Path), p.fileColumns(v.File.Path)); err != nil {
				problems.Add(fault(v, fmt.Sprintf("%s: %v", v.File.Path, err), "give a CSV or CSV.gz file with a column patient_id"))
			}
			p.files[v.File.Path] = file
		}
		switch {
		case file == nil: // told above
		case v.File.Column != "" && !slices.Contains(file.header, v.File.Column):
			problems.Add(fault(v, fmt.Sprintf("%s has no column %q", v.File.Path, v.File.Column), fmt.Sprintf("use one of %s", strings.Join(file.header, ", "))))
		case first == nil:
			first = file
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	if first != nil {
		p.patientIDs = first.ids
		p.opts.Patients = len(first.ids)
	}
	return nil
}

// fileColumns are the columns that the study takes from a file.
func (p *plan) fileColumns(path string) []string {
	names := []string{"patient_id"}
	for i := range p.study.Variables {
		if f := p.study.Variables[i].File; f != nil && f.Path == path {
			names = append(names, f.Column)
		}
	}
	return names
}

func readStudyFile(path string, wanted []string) (*studyFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, atomicfile.Cause(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	var in io.Reader = f
	switch {
	case strings.HasSuffix(path, ".csv"):
	case strings.HasSuffix(path, ".csv.gz"):
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("not a gzip file: %w", err)
		}
	default:
		return nil, fmt.Errorf("unexpected file type %s", filepath.Ext(path))
	}
	return parseStudyFile(in, wanted)
}

func parseStudyFile(in io.Reader, wanted []string) (*studyFile, error) {
	reader := csv.NewReader(in)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	file := &studyFile{header: slices.Clone(header), columns: make([][]string, len(header))}
	id := slices.Index(file.header, "patient_id")
	if id < 0 {
		return nil, errors.New("the file has no column patient_id")
	}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		patient, err := strconv.ParseInt(strings.TrimSpace(record[id]), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: patient_id is not a whole number", line)
		}
		file.ids = append(file.ids, patient)
		for i, cell := range record {
			if i != id && slices.Contains(wanted, file.header[i]) {
				file.columns[i] = append(file.columns[i], strings.Clone(cell))
			}
		}
	}
	if len(file.ids) == 0 {
		return nil, errors.New("the file has no rows")
	}
	return file, nil
}

// prepareFile takes a node's values from its file.
func (p *plan) prepareFile(n *node, problems *problem.List) {
	v := n.variable
	file := p.files[v.File.Path]
	if file == nil { // of a hidden variable, which is not read
		problems.Add(fault(v, "its file is not read", "make it visible"))
		return
	}
	rows := len(p.patientIDs)
	c := &fileColumn{filled: make(bitmap, words(rows))}
	n.file = c
	var cells []string
	if v.File.Column != "" {
		cells = file.columns[slices.Index(file.header, v.File.Column)]
	}
	if slices.Equal(file.ids, p.patientIDs) {
		file.rowOf = nil
	} else if file.rowOf == nil {
		file.rowOf = map[int64]int{}
		for row, id := range file.ids {
			file.rowOf[id] = row
		}
	}
	switch n.form {
	case formDay:
		c.days = make([]day, rows)
	case formInt:
		c.ints = make([]int64, rows)
	case formFloat:
		c.floats = make([]float64, rows)
	case formLabel:
		c.codes = make([]int32, rows)
	}
	codes := map[string]int32{}
	for row, id := range p.patientIDs {
		at, ok := row, true
		if file.rowOf != nil {
			at, ok = file.rowOf[id]
		}
		if !ok {
			continue
		}
		if cells == nil { // which_exist_in_file
			c.filled.set(row)
			continue
		}
		text := strings.TrimSpace(cells[at])
		if text == "" {
			continue
		}
		if !n.takeCell(c, row, text, codes) {
			problems.Add(fault(v, fmt.Sprintf("%s, row %d: the value of %q is not of type %s", v.File.Path, at+2, v.File.Column, v.Type), "correct the file"))
			return
		}
	}
}

// takeCell reads one value. It is false when the text is not of the type.
func (n *node) takeCell(c *fileColumn, row int, text string, codes map[string]int32) bool {
	var err error
	switch n.form {
	case formFlag:
		switch strings.ToLower(text) {
		case "0", "0.0", "false", "f", "no", "n":
			return true
		}
	case formDay:
		var t time.Time
		layout := map[study.DateFormat]string{study.Year: "2006", study.Month: "2006-01"}[n.variable.DateFormat]
		if layout == "" || len(text) != len(layout) {
			layout = time.DateOnly
		}
		if t, err = time.Parse(layout, text); err == nil {
			c.days[row] = dayOf(t)
		}
	case formInt:
		if c.ints[row], err = strconv.ParseInt(text, 10, 64); err != nil {
			var whole float64
			if whole, err = strconv.ParseFloat(text, 64); err == nil && whole == float64(int64(whole)) {
				c.ints[row] = int64(whole) // 3.0, as pandas writes numbers with gaps
			} else {
				return false
			}
		}
	case formFloat:
		c.floats[row], err = strconv.ParseFloat(text, 64)
	case formLabel:
		code, ok := codes[text]
		if !ok {
			code = int32(len(n.labels))
			codes[text] = code
			n.labels = append(n.labels, text)
		}
		c.codes[row] = code
	}
	if err != nil {
		return false
	}
	c.filled.set(row)
	return true
}

// takeFromFile copies a block's rows.
func (b *block) takeFromFile(n *node) {
	c, file := b.of(n), n.file
	copy(c.filled, file.filled[b.first/64:])
	if b.rows%64 != 0 {
		c.filled[len(c.filled)-1] &= 1<<(b.rows%64) - 1
	}
	switch n.form {
	case formDay:
		copy(c.days, file.days[b.first:])
	case formInt:
		copy(c.ints, file.ints[b.first:])
	case formFloat:
		copy(c.floats, file.floats[b.first:])
	case formLabel:
		copy(c.codes, file.codes[b.first:])
	}
}
