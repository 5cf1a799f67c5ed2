package cohort

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort/internal/hybrid"
)

// A column of numbers that are all missing, null or NaN, has no dates: pandas
// makes one of an empty column. A number is an error, which names its row and
// does not tell it.
func TestNumbers(t *testing.T) {
	t.Parallel()
	const rows = 5000
	for _, kind := range []arrow.DataType{
		arrow.PrimitiveTypes.Float64, arrow.PrimitiveTypes.Float32,
		arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Uint8,
	} {
		for _, format := range []Format{Feather, Parquet} {
			if format == Parquet && kind.ID() != arrow.FLOAT64 && kind.ID() != arrow.INT64 && kind.ID() != arrow.INT32 {
				continue // our writer has no such column
			}
			for _, number := range []int{-1, 0, 4321} { // the row of a number
				t.Run(fmt.Sprintf("%s/%s/%d", kind, format, number), func(t *testing.T) {
					t.Parallel()
					got, err := scanNumbers(t, kind, format, rows, number)
					if number >= 0 {
						if err == nil || !strings.HasSuffix(err.Error(), fmt.Sprintf(`column "flu_X1_date": row %d: a number is no date`, number+1)) {
							t.Fatal(err)
						}
						return
					}
					if err != nil || got.Rows != rows || len(got.Days[0]) != 0 {
						t.Fatalf("%v; %d rows, %d dates", err, got.Rows, len(got.Days[0]))
					}
				})
			}
		}
	}
}

// scanNumbers reads a column of missing values and NaN, with one number.
func scanNumbers(t *testing.T, kind arrow.DataType, format Format, rows, number int) (scanned, error) {
	t.Helper()
	builder := array.NewBuilder(memory.DefaultAllocator, kind)
	for row := range rows {
		value := math.NaN()
		if row == number {
			value = 17
		}
		switch b := builder.(type) {
		case *array.Float64Builder:
			b.Append(value)
		case *array.Float32Builder:
			b.Append(float32(value))
		default:
			if row != number {
				b.AppendNull()
				continue
			}
			switch b := builder.(type) {
			case *array.Int64Builder:
				b.Append(17)
			case *array.Int32Builder:
				b.Append(17)
			case *array.Uint8Builder:
				b.Append(17)
			}
		}
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "flu_X1_date", Type: kind, Nullable: true}}, nil)
	path := filepath.Join(t.TempDir(), "cohort."+string(format))
	w, err := Create(path, schema, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // Commit tells
	if err := w.Write(array.NewRecord(schema, []arrow.Array{builder.NewArray()}, int64(rows))); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	c, err := Files(path).Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // files that were only read
	return scanAll(c, []string{"flu_X1_date"}, 2)
}

// Levels of the old packing are the same levels.
func TestHybridOf(t *testing.T) {
	t.Parallel()
	levels := hybridOf([]byte{0b1010_0000, 0b1100_0000})
	reader := hybrid.NewReader(levels, 1)
	var got [10]uint32
	if err := reader.Read(got[:]); err != nil || got != [10]uint32{1, 0, 1, 0, 0, 0, 0, 0, 1, 1} {
		t.Fatal(got, err)
	}
	again := hybrid.NewReader(levels, 1)
	if n, err := again.Ones(10); err != nil || n != 4 {
		t.Fatal(n, err)
	}
}
