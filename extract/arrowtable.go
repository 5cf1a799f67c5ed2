//go:build cgo

package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"cohortcounts/cohort"
)

// DuckDB itself reads no Arrow files: the columns that are needed are copied
// into a temporary table.

// arrowSource marks a table that load has to copy.
const arrowSource = "arrow file "

// describeArrow finds the columns of an Arrow file, with the types they will
// have in DuckDB. Columns of a type we know nothing of keep Arrow's name for it.
func describeArrow(path string) (stored, bool, error) {
	records, err := cohort.OpenRecords(path)
	if err != nil {
		return stored{}, false, err
	}
	defer records.Close() //nolint:errcheck // it was only read
	s := stored{source: arrowSource + path, types: map[string]string{}}
	for _, f := range records.Schema().Fields() {
		s.add(f.Name, arrowType(f.Type))
	}
	return s, true, nil
}

func arrowType(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return arrowType(t.ValueType)
	case *arrow.NullType, *arrow.StringType, *arrow.LargeStringType:
		return "VARCHAR"
	case *arrow.BooleanType:
		return "BOOLEAN"
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type, *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type:
		return "BIGINT"
	case *arrow.Uint64Type:
		return "UBIGINT"
	case *arrow.Float32Type, *arrow.Float64Type:
		return "DOUBLE"
	case *arrow.Date32Type, *arrow.Date64Type, *arrow.TimestampType:
		return "DATE"
	}
	return strings.ToUpper(t.Name())
}

// load copies a table that lies in an Arrow file.
func (e *duckDB) load(ctx context.Context, t *tableNeed, s stored) (stored, error) {
	path, ok := strings.CutPrefix(s.source, arrowSource)
	if !ok {
		return s, nil
	}
	s.source = "arrow_" + t.table.name
	var columns []string
	for _, c := range t.columns {
		columns = append(columns, quote(c.name)+" "+s.types[c.name])
	}
	if err := e.exec(ctx, "CREATE TEMP TABLE "+s.source+" ("+strings.Join(columns, ", ")+")"); err != nil {
		return s, e.fault("make "+s.source, err)
	}
	return s, e.copyArrow(ctx, t, path, s.source)
}

func (e *duckDB) copyArrow(ctx context.Context, t *tableNeed, path, into string) (err error) {
	records, err := cohort.OpenRecords(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, records.Close()) }()
	appender, err := duckdb.NewAppender(e.conn, "temp", "", into)
	if err != nil {
		return e.fault("fill "+into, err)
	}
	defer func() {
		if closed := appender.Close(); closed != nil && err == nil {
			err = e.fault("fill "+into, closed)
		}
	}()
	row := make([]driver.Value, len(t.columns))
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		columns := make([]arrow.Array, len(t.columns))
		for i, c := range t.columns {
			columns[i] = record.Column(record.Schema().FieldIndices(c.name)[0])
		}
		for n := range int(record.NumRows()) {
			for i, c := range columns {
				if row[i], err = arrowValue(c, n); err != nil {
					return fmt.Errorf("%s: column %s: %w", path, t.columns[i].name, err)
				}
			}
			if err := appender.AppendRow(row...); err != nil {
				return e.fault("fill "+into, err)
			}
		}
	}
}

// arrowValue is one value, as the type of arrowType.
func arrowValue(a arrow.Array, n int) (driver.Value, error) {
	if a.IsNull(n) {
		return nil, nil
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return arrowValue(a.Dictionary(), a.GetValueIndex(n))
	case *array.Null:
		return nil, nil
	case *array.String:
		return a.Value(n), nil
	case *array.LargeString:
		return a.Value(n), nil
	case *array.Boolean:
		return a.Value(n), nil
	case *array.Float32:
		return float64(a.Value(n)), nil
	case *array.Float64:
		return a.Value(n), nil
	case *array.Uint64:
		return a.Value(n), nil
	case *array.Date32:
		return dayOf(int64(a.Value(n)), 1), nil
	case *array.Date64:
		return dayOf(int64(a.Value(n)), 86_400_000), nil
	case *array.Timestamp:
		perDay := int64(24*time.Hour) / int64(a.DataType().(*arrow.TimestampType).Unit.Multiplier())
		return dayOf(int64(a.Value(n)), perDay), nil
	}
	i, err := strconv.ParseInt(a.ValueStr(n), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("values of type %s cannot be read", a.DataType())
	}
	return i, nil
}

// dayOf is the day of an instant, perDay of which are a day.
func dayOf(instant, perDay int64) time.Time {
	days := instant / perDay
	if instant%perDay < 0 {
		days-- // division cuts toward zero
	}
	return time.Unix(days*86_400, 0).UTC()
}
