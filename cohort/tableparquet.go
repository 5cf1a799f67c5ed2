package cohort

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// readParquetTable reads all values of a Parquet file. The library trusts the
// file: damage can make it panic.
func readParquetTable(path string) (t *Table, err error) {
	file, err := openChecked(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	defer func() {
		if recover() != nil {
			t, err = nil, corrupt("its content cannot be decoded")
		}
	}()
	if file.format != formatParquet {
		return nil, corrupt("it is not a Parquet file")
	}
	read, err := parquet.OpenFile(file, file.size)
	if err != nil {
		return nil, corrupt("it cannot be read as a Parquet file")
	}
	t = &Table{}
	for i, field := range read.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			return nil, fmt.Errorf("column %q is not a plain one", field.Name())
		}
		var values []any
		for _, group := range read.RowGroups() {
			// All columns before are plain: a field's number is its column's.
			if values, err = appendParquet(values, group.ColumnChunks()[i], parquetValue(field)); err != nil {
				return nil, err
			}
		}
		t.Columns = append(t.Columns, columnOf(Field{Name: field.Name(), Type: field.Type().String()}, values))
	}
	return t, nil
}

func appendParquet(values []any, chunk parquet.ColumnChunk, value func(parquet.Value) any) ([]any, error) {
	pages := chunk.Pages()
	defer pages.Close() //nolint:errcheck // they were only read
	buffer := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, corrupt("a page cannot be read")
		}
		for in := page.Values(); ; {
			n, err := in.ReadValues(buffer)
			for _, v := range buffer[:n] {
				if v.IsNull() {
					values = append(values, nil)
				} else {
					values = append(values, value(v))
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, corrupt("a page cannot be read")
			}
		}
		parquet.Release(page)
	}
}

// parquetValue is how a column's values that are there become Go's.
func parquetValue(field parquet.Field) func(parquet.Value) any {
	switch kind := field.Type().Kind(); kind {
	case parquet.Boolean:
		return func(v parquet.Value) any { return v.Boolean() }
	case parquet.Int32, parquet.Int64:
		whole := func(v parquet.Value) int64 {
			if kind == parquet.Int32 {
				return int64(v.Int32())
			}
			return v.Int64()
		}
		switch meaning := meaningOf(field).(type) {
		case *format.DateType:
			return func(v parquet.Value) any { return epochDays(whole(v)) }
		case *format.TimestampType:
			at := timesIn(meaning.Unit)
			return func(v parquet.Value) any { return at(whole(v)) }
		}
		return func(v parquet.Value) any { return whole(v) }
	case parquet.Int96:
		return func(v parquet.Value) any { return timeOf96(v.Int96()) }
	case parquet.Float:
		return func(v parquet.Value) any { return float64(v.Float()) }
	case parquet.Double:
		return func(v parquet.Value) any { return v.Double() }
	}
	return func(v parquet.Value) any { return string(v.ByteArray()) }
}

// meaningOf is what a column's numbers or bytes stand for; nil for themselves.
func meaningOf(field parquet.Field) format.LogicalTypeValue {
	if logical := field.Type().LogicalType(); logical != nil {
		return logical.Value
	}
	return nil
}

func timesIn(unit format.TimeUnit) func(int64) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return func(n int64) time.Time { return time.UnixMilli(n).UTC() }
	case *format.MicroSeconds:
		return func(n int64) time.Time { return time.UnixMicro(n).UTC() }
	}
	return func(n int64) time.Time { return time.Unix(0, n).UTC() }
}

// timeOf96 is a time as old writers have it: nanoseconds of a day, and the day
// by its Julian number.
func timeOf96(v deprecated.Int96) time.Time {
	const julian1970 = 2_440_588
	nanoseconds := int64(v[1])<<32 | int64(v[0])
	return epochDays(int64(int32(v[2])) - julian1970).Add(time.Duration(nanoseconds))
}
