package cohort

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// ValueColumn is a column whose values are asked for.
type ValueColumn struct {
	Name string
	// Number says that it must hold numbers. A CSV file does not tell: its
	// values are read as numbers then, and are categories otherwise.
	Number bool
}

// ValueKind is what the values of a column are.
type ValueKind int

// The kinds. A column of nothing has no value at all, as far as was read.
const (
	Nothing  ValueKind = iota
	Flags              // in Integers, 0 and 1
	Integers           // in Integers
	Floats             // in Floats
	Instants           // in Integers, nanoseconds since 1970-01-01 UTC
	Words              // in Texts
)

// String is the kind for messages.
func (k ValueKind) String() string {
	return [...]string{"nothing", "flags", "whole numbers", "numbers", "dates", "text"}[k]
}

// Number tells whether values of this kind can be added.
func (k ValueKind) Number() bool { return k == Flags || k == Integers || k == Floats }

// Values are consecutive rows of one column, in whatever format the file is.
type Values struct {
	Kind     ValueKind
	Integers []int64
	Floats   []float64
	Texts    []string
	Missing  []bool // nil: every value is there
	Rows     int
	// Limits are the smallest and the largest number that the file's type of
	// Integers holds.
	Limits [2]int64

	// Category says that the column is declared to hold categories: it is a
	// dictionary of Arrow, or text of a CSV file.
	Category bool
	// Dictionary holds the categories of a dictionary, none of them missing.
	// Places says which a row has, -1 for none; the slices above are not set.
	Dictionary *Values
	Places     []int32
}

// ValueReader reads columns of one cohort file, some thousand rows at a time.
// Of a Stata file all is in memory, of the others a batch of rows. Close it.
type ValueReader struct {
	path string
	next func() ([]Values, error)
	stop func() error
}

// valueRows is how many rows are read at a time where the format has no
// batches: a few columns of them fit into the second-level cache.
const valueRows = 4096

// OpenValues opens a file, whose format is found from its content. One error
// names all columns that it lacks.
func OpenValues(path string, columns []ValueColumn) (*ValueReader, error) {
	stata, format, err := sniffStata(path)
	if err != nil {
		return nil, err
	}
	r := &ValueReader{path: path}
	if stata {
		if err := r.openStata(format, columns); err != nil {
			return nil, err
		}
		return r, nil
	}
	file, err := openChecked(path)
	if err != nil {
		return nil, err
	}
	r.stop = file.Close
	var names []string
	for _, f := range file.fields {
		names = append(names, f.Name)
	}
	if err = lacking(path, names, columns); err == nil {
		switch file.format {
		case formatArrow:
			err = r.openArrow(file, columns)
		case formatParquet:
			err = r.openParquet(file, columns)
		default:
			err = r.openCSV(file, columns)
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// Next is the next rows of the columns, in the order asked for and valid until
// the next call; io.EOF comes after the last.
func (r *ValueReader) Next() ([]Values, error) {
	values, err := r.next()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	return values, named(r.path, err)
}

// Close closes the file.
func (r *ValueReader) Close() error { return r.stop() }

// lacking is an error that names the columns that a file does not have, or has
// twice.
func lacking(path string, names []string, columns []ValueColumn) error {
	var lacks []string
	for _, c := range columns {
		at := slices.Index(names, c.Name)
		if at < 0 {
			lacks = append(lacks, fmt.Sprintf("%q", c.Name))
		} else if slices.Contains(names[at+1:], c.Name) {
			return fmt.Errorf("%s: column %q is there twice", path, c.Name)
		}
	}
	switch len(lacks) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s: has no column %s", path, lacks[0])
	}
	return fmt.Errorf("%s: has no columns %s", path, strings.Join(lacks, ", "))
}

// sniffStata tells whether a file, or what is compressed in it, is Stata's.
func sniffStata(path string) (stata bool, format Format, err error) {
	file, err := os.Open(path)
	if err != nil {
		return false, "", unreadable(path, err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	head := make([]byte, 16)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return false, "", unreadable(path, err)
	}
	if head = head[:n]; !isGzip(head) {
		return isStata(head), Stata, nil
	}
	unpacked, err := gzip.NewReader(io.MultiReader(bytes.NewReader(head), file))
	if err != nil {
		return false, "", nil // its reader will tell what is wrong
	}
	first := make([]byte, 16)
	n, _ = io.ReadFull(unpacked, first)
	return isStata(first[:n]), StataGzip, nil
}

// openStata reads all of a Stata file.
func (r *ValueReader) openStata(format Format, columns []ValueColumn) error {
	table, err := ReadTable(r.path, format)
	if err != nil {
		return err
	}
	byName := map[string]*TableColumn{}
	var names []string
	rows := 0
	for i := range table.Columns {
		c := &table.Columns[i]
		names, byName[c.Name], rows = append(names, c.Name), c, c.Rows
	}
	if err := lacking(r.path, names, columns); err != nil {
		return err
	}
	builders := make([]valueBuilder, len(columns))
	for i, c := range columns {
		builders[i].limits = stataLimits[byName[c.Name].Type]
	}
	done := 0
	r.stop = func() error { return nil }
	r.next = func() ([]Values, error) {
		n := min(rows-done, valueRows)
		if n == 0 {
			return nil, io.EOF
		}
		for i, c := range columns {
			for row := done; row < done+n; row++ {
				if err := builders[i].add(byName[c.Name].Value(row)); err != nil {
					return nil, fmt.Errorf("column %q: %w", c.Name, err)
				}
			}
		}
		done += n
		return built(builders), nil
	}
	return nil
}

// stataLimits are the limits of Stata's types of whole numbers.
var stataLimits = map[string][2]int64{
	"byte": {math.MinInt8, math.MaxInt8}, "int": {math.MinInt16, math.MaxInt16}, "long": {math.MinInt32, math.MaxInt32},
}
