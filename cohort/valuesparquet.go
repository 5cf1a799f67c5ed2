package cohort

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// openParquet reads rows of all columns and keeps those asked for. The library
// trusts the file: damage can make it panic.
func (r *ValueReader) openParquet(file *checkedFile, columns []ValueColumn) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%s: %w", r.path, corrupt("it cannot be read as a Parquet file"))
		}
	}()
	read, err := parquet.OpenFile(file, file.size)
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, corrupt("it cannot be read as a Parquet file"))
	}
	builders := make([]valueBuilder, len(columns))
	values := map[int]func(parquet.Value) any{} // by the place of the column in the file
	into := map[int]int{}
	for at, field := range read.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			return fmt.Errorf("%s: column %q holds more than one value in a row", r.path, field.Name())
		}
		if i := slices.IndexFunc(columns, func(c ValueColumn) bool { return c.Name == field.Name() }); i >= 0 {
			values[at], into[at] = parquetValue(field), i
		}
	}
	rows := parquet.NewReader(read)
	buffer := make([]parquet.Row, valueRows)
	r.stop = func() error { return errors.Join(rows.Close(), file.Close()) }
	r.next = func() (out []Values, err error) {
		defer func() {
			if recover() != nil {
				err = corrupt("its content cannot be decoded")
			}
		}()
		n, err := rows.ReadRows(buffer)
		switch {
		case n == 0 && errors.Is(err, io.EOF):
			return nil, io.EOF
		case n == 0 || err != nil && !errors.Is(err, io.EOF):
			return nil, corrupt("its rows cannot be read")
		}
		for _, row := range buffer[:n] {
			for _, cell := range row {
				i, asked := into[cell.Column()]
				if !asked {
					continue
				}
				var value any
				if !cell.IsNull() {
					value = values[cell.Column()](cell)
				}
				if err := builders[i].add(value); err != nil {
					return nil, fmt.Errorf("column %q: %w", columns[i].Name, err)
				}
			}
		}
		return built(builders), nil
	}
	return nil
}
