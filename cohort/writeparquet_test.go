package cohort_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
)

// Batches that share the memory of a row group leave nothing of themselves to
// the next: a Parquet file of many holds the values of the feather file, which
// the test of feather compares with what was written.
func TestParquetRoundTrip(t *testing.T) {
	t.Parallel()
	whole := pick(everyType(t, 1000), []string{"c2", "c3", "c9", "c10", "c11", "c15", "c19", "c20", "c24"})
	parts := []arrow.Record{whole.NewSlice(0, 500), whole.NewSlice(500, 501), whole.NewSlice(501, 501), whole.NewSlice(3, 997), whole.NewSlice(100, 103)}
	var texts []string
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet} {
		table, err := cohort.ReadTable(write(t, "a."+string(format), cohort.WriteOptions{Format: format}, parts...), format)
		if err != nil {
			t.Fatal(err)
		}
		for i := range table.Columns {
			table.Columns[i].Type = "" // as the format calls it
		}
		texts = append(texts, tableText(table))
	}
	if texts[0] != texts[1] {
		t.Errorf("Parquet holds\n%swant\n%s", texts[1], texts[0])
	}
}

// An entry of a dictionary that is null is a missing value.
func TestParquetNullEntry(t *testing.T) {
	t.Parallel()
	entries := array.NewStringBuilder(memory.DefaultAllocator)
	entries.Append("F")
	entries.AppendNull()
	indices := array.NewInt8Builder(memory.DefaultAllocator)
	indices.AppendValues([]int8{1, 0, 0}, []bool{true, true, false})
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	column := array.NewDictionaryArray(typ, indices.NewArray(), entries.NewArray())
	record := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "sex", Type: typ, Nullable: true}}, nil), []arrow.Array{column}, 3)
	table, err := cohort.ReadTable(write(t, "a.parquet", cohort.WriteOptions{Format: cohort.Parquet}, record), cohort.Parquet)
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range []any{nil, "F", nil} {
		if got := table.Columns[0].Value(row); got != want {
			t.Errorf("row %d: %v, want %v", row, got, want)
		}
	}
}
