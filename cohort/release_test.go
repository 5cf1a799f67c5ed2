package cohort_test

import (
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
)

// W2: a record may be released as soon as it was written, and a writer that was
// ended holds nothing of it.
func TestRecordsMayBeReleased(t *testing.T) {
	t.Parallel()
	kind := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "sex", Type: kind, Nullable: true}}, nil)
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet, cohort.CSV, cohort.Stata} {
		for _, commit := range []bool{true, false} {
			allocator := memory.NewCheckedAllocator(memory.NewGoAllocator())
			w, err := cohort.Create(filepath.Join(t.TempDir(), "cohort"), schema, cohort.WriteOptions{Format: format})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				b := array.NewRecordBuilder(allocator, schema)
				for _, value := range []string{"F", "M", "F"} {
					if err := b.Field(0).(*array.BinaryDictionaryBuilder).AppendString(value); err != nil {
						t.Fatal(err)
					}
				}
				record := b.NewRecord()
				err := w.Write(record)
				record.Release()
				b.Release()
				if err != nil {
					t.Fatalf("%s: %v", format, err)
				}
			}
			if commit {
				if err := w.Commit(); err != nil {
					t.Fatalf("%s: %v", format, err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			allocator.AssertSize(t, 0)
		}
	}
}
