package cohort

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/parquet-go/parquet-go"

	"cohortcounts/internal/parquetschema"
)

// parquetEncoder writes each record batch as a row group. Columns are
// dictionary encoded, as a cohort's have few distinct values: pages then hold
// small indices, and a reader that counts need not decode values.
type parquetEncoder struct {
	writer       *parquet.GenericWriter[any]
	schema       *arrow.Schema
	rows         int64
	dictionaries heldDictionaries
	columns      []parquetValues
	// groups are those whose rows are in the file. A group's buffers, some
	// hundred bytes a row, are used again; there are as many as batches were
	// under way at once.
	groups sync.Pool
}

// rowGroupBuffer is a row group and what is needed to fill it.
type rowGroupBuffer struct {
	*parquet.ConcurrentRowGroupWriter
	values []parquet.Value // of one column
}

// parquetValues puts a column's values, and its missing ones, into values,
// which is as long as the column.
type parquetValues func(values []parquet.Value, a arrow.Array)

func newParquetEncoder(w io.Writer, schema *arrow.Schema) (*parquetEncoder, error) {
	e := &parquetEncoder{schema: schema}
	var columns []parquetschema.Column
	for _, f := range schema.Fields() {
		node, values, err := newParquetColumn(f.Type)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", f.Name, err)
		}
		if node.Type().Kind() != parquet.Boolean {
			node = parquet.Encoded(node, &parquet.RLEDictionary)
		}
		node = parquet.Compressed(parquet.Optional(node), &parquet.Zstd)
		columns = append(columns, parquetschema.Column{Name: f.Name, Node: node})
		e.columns = append(e.columns, values)
	}
	e.writer = parquet.NewGenericWriter[any](w, parquetschema.New("cohort", columns), parquet.CreatedBy("cohortcounts", "1", ""))
	e.groups.New = func() any { return &rowGroupBuffer{ConcurrentRowGroupWriter: e.writer.BeginRowGroup()} }
	return e, nil
}

func (e *parquetEncoder) begin() error { return nil }

func (e *parquetEncoder) encode(rec arrow.Record) (*Batch, error) {
	group := e.groups.Get().(*rowGroupBuffer)
	batch := &Batch{rows: int(rec.NumRows()), rowGroup: group}
	group.values = slices.Grow(group.values[:0], batch.rows)[:batch.rows]
	for i, writer := range group.ColumnWriters() {
		column := rec.Column(i)
		if d, ok := column.(*array.Dictionary); ok {
			batch.dictionaries.hold(d)
		}
		e.columns[i](group.values, column)
		if _, err := writer.WriteRowValues(group.values); err != nil {
			return nil, fmt.Errorf("column %q: %w", rec.ColumnName(i), err)
		}
		if err := writer.Flush(); err != nil {
			return nil, fmt.Errorf("column %q: %w", rec.ColumnName(i), err)
		}
	}
	return batch, nil
}

func (e *parquetEncoder) append(b *Batch) error {
	e.rows += int64(b.rows)
	if e.dictionaries == nil {
		e.dictionaries = b.dictionaries
	} else {
		b.dictionaries.release()
	}
	if _, err := b.rowGroup.Commit(); err != nil {
		return err
	}
	e.groups.Put(b.rowGroup) // Commit has emptied it
	return nil
}

func (e *parquetEncoder) close() error {
	e.dictionaries.release()
	return nil
}

func (e *parquetEncoder) end() error {
	pandas, err := pandasMetadata(e.schema, e.dictionaries, e.rows)
	if err != nil {
		return err
	}
	e.writer.SetKeyValueMetadata("pandas", pandas)
	// By its own schema Arrow makes text a dictionary again, and pandas a
	// category.
	message, err := schemaMessage(e.schema)
	if err != nil {
		return err
	}
	e.writer.SetKeyValueMetadata("ARROW:schema", base64.StdEncoding.EncodeToString(message))
	return e.writer.Close()
}

// newParquetColumn is how a column is stored. A dictionary column is stored as
// its values: every column has a dictionary here.
func newParquetColumn(t arrow.DataType) (parquet.Node, parquetValues, error) {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		node, fill, err := newParquetColumn(t.ValueType)
		return node, func(values []parquet.Value, a arrow.Array) {
			d := a.(*array.Dictionary)
			entries := make([]parquet.Value, d.Dictionary().Len())
			fill(entries, d.Dictionary())
			fillColumn(values, a, func(row int) parquet.Value { return entries[d.GetValueIndex(row)] })
		}, err
	case *arrow.NullType:
		return parquet.String(), func(values []parquet.Value, _ arrow.Array) { clear(values) }, nil
	case *arrow.BooleanType:
		return parquet.Leaf(parquet.BooleanType), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Boolean)
			fillColumn(values, a, func(row int) parquet.Value { return parquet.BooleanValue(column.Value(row)) })
		}, nil
	case *arrow.Int32Type:
		return parquet.Int(32), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Int32).Int32Values()
			fillColumn(values, a, func(row int) parquet.Value { return parquet.Int32Value(column[row]) })
		}, nil
	case *arrow.Int64Type:
		return parquet.Int(64), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Int64).Int64Values()
			fillColumn(values, a, func(row int) parquet.Value { return parquet.Int64Value(column[row]) })
		}, nil
	case *arrow.Float64Type:
		return parquet.Leaf(parquet.DoubleType), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Float64).Float64Values()
			fillColumn(values, a, func(row int) parquet.Value { return parquet.DoubleValue(column[row]) })
		}, nil
	case *arrow.StringType:
		return parquet.String(), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.String)
			fillColumn(values, a, func(row int) parquet.Value { return parquet.ByteArrayValue([]byte(column.Value(row))) })
		}, nil
	case *arrow.Date32Type:
		return parquet.Date(), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Date32).Date32Values()
			fillColumn(values, a, func(row int) parquet.Value { return parquet.Int32Value(int32(column[row])) })
		}, nil
	case *arrow.TimestampType:
		scale := arrow.Timestamp(1)
		if t.Unit == arrow.Second { // Parquet has no seconds
			scale = 1000
		}
		return timestampNode(t), func(values []parquet.Value, a arrow.Array) {
			column := a.(*array.Timestamp).TimestampValues()
			fillColumn(values, a, func(row int) parquet.Value { return parquet.Int64Value(int64(column[row] * scale)) })
		}, nil
	}
	return nil, nil, fmt.Errorf("values of type %s cannot be written to Parquet", t)
}

// fillColumn sets values to what value gives for the rows that have one, and
// to null elsewhere: the zero Value.
func fillColumn(values []parquet.Value, a arrow.Array, value func(row int) parquet.Value) {
	valid := a.NullBitmapBytes()
	if a.NullN() == 0 {
		valid = nil
	}
	offset := a.Data().Offset()
	for row := range values {
		if valid != nil && !bitutil.BitIsSet(valid, offset+row) {
			values[row] = parquet.Value{}
			continue
		}
		v := value(row)
		if !v.IsNull() { // an entry of a dictionary can be
			v.SetDefinitionLevel(1)
		}
		values[row] = v
	}
}

func timestampNode(t *arrow.TimestampType) parquet.Node {
	units := map[arrow.TimeUnit]parquet.TimeUnit{
		arrow.Second: parquet.Millisecond, arrow.Millisecond: parquet.Millisecond,
		arrow.Microsecond: parquet.Microsecond, arrow.Nanosecond: parquet.Nanosecond,
	}
	return parquet.TimestampAdjusted(units[t.Unit], t.TimeZone != "")
}
