package cohort

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"cohortcounts/cohort/internal/dta"
)

// A Table is a small cohort file, all of it in memory, for those who look at
// every value: a researcher's dummy data is checked so.
type Table struct {
	Columns []TableColumn
}

// TableColumn is one column of a [Table].
type TableColumn struct {
	Field
	Rows int
	// Value is nil where there is none; else a bool, int64, float64, string or
	// time.Time.
	Value func(row int) any
}

// mostTable bounds what an unpacked file may take; a hundred times the dummy
// data that anybody makes.
const mostTable = 2 << 30

// ReadTable reads a file of the given format: feather, Parquet or Stata.
func ReadTable(path string, format Format) (*Table, error) {
	var t *Table
	var err error
	switch format {
	case Feather:
		t, err = readFeatherTable(path)
	case Parquet:
		t, err = readParquetTable(path)
	case Stata, StataGzip:
		t, err = readStataTable(path, format == StataGzip)
	default:
		return nil, fmt.Errorf("%s: a file of format %s is not read as a table", path, format)
	}
	return t, named(path, err)
}

func readStataTable(path string, zipped bool) (*Table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	var in io.Reader = file
	if zipped {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, corrupt("it is not a gzip file")
		}
	}
	data, err := io.ReadAll(io.LimitReader(in, mostTable+1))
	switch {
	case err != nil:
		return nil, damaged(err)
	case len(data) > mostTable:
		return nil, fmt.Errorf("is larger than %d bytes, which is the most that is read of a Stata file", mostTable)
	}
	read, err := dta.Read(data)
	switch {
	case errors.Is(err, dta.ErrNotStata):
		return nil, err
	case err != nil:
		return nil, corrupt("%v", err)
	}
	t := &Table{}
	for i := range read.Columns {
		c := &read.Columns[i]
		t.Columns = append(t.Columns, TableColumn{
			Field: Field{Name: c.Name, Type: c.Type()}, Rows: read.Rows,
			Value: func(row int) any { return read.Value(row, i) },
		})
	}
	return t, nil
}

func readFeatherTable(path string) (*Table, error) {
	records, err := OpenRecords(path)
	if err != nil {
		return nil, err
	}
	defer records.Close() //nolint:errcheck // it was only read
	fields := records.Schema().Fields()
	values := make([][]any, len(fields))
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range fields {
			if values[i], err = appendArrow(values[i], record.Column(i)); err != nil {
				return nil, err
			}
		}
	}
	t := &Table{}
	for i, f := range fields {
		t.Columns = append(t.Columns, columnOf(Field{Name: f.Name, Type: f.Type.String()}, values[i]))
	}
	return t, nil
}

func columnOf(field Field, values []any) TableColumn {
	return TableColumn{Field: field, Rows: len(values), Value: func(row int) any { return values[row] }}
}

// appendArrow appends a column's values. Damage that the library does not see
// can make it panic.
func appendArrow(values []any, a arrow.Array) (out []any, err error) {
	defer func() {
		if recover() != nil {
			err = corrupt("its content cannot be decoded")
		}
	}()
	for row := range a.Len() {
		values = append(values, arrowValue(a, row))
	}
	return values, nil
}

func arrowValue(a arrow.Array, row int) any {
	if a.IsNull(row) {
		return nil
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return arrowValue(a.Dictionary(), a.GetValueIndex(row))
	case *array.Boolean:
		return a.Value(row)
	case *array.Float32:
		return float64(a.Value(row))
	case *array.Float64:
		return a.Value(row)
	case *array.Timestamp:
		return a.Value(row).ToTime(a.DataType().(*arrow.TimestampType).Unit)
	case *array.Date32:
		return a.Value(row).ToTime()
	case *array.Date64:
		return a.Value(row).ToTime()
	case *array.Uint64:
		return int64(a.Value(row))
	}
	if arrow.IsInteger(a.DataType().ID()) {
		return integersOf(a)(row)
	}
	return a.ValueStr(row)
}

// epochDays is a day by its number from 1970-01-01.
func epochDays(n int64) time.Time { return time.Unix(n*86_400, 0).UTC() }
