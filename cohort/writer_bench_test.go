package cohort_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
)

// BenchmarkWrite writes batches of what a cohort's columns hold: mostly dates,
// half of them missing, of some hundred days; a number per patient; a category.
func BenchmarkWrite(b *testing.B) {
	const rows = cohort.BatchRows
	record := patients(b, rows)
	defer record.Release()
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet, cohort.CSV} {
		b.Run(fmt.Sprintf("format=%s/rows=%d/columns=%d", format, rows, record.NumCols()), func(b *testing.B) {
			w, err := cohort.Create(filepath.Join(b.TempDir(), "cohort"), record.Schema(), cohort.WriteOptions{Format: format})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = w.Close() }()
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Write(record); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*rows*float64(record.NumCols())/b.Elapsed().Seconds(), "values/s")
		})
	}
}

func patients(b *testing.B, rows int) arrow.Record {
	b.Helper()
	fields := []arrow.Field{{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	for i := range 20 {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("flu_X%d_date", i+1), Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true})
	}
	category := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	fields = append(fields, arrow.Field{Name: "sex", Type: category, Nullable: true})
	builder := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer builder.Release()
	random := rand.New(rand.NewPCG(1, 2))
	for row := range rows {
		builder.Field(0).(*array.Int64Builder).Append(int64(row * 7))
		for i := range 20 {
			column := builder.Field(1 + i).(*array.TimestampBuilder)
			if random.IntN(2) == 0 {
				column.AppendNull()
			} else {
				column.Append(arrow.Timestamp(int64(18_300+random.IntN(600)) * 86_400e9))
			}
		}
		if err := builder.Field(21).(*array.BinaryDictionaryBuilder).AppendString([]string{"F", "M"}[random.IntN(2)]); err != nil {
			b.Fatal(err)
		}
	}
	return builder.NewRecord()
}
