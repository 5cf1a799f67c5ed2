package counts

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// randomCohort is a cohort as a row-by-row program would hold it.
type randomCohort struct {
	names []string
	types []arrow.DataType
	rows  [][]time.Time // a zero time is missing
}

var dateTypes = []arrow.DataType{
	arrow.FixedWidthTypes.Timestamp_s, arrow.FixedWidthTypes.Timestamp_ms, arrow.FixedWidthTypes.Timestamp_us,
	&arrow.TimestampType{Unit: arrow.Nanosecond}, arrow.FixedWidthTypes.Date32,
	arrow.BinaryTypes.String, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String},
}

func newRandomCohort(r *rand.Rand) *randomCohort {
	c := &randomCohort{}
	var rates []float64
	for codelist := range 1 + r.IntN(4) {
		for _, x := range r.Perm(12)[:1+r.IntN(3)] {
			c.names = append(c.names, fmt.Sprintf("list_%d_X%d_date", codelist, x+1))
			c.types = append(c.types, dateTypes[r.IntN(len(dateTypes))])
			rates = append(rates, []float64{0, 0, 0.02, 0.5, 0.99, 1}[r.IntN(6)])
		}
	}
	span := 1 + r.IntN(900)
	for range r.IntN(20_000) {
		row := make([]time.Time, len(c.names))
		for i := range row {
			if r.Float64() >= rates[i] {
				row[i] = time.Date(2019, 12, 1+r.IntN(span), 0, 0, 0, 0, time.UTC)
			}
		}
		c.rows = append(c.rows, row)
	}
	return c
}

// naive counts row by row, with the calendar of the standard library.
func (c *randomCohort) naive(spec *analysis.Spec) (cells map[string]int64, outside int64) {
	cells = map[string]int64{}
	for _, row := range c.rows {
		for i, day := range row {
			match := eventColumn.FindStringSubmatch(c.names[i])
			if day.IsZero() || spec.FirstOnly && match[2] != "1" ||
				!spec.Codelists.Auto && !slices.Contains(spec.Codelists.Names, match[1]) {
				continue
			}
			if day.Before(spec.Period.Start) || day.After(spec.Period.End) {
				outside++
				continue
			}
			label := day
			switch spec.Period.Interval {
			case analysis.Week:
				for label.Weekday() != spec.Period.WeekEnds {
					label = label.AddDate(0, 0, 1)
				}
			case analysis.Month:
				label = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
			}
			cells[label.Format(time.DateOnly)+" "+match[1]]++
		}
	}
	return cells, outside
}

// write writes the rows as one file of a format, in batches of random sizes.
func (c *randomCohort) write(t *testing.T, r *rand.Rand, path string, rows [][]time.Time, opts cohort.WriteOptions) {
	t.Helper()
	fields := make([]arrow.Field, len(c.names))
	for i, name := range c.names {
		fields[i] = arrow.Field{Name: name, Type: c.types[i], Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	w, err := cohort.Create(path, schema, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // Commit tells
	// The writer wants one dictionary for all batches.
	dictionaries := make([]arrow.Array, len(c.names))
	for i := range c.names {
		if c.types[i].ID() == arrow.DICTIONARY {
			dictionaries[i] = allDays()
		}
	}
	for first := true; first || len(rows) > 0; first = false {
		n := min(len(rows), 1+r.IntN(12_000))
		columns := make([]arrow.Array, len(c.names))
		for i := range c.names {
			columns[i] = dates(c.types[i], dictionaries[i], rows[:n], i)
		}
		record := array.NewRecord(schema, columns, int64(n))
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
		record.Release()
		rows = rows[n:]
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

var firstDay = time.Date(2019, 12, 1, 0, 0, 0, 0, time.UTC)

func allDays() arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	for i := range 900 {
		b.Append(firstDay.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return b.NewArray()
}

// dates is a column of the rows as an Arrow array.
func dates(kind arrow.DataType, dictionary arrow.Array, rows [][]time.Time, column int) arrow.Array {
	if dictionary != nil {
		b := array.NewInt16Builder(memory.DefaultAllocator)
		for _, row := range rows {
			if row[column].IsZero() {
				b.AppendNull()
			} else {
				b.Append(int16(row[column].Sub(firstDay).Hours() / 24))
			}
		}
		return array.NewDictionaryArray(kind, b.NewArray(), dictionary)
	}
	builder := array.NewBuilder(memory.DefaultAllocator, kind)
	for _, row := range rows {
		day := row[column]
		if day.IsZero() {
			builder.AppendNull()
			continue
		}
		switch b := builder.(type) {
		case *array.TimestampBuilder:
			value, _ := arrow.TimestampFromTime(day, kind.(*arrow.TimestampType).Unit)
			b.Append(value)
		case *array.Date32Builder:
			b.Append(arrow.Date32FromTime(day))
		case *array.StringBuilder:
			b.Append(day.Format(time.DateOnly))
		}
	}
	return builder.NewArray()
}

var forms = []struct {
	name string
	opts cohort.WriteOptions
}{
	{"lz4.feather", cohort.WriteOptions{Format: cohort.Feather}},
	{"zstd.feather", cohort.WriteOptions{Format: cohort.Feather, Compression: cohort.ZSTD}},
	{"plain.feather", cohort.WriteOptions{Format: cohort.Feather, Compression: cohort.Uncompressed}},
	{"cohort.parquet", cohort.WriteOptions{Format: cohort.Parquet}},
	{"cohort.csv", cohort.WriteOptions{Format: cohort.CSV}},
	{"cohort.csv.gz", cohort.WriteOptions{Format: cohort.CSVGzip}},
	{mixed, cohort.WriteOptions{}},
}

// mixed stands for parts of which each has a form and types of its own.
const mixed = "mixed"

// C1 to C5: random cohorts, in every form and cut into files and batches in
// random ways, count as a program counts them that goes row by row.
func TestWeeklyMatchesRowByRow(t *testing.T) {
	t.Parallel()
	cohorts := 12
	if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
		cohorts = 300
	}
	for seed := range cohorts {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			c := newRandomCohort(r)
			spec := &analysis.Spec{
				Codelists: analysis.Codelists{Auto: true},
				FirstOnly: r.IntN(4) == 0 && slices.ContainsFunc(c.names, func(name string) bool { return eventColumn.FindStringSubmatch(name)[2] == "1" }),
				Period: analysis.Period{
					Start:    time.Date(2019, 11+time.Month(r.IntN(6)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC),
					WeekEnds: time.Weekday(r.IntN(7)), Interval: analysis.Interval(r.IntN(3)),
				},
			}
			spec.Period.End = spec.Period.Start.AddDate(0, 0, r.IntN(1000))
			if r.IntN(3) == 0 && !spec.FirstOnly {
				spec.Codelists = analysis.Codelists{Names: []string{"other", "list_0"}}
			}
			cells, outside := c.naive(spec)
			for _, form := range forms {
				dir := t.TempDir()
				var paths []string
				rows := c.rows
				for first := true; first || len(rows) > 0; first = false {
					n := len(rows)
					if n > 1 && r.IntN(2) == 0 {
						n = 1 + r.IntN(n)
					}
					of := form
					if form.name == mixed {
						of = forms[r.IntN(len(forms)-1)]
						for i := range c.types {
							c.types[i] = dateTypes[r.IntN(len(dateTypes))]
						}
					}
					path := filepath.Join(dir, fmt.Sprintf("%03d.%s", len(paths), of.name))
					c.write(t, r, path, rows[:n], of.opts)
					paths = append(paths, path)
					rows = rows[n:]
				}
				raw, summary, err := Weekly(context.Background(), cohort.Files(paths...), spec, Options{Workers: 1 + r.IntN(4)})
				if err != nil {
					t.Fatalf("%s: %v", form.name, err)
				}
				if summary.Rows != int64(len(c.rows)) || summary.Outside() != outside {
					t.Errorf("%s: %d rows, %d events outside; want %d and %d", form.name, summary.Rows, summary.Outside(), len(c.rows), outside)
				}
				var inside, want int64
				for week, label := range raw.Weeks() {
					for i, codelist := range raw.Codelists() {
						n := raw.Count(week, i)
						inside += n
						if key := label.Format(time.DateOnly) + " " + codelist; n != cells[key] {
							t.Fatalf("%s: %s: %d events, want %d", form.name, key, n, cells[key])
						}
					}
				}
				for _, n := range cells {
					want += n
				}
				if inside != want || summary.Inside() != want {
					t.Errorf("%s: %d events in the table, %d in the summary, want %d", form.name, inside, summary.Inside(), want)
				}
			}
		})
	}
}
