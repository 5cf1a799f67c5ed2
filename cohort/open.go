package cohort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Field is one column of a cohort.
type Field struct {
	Name string
	Type string // as the file's format calls it, for messages
}

// Cohort is a cohort that is open for reading. Close it.
type Cohort struct {
	parts  []openPart
	memory *budget
}

type openPart struct {
	input *input
	part  part
}

// What parts call their formats.
const (
	formatArrow   = "Arrow"
	formatParquet = "Parquet"
	formatCSV     = "CSV"
	formatGzipCSV = "compressed CSV"
)

// part reads one file of some format.
type part interface {
	// format is what the file is, for messages.
	format() string
	// fields are the file's columns.
	fields() []Field
	// units is into how many pieces of work the reading of these columns
	// falls; when it is not known beforehand, a number that is too large.
	units(columns []int) int
	// scan does one of them, or returns errNoUnit when there are fewer.
	// Several workers call it at once. A part that hands out its content in
	// order, whatever the number of the unit, sets w.unit to the place of
	// what it has handed out.
	scan(unit int, columns []int, w *worker) error
	// forget drops what the scan has kept for itself.
	forget()
}

// errNoUnit says that a file has no more units.
var errNoUnit = errors.New("no more units")

// Open opens a cohort and reads which columns it has.
func (s Source) Open() (*Cohort, error) {
	inputs, err := s.open()
	if err != nil {
		return nil, err
	}
	c := &Cohort{memory: &budget{total: cmp.Or(s.Memory, DefaultMemory)}}
	for _, in := range inputs {
		c.parts = append(c.parts, openPart{input: in})
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.part, err = openPartOf(p.input, c.memory); err != nil {
			if changed := p.input.unchanged(); changed != nil {
				return nil, errors.Join(changed, c.Close())
			}
			return nil, errors.Join(fmt.Errorf("%s: %w", p.input.name, err), c.Close())
		}
	}
	return c, nil
}

// sniffSize is how much of a file is looked at to find its format.
const sniffSize = 4096

// openPartOf finds the format from the content.
func openPartOf(in *input, m *budget) (part, error) {
	head, err := in.head(sniffSize)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read: %w", err)
	case len(head) == 0:
		return nil, errors.New("is empty; name a cohort file")
	case bytes.HasPrefix(head, []byte(arrowMagic)):
		return openArrowFile(in, m)
	case bytes.HasPrefix(head, []byte("FEA1")):
		return nil, errors.New("is a feather file of version 1; write it again as version 2")
	case bytes.HasPrefix(head, []byte(parquetMagic)):
		return openParquet(in, m)
	case bytes.HasPrefix(head, []byte("PARE")):
		return nil, errors.New("is an encrypted Parquet file; decrypt it first")
	case isStata(head):
		return nil, errors.New("is a Stata file, which is written but not read; write it again as feather, Parquet or CSV")
	case isGzip(head):
		return openGzipCSV(in, m)
	case isText(head):
		return openCSV(in, in.all(), formatCSV, m)
	case in.stream == nil && isArrowStream(in, m):
		return openArrowStream(in, 0, m)
	}
	return nil, errNoCohort
}

var errNoCohort = errors.New("is not a cohort file; name one in feather, Arrow, Parquet or CSV form")

// isSeekable tells whether a file may be of a format that is read here and
// there, or of one that is refused with its name, by how it begins.
func isSeekable(head []byte) bool {
	for _, magic := range []string{arrowMagic, parquetMagic, "FEA1", "PARE"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	if isStata(head) || len(head) < 4 {
		return true
	}
	first := binary.LittleEndian.Uint32(head) // of an Arrow stream: the size of a message, or what stands before it
	return first == continuation || first > 0 && first <= maxMetadata
}

// isStata tells whether a file begins as Stata's do: in text since release 117,
// before with the release, the byte order, 1 and 0.
func isStata(head []byte) bool {
	return bytes.HasPrefix(head, []byte("<stata_dta>")) ||
		len(head) > 3 && head[0] >= 104 && head[0] <= 115 && (head[1] == 1 || head[1] == 2) && head[2] == 1 && head[3] == 0
}

func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) }

// isText tells whether a file begins with text: no control characters but
// those of lines and columns, and UTF-8, but for a letter that is cut at the
// end.
func isText(head []byte) bool {
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && size == 1 && len(head)-i >= utf8.UTFMax || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		i += size
	}
	return len(head) > 0
}

// Close closes the files.
func (c *Cohort) Close() error {
	var errs []error
	for _, p := range c.parts {
		errs = append(errs, p.input.Close())
	}
	return errors.Join(errs...)
}

// Parts is how many files the cohort has, one or more.
func (c *Cohort) Parts() int { return len(c.parts) }

// Part is the columns of one file.
func (c *Cohort) Part(i int) []Field { return c.parts[i].part.fields() }

// PartName is what the user calls one file.
func (c *Cohort) PartName(i int) string { return c.parts[i].input.name }

// PartFormat is the form that a file has by its content, for messages.
func (c *Cohort) PartFormat(i int) string { return c.parts[i].part.format() }
