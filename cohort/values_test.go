package cohort

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/parquet-go/parquet-go"
)

// valueFile writes a cohort of three patients in a format.
func valueFile(t *testing.T, format Format) string {
	t.Helper()
	category := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "flag", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "bmi", Type: arrow.PrimitiveTypes.Float64},
		{Name: "sex", Type: category, Nullable: true},
		{Name: "seen", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.Int64Builder).AppendValues([]int64{1, 2, 3}, nil)
	b.Field(1).(*array.BooleanBuilder).AppendValues([]bool{true, false, true}, nil)
	b.Field(2).(*array.Float64Builder).AppendValues([]float64{21.5, 0, 30.25}, nil)
	sex := b.Field(3).(*array.BinaryDictionaryBuilder)
	if err := errors.Join(sex.AppendString("M"), sex.AppendString("F")); err != nil {
		t.Fatal(err)
	}
	sex.AppendNull()
	b.Field(4).(*array.TimestampBuilder).AppendValues([]arrow.Timestamp{0, 86400e9, 0}, []bool{true, true, false})
	path := filepath.Join(t.TempDir(), "input."+string(format))
	w, err := Create(path, schema, WriteOptions{Format: format})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // after Commit it does nothing
	record := b.NewRecord()
	defer record.Release()
	if err := errors.Join(w.Write(record), w.Commit()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestValues: every format that is written gives the values of the columns
// asked for, as far as it tells them.
func TestValues(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		reader, err := OpenValues(valueFile(t, format), []ValueColumn{{Name: "sex"}, {Name: "flag", Number: true}, {Name: "bmi", Number: true}})
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		values, err := reader.Next()
		if err != nil || len(values) != 3 {
			t.Fatalf("%s: %v", format, err)
		}
		sex, flag, bmi := values[0], values[1], values[2]
		if sex.Kind != Words || sex.Rows != 3 || sex.Category != (format == Feather || format == CSV || format == CSVGzip) {
			t.Errorf("%s: sex %+v", format, sex)
		}
		if sex.Dictionary != nil && (!slices.Equal(sex.Places, []int32{0, 1, -1}) || sex.Dictionary.Texts[1] != "F") {
			t.Errorf("%s: sex %+v of %+v", format, sex, sex.Dictionary)
		} else if sex.Dictionary == nil && !slices.Equal(sex.Texts, []string{"M", "F", ""}) {
			t.Errorf("%s: sex %+v", format, sex)
		}
		switch format {
		case CSV, CSVGzip:
			if !slices.Equal(flag.Floats, []float64{1, 0, 1}) {
				t.Errorf("%s: flag %+v", format, flag)
			}
		default:
			if !slices.Equal(flag.Integers, []int64{1, 0, 1}) || flag.Kind != Flags && flag.Limits[1] != math.MaxInt8 {
				t.Errorf("%s: flag %+v", format, flag)
			}
		}
		if !slices.Equal(bmi.Floats, []float64{21.5, 0, 30.25}) {
			t.Errorf("%s: bmi %+v", format, bmi)
		}
		if _, err := reader.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the last: %v", format, err)
		}
		if err := reader.Close(); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// TestValuesLacking: all columns that are not there are told in one line.
func TestValuesLacking(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		_, err := OpenValues(valueFile(t, format), []ValueColumn{{Name: "x"}, {Name: "sex"}, {Name: "y"}})
		if err == nil || !strings.HasSuffix(err.Error(), `: has no columns "x", "y"`) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// TestValuesOfLists: a column with several values in a row is told; it is no
// damage.
func TestValuesOfLists(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lists.parquet")
	type row struct {
		ID   int64   `parquet:"id"`
		Many []int64 `parquet:"many"`
	}
	if err := parquet.WriteFile(path, []row{{1, []int64{1, 2}}, {2, nil}, {3, []int64{3}}}); err != nil {
		t.Fatal(err)
	}
	_, err := OpenValues(path, []ValueColumn{{Name: "id"}})
	if want := path + `: column "many" holds more than one value in a row`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestValuesDamaged: a file that is cut anywhere is an error, or has its first
// rows right.
func TestValuesDamaged(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		path := valueFile(t, format)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		step := max(len(whole)/40, 1)
		failed := 0
		for size := 0; size < len(whole); size += step {
			if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
				t.Fatal(err)
			}
			reader, err := OpenValues(path, []ValueColumn{{Name: "flag", Number: true}})
			for err == nil {
				_, err = reader.Next()
			}
			if reader != nil {
				reader.Close() //nolint:errcheck // it was only read
			}
			if !errors.Is(err, io.EOF) {
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("%s: no cut was noticed", format)
		}
	}
}

// TestNumberOf: the bits are those that pandas.read_csv (1.4.1) gives.
func TestNumberOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{
		"1": 0x3ff0000000000000, " +5 ": 0x4014000000000000, "\t.5": 0x3fe0000000000000, "1.": 0x3ff0000000000000,
		"-8.5e+247": 0xf3685053dd612e3b, "-2.941682833540233e+60": 0xcc7d4a319d1c5359, "98245871677414e-231": 0x12e15729d51bf9e1,
		"2815e185": 0x67102c9430cf827b, "123456789012345678901234567890": math.Float64bits(1.2345678901234568e+29),
		"9007199254740993": math.Float64bits(9007199254740992), "0.000000000000000000000000123456789": 0, "1e-400": 0,
		"iNf": math.Float64bits(math.Inf(1)), "-infinity": math.Float64bits(math.Inf(-1)),
	} {
		if got, ok := numberOf(text); !ok || math.Float64bits(got) != want {
			t.Errorf("%q: got %v %x, want %x", text, ok, math.Float64bits(got), want)
		}
	}
	for _, text := range []string{"", " ", "nan", "NaN", "NA", "True", "1_000", "0x10", "1e", "1e+", "1e+_1", "-", ".", "1 2", "1,5", "1d5", "1e400", "e5"} {
		if got, ok := numberOf(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
