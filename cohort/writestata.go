package cohort

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/gzip"

	"cohortcounts/internal/atomicfile"
)

// stataEncoder writes a Stata file of release 118 (its layout: statafile.go).
//
// A Stata file starts with the number of rows and the width of each column,
// which are known only when all rows have come. Rows go to a spool file
// beside the target first, in a form that holds any value, and are narrowed
// into the file at the end.
type stataEncoder struct {
	w       io.Writer
	gzip    bool
	columns []stataColumn
	spool   *os.File
	closed  bool
	rows    uint64
}

func newStataEncoder(w io.Writer, folder string, schema *arrow.Schema, opts WriteOptions) (*stataEncoder, error) {
	e := &stataEncoder{w: w, gzip: opts.Format == StataGzip}
	names := stataNames(schema)
	for i, f := range schema.Fields() {
		c := stataColumn{name: names[i]}
		var err error
		if c.kind, err = stataKindOf(f.Type); err != nil {
			return nil, fmt.Errorf("column %q: %w", f.Name, err)
		}
		e.columns = append(e.columns, c)
	}
	if len(e.columns) > math.MaxUint16 {
		return nil, fmt.Errorf("%d columns are more than a Stata file can hold (32,767)", len(e.columns))
	}
	var err error
	if e.spool, err = spoolFile(folder); err != nil {
		return nil, fmt.Errorf("rows cannot be kept beside the file: %w", err)
	}
	return e, nil
}

// spoolFile is a file without a name, which is gone with the process. It lies
// in folder, or in the system's folder for such files when that takes none (as
// that of /dev/stdout).
func spoolFile(folder string) (*os.File, error) {
	f, err := os.CreateTemp(folder, atomicfile.TempPattern)
	if err != nil {
		if f, err = os.CreateTemp("", atomicfile.TempPattern); err != nil {
			return nil, err
		}
	}
	// Where an open file cannot be removed, close does it.
	_ = os.Remove(f.Name())
	return f, nil
}

func (e *stataEncoder) begin() error { return nil }

func (e *stataEncoder) encode(rec arrow.Record) (*Batch, error) {
	rows := int(rec.NumRows())
	batch := &Batch{rows: rows, stata: make([]stataSpan, len(e.columns))}
	cells := make([]func(dst []byte, row int) []byte, len(e.columns))
	for i := range e.columns {
		cells[i] = wideCells(rec.Column(i), e.columns[i].kind, &batch.stata[i])
	}
	wide := make([]byte, 0, rows*8*len(cells))
	for row := range rows {
		for _, cell := range cells {
			wide = cell(wide, row)
		}
	}
	for i := range batch.stata {
		if batch.stata[i].unfit {
			return nil, fmt.Errorf("column %q holds a number that Stata cannot: infinite, above 8.9e307, or a whole one above 2^53", rec.ColumnName(i))
		}
		if batch.stata[i].width > stataMaxText {
			return nil, fmt.Errorf("column %q holds text of %d bytes; Stata's fixed text ends at %d", rec.ColumnName(i), batch.stata[i].width, stataMaxText)
		}
	}
	batch.parts = [][]byte{wide}
	return batch, nil
}

func (e *stataEncoder) append(b *Batch) error {
	for i, span := range b.stata {
		c := &e.columns[i]
		c.span.width = max(c.span.width, span.width)
		c.span.large = c.span.large || span.large
	}
	e.rows += uint64(b.rows)
	_, err := e.spool.Write(b.parts[0])
	return err
}

func (e *stataEncoder) end() error {
	if _, err := e.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for i := range e.columns {
		e.columns[i].narrow()
	}
	out := bufio.NewWriterSize(e.w, 1<<20)
	if !e.gzip {
		if err := e.write(out); err != nil {
			return err
		}
		return out.Flush()
	}
	packed := gzip.NewWriter(out)
	if err := e.write(packed); err != nil {
		return err
	}
	return errors.Join(packed.Close(), out.Flush())
}

func (e *stataEncoder) close() error {
	if e.closed {
		return nil
	}
	e.closed = true
	err := e.spool.Close()
	_ = os.Remove(e.spool.Name()) // it is gone already, but on systems that keep open files
	return err
}

// write writes the whole file.
func (e *stataEncoder) write(w io.Writer) error {
	if _, err := w.Write(stataHead(e.columns, e.rows)); err != nil {
		return err
	}
	in := bufio.NewReaderSize(e.spool, 1<<20)
	var row []byte
	var err error
	for range e.rows {
		row = row[:0]
		for i := range e.columns {
			if row, err = e.columns[i].cell(row, in); err != nil {
				return fmt.Errorf("read the rows that were kept: %w", err)
			}
		}
		if _, err := w.Write(row); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, stataTail)
	return err
}

// cell narrows one value of the spool into the file's form.
func (c *stataColumn) cell(row []byte, in *bufio.Reader) ([]byte, error) {
	if c.kind == stataText {
		var size [2]byte
		if _, err := io.ReadFull(in, size[:]); err != nil {
			return row, err
		}
		at, n := len(row), int(binary.LittleEndian.Uint16(size[:]))
		row = append(row, make([]byte, c.span.width)...)
		_, err := io.ReadFull(in, row[at:at+n])
		return row, err
	}
	if c.kind == stataFlag {
		b, err := in.ReadByte()
		return append(row, b), err
	}
	wide, err := in.Peek(8)
	if err != nil {
		return row, err
	}
	bits := binary.LittleEndian.Uint64(wide)
	_, err = in.Discard(8)
	switch {
	case c.kind == stataFloat: // and dates, once narrowed
		row = binary.LittleEndian.AppendUint64(row, bits)
	case c.span.large && int64(bits) == stataNoInteger:
		row = binary.LittleEndian.AppendUint64(row, stataMissing)
	case c.span.large:
		row = binary.LittleEndian.AppendUint64(row, math.Float64bits(float64(int64(bits))))
	case int64(bits) == stataNoInteger:
		row = binary.LittleEndian.AppendUint32(row, stataMaxLong+1)
	default:
		row = binary.LittleEndian.AppendUint32(row, uint32(int32(bits)))
	}
	return row, err
}
