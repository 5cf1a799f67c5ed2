package cohort

import (
	"encoding/base64"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
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
}

// parquetValues turns a column into Parquet's values.
type parquetValues func(a arrow.Array, row int) parquet.Value

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
	return e, nil
}

func (e *parquetEncoder) begin() error { return nil }

func (e *parquetEncoder) encode(rec arrow.Record) (*Batch, error) {
	batch := &Batch{rows: int(rec.NumRows()), rowGroup: e.writer.BeginRowGroup()}
	values := make([]parquet.Value, rec.NumRows())
	for i, writer := range batch.rowGroup.ColumnWriters() {
		column := rec.Column(i)
		if d, ok := column.(*array.Dictionary); ok {
			batch.dictionaries.hold(d)
		}
		for row := range values {
			if column.IsNull(row) {
				values[row] = parquet.Value{}.Level(0, 0, i)
			} else {
				values[row] = e.columns[i](column, row).Level(0, 1, i)
			}
		}
		if _, err := writer.WriteRowValues(values); err != nil {
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
	_, err := b.rowGroup.Commit()
	return err
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
		node, values, err := newParquetColumn(t.ValueType)
		return node, func(a arrow.Array, row int) parquet.Value {
			d := a.(*array.Dictionary)
			return values(d.Dictionary(), d.GetValueIndex(row))
		}, err
	case *arrow.NullType:
		return parquet.String(), func(arrow.Array, int) parquet.Value { return parquet.NullValue() }, nil
	case *arrow.BooleanType:
		return parquet.Leaf(parquet.BooleanType), func(a arrow.Array, row int) parquet.Value {
			return parquet.BooleanValue(a.(*array.Boolean).Value(row))
		}, nil
	case *arrow.Int32Type:
		return parquet.Int(32), func(a arrow.Array, row int) parquet.Value {
			return parquet.Int32Value(a.(*array.Int32).Value(row))
		}, nil
	case *arrow.Int64Type:
		return parquet.Int(64), func(a arrow.Array, row int) parquet.Value {
			return parquet.Int64Value(a.(*array.Int64).Value(row))
		}, nil
	case *arrow.Float64Type:
		return parquet.Leaf(parquet.DoubleType), func(a arrow.Array, row int) parquet.Value {
			return parquet.DoubleValue(a.(*array.Float64).Value(row))
		}, nil
	case *arrow.StringType:
		return parquet.String(), func(a arrow.Array, row int) parquet.Value {
			return parquet.ByteArrayValue([]byte(a.(*array.String).Value(row)))
		}, nil
	case *arrow.Date32Type:
		return parquet.Date(), func(a arrow.Array, row int) parquet.Value {
			return parquet.Int32Value(int32(a.(*array.Date32).Value(row)))
		}, nil
	case *arrow.TimestampType:
		node, err := timestampNode(t)
		return node, func(a arrow.Array, row int) parquet.Value {
			value := int64(a.(*array.Timestamp).Value(row))
			if t.Unit == arrow.Second { // Parquet has no seconds
				value *= 1000
			}
			return parquet.Int64Value(value)
		}, err
	}
	return nil, nil, fmt.Errorf("values of type %s cannot be written to Parquet", t)
}

func timestampNode(t *arrow.TimestampType) (parquet.Node, error) {
	units := map[arrow.TimeUnit]parquet.TimeUnit{
		arrow.Second: parquet.Millisecond, arrow.Millisecond: parquet.Millisecond,
		arrow.Microsecond: parquet.Microsecond, arrow.Nanosecond: parquet.Nanosecond,
	}
	return parquet.TimestampAdjusted(units[t.Unit], t.TimeZone != ""), nil
}
