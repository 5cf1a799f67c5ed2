package extract

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// The types are those of a cohort of dummy data, so that no later stage can
// tell which it has:
//
//	patient_id           int64
//	date                 timestamp, first of its month or year if so known
//	bool, int, float     bool, int64, float64, never null
//	str                  a dictionary of its texts, in order of first appearance;
//	                     the empty text is null

// write writes the spooled rows as a cohort.
func (s *spooled) write(ctx context.Context, path string, o Options) error {
	b := newBatches(s, o.Format)
	w, err := cohort.Create(path, b.schema, cohort.WriteOptions{
		Format: o.Format, Compression: o.Compression, DateLayouts: b.layouts,
	})
	if err != nil {
		return err
	}
	if err := s.writeAll(ctx, w, b); err != nil {
		return errors.Join(err, w.Close())
	}
	if err := w.Commit(); err != nil {
		return errors.Join(err, w.Close())
	}
	return nil
}

func (s *spooled) writeAll(ctx context.Context, w *cohort.Writer, b *batches) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(s.file, 1<<20)
	row := make([]byte, b.width)
	for left := s.rows; left > 0; left -= cohort.BatchRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		for range min(left, cohort.BatchRows) {
			if _, err := io.ReadFull(in, row); err != nil {
				return fmt.Errorf("read the cohort back: %w", err)
			}
			b.append(row)
		}
		// Not released: the writer still needs its dictionaries.
		if err := w.Write(b.record()); err != nil {
			return err
		}
	}
	return nil
}

// batches makes record batches of spooled rows.
type batches struct {
	schema  *arrow.Schema
	layouts map[string]string // of dates in text formats
	width   int               // bytes of a row
	columns []batchColumn     // patient_id first
	rows    int64
}

// batchColumn is the values of one column of a batch.
type batchColumn struct {
	builder array.Builder
	append  func(field []byte)
	width   int         // bytes in a row
	texts   arrow.Array // of a dictionary
}

func newBatches(s *spooled, format cohort.Format) *batches {
	b := &batches{layouts: map[string]string{}}
	text, dates := format == cohort.CSV || format == cohort.CSVGzip, format.Dates()
	fields := []arrow.Field{{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	b.columns = []batchColumn{wholeColumn()}
	for i, c := range s.columns {
		v := c.variable
		var column batchColumn
		kind := arrow.PrimitiveTypes.Int64
		switch v.Type {
		case study.Bool:
			column, kind = flagColumn(), arrow.FixedWidthTypes.Boolean
		case study.Int:
			column = wholeColumn()
		case study.Float:
			column, kind = fractionColumn(), arrow.PrimitiveTypes.Float64
		case study.Date:
			column, kind = dateColumn(dates), dates.Type
			if layout := dateLayout(v.DateFormat); layout != "" {
				b.layouts[v.Name] = layout
			}
		default:
			hidden := ""
			if !text && (v.Returning == "group_6" || v.Returning == "group_16") {
				hidden = "0" // no group: null where there are nulls
			}
			column, kind = textColumn(s.numbers[i].shown, hidden)
		}
		b.columns = append(b.columns, column)
		fields = append(fields, arrow.Field{Name: v.Name, Type: kind, Nullable: true})
	}
	for _, c := range b.columns {
		b.width += c.width
	}
	b.schema = arrow.NewSchema(fields, nil)
	return b
}

// dateLayout is how a text file shows dates of a format; empty: in full.
func dateLayout(format study.DateFormat) string {
	switch format {
	case study.Day:
		return ""
	case study.Month:
		return "2006-01"
	}
	return "2006"
}

func (b *batches) append(row []byte) {
	at := 0
	for i := range b.columns {
		c := &b.columns[i]
		c.append(row[at : at+c.width])
		at += c.width
	}
	b.rows++
}

// record is the rows since the last one.
func (b *batches) record() arrow.Record {
	arrays := make([]arrow.Array, len(b.columns))
	for i, c := range b.columns {
		arrays[i] = c.builder.NewArray()
		if c.texts != nil {
			indices := arrays[i]
			arrays[i] = array.NewDictionaryArray(b.schema.Field(i).Type, indices, c.texts)
			indices.Release()
		}
	}
	record := array.NewRecord(b.schema, arrays, b.rows)
	for _, a := range arrays {
		a.Release()
	}
	b.rows = 0
	return record
}

func wholeColumn() batchColumn {
	builder := array.NewInt64Builder(memory.DefaultAllocator)
	return batchColumn{builder: builder, width: 8, append: func(field []byte) {
		builder.Append(int64(binary.LittleEndian.Uint64(field)))
	}}
}

func fractionColumn() batchColumn {
	builder := array.NewFloat64Builder(memory.DefaultAllocator)
	return batchColumn{builder: builder, width: 8, append: func(field []byte) {
		builder.Append(math.Float64frombits(binary.LittleEndian.Uint64(field)))
	}}
}

func flagColumn() batchColumn {
	builder := array.NewBooleanBuilder(memory.DefaultAllocator)
	return batchColumn{builder: builder, width: 1, append: func(field []byte) { builder.Append(field[0] == 1) }}
}

func dateColumn(dates cohort.Dates) batchColumn {
	builder := array.NewTimestampBuilder(memory.DefaultAllocator, dates.Type)
	return batchColumn{builder: builder, width: 4, append: func(field []byte) {
		if day := int32(binary.LittleEndian.Uint32(field)); day == noDay {
			builder.AppendNull()
		} else {
			builder.Append(arrow.Timestamp(dates.Value(int64(day))))
		}
	}}
}

// textColumn is a dictionary of the texts, the hidden one left out. Its indices
// are of the smallest type, as pandas makes them.
func textColumn(shown []string, hidden string) (batchColumn, arrow.DataType) {
	places := make([]int, len(shown)+1) // by number
	places[0] = -1
	values := array.NewStringBuilder(memory.DefaultAllocator)
	for i, text := range shown {
		places[i+1] = -1
		if text != hidden || text == "" {
			places[i+1] = values.Len()
			values.Append(text)
		}
	}
	column := batchColumn{width: 4, texts: values.NewArray()}
	if column.texts.Len() == 0 {
		column.texts = array.NewNull(0)
	}
	place := func(field []byte) int { return places[binary.LittleEndian.Uint32(field)] }
	var index arrow.DataType
	switch n := column.texts.Len(); {
	case n <= 126:
		builder := array.NewInt8Builder(memory.DefaultAllocator)
		column.builder, index = builder, arrow.PrimitiveTypes.Int8
		column.append = func(field []byte) { appendPlace(builder, builder.Append, place(field)) }
	case n <= 32766:
		builder := array.NewInt16Builder(memory.DefaultAllocator)
		column.builder, index = builder, arrow.PrimitiveTypes.Int16
		column.append = func(field []byte) { appendPlace(builder, builder.Append, place(field)) }
	default:
		builder := array.NewInt32Builder(memory.DefaultAllocator)
		column.builder, index = builder, arrow.PrimitiveTypes.Int32
		column.append = func(field []byte) { appendPlace(builder, builder.Append, place(field)) }
	}
	return column, &arrow.DictionaryType{IndexType: index, ValueType: column.texts.DataType()}
}

func appendPlace[T int8 | int16 | int32](builder array.Builder, put func(T), place int) {
	if place < 0 {
		builder.AppendNull()
	} else {
		put(T(place))
	}
}
