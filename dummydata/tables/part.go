package tables

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"cohortcounts/internal/parquetschema"
)

// compression: the fastest level already halves the files; higher ones would
// take longer than the drawing.
var compression = zstd.Codec{Level: zstd.SpeedFastest}

const (
	// batchRows are handed to the encoder at a time; enough to spread the cost
	// of a call, and little memory even for the widest table.
	batchRows = 4096
	// groupRows is the size of a row group, the unit in which readers share
	// the work: a multiple of what DuckDB and Trino like best.
	groupRows = 1 << 19
)

// A part is the rows of one table that come from one block of patients, on
// their way to a file. An error is kept until close.
type part struct {
	schema  *tableSchema
	path    string
	file    *os.File
	buffer  *bufio.Writer
	writer  *parquet.GenericWriter[any]
	group   *parquet.ConcurrentRowGroupWriter
	grouped int               // rows in the group
	columns [][]parquet.Value // null from rows on
	nulls   [][]parquet.Value // a batch of them for each column
	rows    int               // in columns
	total   int64
	err     error
}

func newPart(s *tableSchema) *part {
	p := &part{schema: s}
	for i := range s.columns {
		nulls := make([]parquet.Value, batchRows)
		for row := range nulls {
			nulls[row] = nullCell(i).value
		}
		p.nulls = append(p.nulls, nulls)
		p.columns = append(p.columns, slices.Clone(nulls))
	}
	return p
}

// open starts a new file; the part's memory is used again.
func (p *part) open(path string) error {
	p.path, p.rows, p.total, p.grouped, p.err = path, 0, 0, 0, nil
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	p.file, p.buffer = file, bufio.NewWriterSize(file, 1<<18)
	p.writer = parquet.NewGenericWriter[any](p.buffer, p.schema.parquet(), parquet.CreatedBy("cohortcounts", "1", ""))
	p.group = p.writer.BeginRowGroup()
	return nil
}

// add begins a row; its cells but patient_id, which all tables have first, are
// null until they are set.
func (p *part) add(patient int64) {
	if p.rows == batchRows {
		p.flush()
	}
	p.columns[0][p.rows] = parquet.Int64Value(patient).Level(0, 1, 0)
	p.rows++
}

// set sets a cell of the last row.
func (p *part) set(c cell) { p.columns[c.column][p.rows-1] = c.value }

// get is a cell of the last row.
func (p *part) get(column int) cell { return cell{column, p.columns[column][p.rows-1]} }

func (p *part) flush() {
	rows := p.rows
	p.rows = 0
	p.total += int64(rows)
	defer func() { // a bulk copy costs less than nulls row by row
		for i, nulls := range p.nulls {
			copy(p.columns[i][:rows], nulls)
		}
	}()
	if p.err != nil || rows == 0 {
		return
	}
	for i, w := range p.group.ColumnWriters() {
		if _, err := w.WriteRowValues(p.columns[i][:rows]); err != nil {
			p.err = err
			return
		}
	}
	if p.grouped += rows; p.grouped >= groupRows {
		p.endGroup()
		p.group = p.writer.BeginRowGroup()
	}
}

func (p *part) endGroup() {
	if p.grouped > 0 && p.err == nil {
		_, p.err = p.group.Commit()
	}
	p.grouped = 0
}

// close ends the file and gives its number of rows.
func (p *part) close() (int64, error) {
	p.flush()
	p.endGroup()
	err := p.err
	if err == nil {
		err = p.writer.Close()
	}
	if err == nil {
		err = p.buffer.Flush()
	}
	if err == nil {
		err = p.file.Sync()
	}
	if closed := p.file.Close(); err == nil {
		err = closed
	}
	p.writer, p.group, p.file, p.buffer = nil, nil, nil, nil
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.schema.name, err)
	}
	return p.total, nil
}

// parquet is the schema in the library's form.
func (s *tableSchema) parquet() *parquet.Schema {
	var columns []parquetschema.Column
	for _, c := range s.columns {
		columns = append(columns, parquetschema.Column{Name: c.name, Node: c.node()})
	}
	return parquetschema.New(s.name, columns)
}
