package dummyfile

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// write writes one column, v, of the given values and patient_id.
func write(t *testing.T, format cohort.Format, kind arrow.DataType, values ...any) string {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "v", Type: kind, Nullable: true},
	}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	for i, value := range values {
		builder.Field(0).(*array.Int64Builder).Append(int64(i))
		if value == nil {
			builder.Field(1).AppendNull()
		} else if err := builder.Field(1).AppendValueFromString(fmt.Sprint(value)); err != nil {
			t.Fatal(err)
		}
	}
	record := builder.NewRecord()
	defer record.Release()
	path := filepath.Join(t.TempDir(), "d."+string(format))
	w, err := cohort.Create(path, schema, cohort.WriteOptions{Format: format})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // Commit has told
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// What fits a variable in a file of typed values is the same in all formats.
func TestTypedValues(t *testing.T) {
	t.Parallel()
	stamp := &arrow.TimestampType{Unit: arrow.Nanosecond}
	const first, later = "2020-01-01", "2020-03-15"
	for _, c := range []struct {
		kind   study.Type
		format study.DateFormat
		column arrow.DataType
		values []any
		want   string // of the fault; empty when all fit
	}{
		{study.Bool, "", arrow.PrimitiveTypes.Int64, []any{1, 0}, ""},
		{study.Bool, "", arrow.PrimitiveTypes.Float64, []any{1.0, nil}, ""},
		{study.Bool, "", arrow.PrimitiveTypes.Int64, []any{0, 2}, ":3: invalid value `2` for v in row 3; want 1 or 0"},
		{study.Bool, "", arrow.BinaryTypes.String, []any{"yes"}, "`yes`"},
		{study.Int, "", arrow.PrimitiveTypes.Int64, []any{-3, 0}, ""},
		{study.Int, "", arrow.PrimitiveTypes.Int64, []any{nil, 3}, ":3: invalid value `3.0` for v in row 3; want a whole number"},
		{study.Int, "", arrow.PrimitiveTypes.Float64, []any{0.0, 1.0}, "`1.0`"},
		{study.Float, "", arrow.PrimitiveTypes.Float64, []any{0.5, nil}, ""},
		{study.Float, "", arrow.PrimitiveTypes.Int64, []any{0, 5}, "`5`"},
		{study.String, "", arrow.BinaryTypes.String, []any{"x", ""}, ""},
		{study.String, "", arrow.PrimitiveTypes.Int64, []any{0, 7}, "`7` for v in row 3; want text"},
		{study.Date, study.Year, stamp, []any{first, nil}, ""},
		{study.Date, study.Year, stamp, []any{first, later}, "`" + later + "`"},
		{study.Date, study.Month, stamp, []any{first, later}, "row 3"},
		{study.Date, study.Day, stamp, []any{first, later}, ""},
		{study.Date, study.Day, arrow.PrimitiveTypes.Float64, []any{2020.0}, "`2020.0`"},
	} {
		for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet, cohort.Stata, cohort.StataGzip} {
			path := write(t, format, c.column, c.values...)
			definition := &study.Definition{Variables: []study.Variable{{Name: "v", Type: c.kind, DateFormat: c.format}}}
			err := Check(definition, path, format)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s %s as %s %v: got %v, want %q", format, c.kind, c.format, c.column, c.values, err, c.want)
			}
		}
	}
}
