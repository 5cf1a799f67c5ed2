//go:build cgo

package extract

import (
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
	"cohortcounts/counts"
	"cohortcounts/study"
)

// randomSpec is a spec of any period, interval and choice of codelists.
func (r random) spec() *analysis.Spec {
	spec := &analysis.Spec{
		Codelists: analysis.Codelists{Auto: true},
		FirstOnly: r.chance(25),
		Period: analysis.Period{
			Start:    time.Date(2019, 11+time.Month(r.IntN(6)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC),
			WeekEnds: time.Weekday(r.IntN(7)), Interval: analysis.Interval(r.IntN(3)),
		},
	}
	spec.Period.End = spec.Period.Start.AddDate(0, 0, r.IntN(800))
	if r.chance(40) {
		spec.Codelists = analysis.Codelists{Names: []string{"none", "b", "a"}}
	}
	return spec
}

// eventText is a date in some form that a cohort's text may have.
func (r random) eventText() string {
	if r.chance(10) {
		return pick(r, "2020", "2020-03", "1900-01-01", "9999-12-31", "2020-02-29", "")
	}
	day := time.Date(2019, 10, r.IntN(900), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	return day + pick(r, "", "", "", " 23:59:59", "T10:00", "T23:30:00.5Z", " 00:00:00+00:00")
}

// eventColumn is a column of random dates, of any type that holds them.
func (r random) eventColumn(rows int) arrow.Array {
	kind := pick[arrow.DataType](r, arrow.FixedWidthTypes.Timestamp_s, arrow.FixedWidthTypes.Timestamp_ms, arrow.FixedWidthTypes.Timestamp_us,
		&arrow.TimestampType{Unit: arrow.Nanosecond}, &arrow.TimestampType{Unit: arrow.Microsecond}, arrow.FixedWidthTypes.Date32, arrow.BinaryTypes.String)
	builder := array.NewBuilder(memory.DefaultAllocator, kind)
	nulls := pick(r, 0, 5, 60, 100)
	for range rows {
		if r.chance(nulls) {
			builder.AppendNull()
			continue
		}
		at := time.Date(2019, 10, r.IntN(900), r.IntN(24), 0, 0, 0, time.UTC)
		if t, ok := kind.(*arrow.TimestampType); r.chance(5) && (!ok || t.Unit != arrow.Nanosecond) {
			at = pick(r, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC))
		}
		switch b := builder.(type) {
		case *array.TimestampBuilder:
			value, _ := arrow.TimestampFromTime(at, kind.(*arrow.TimestampType).Unit)
			b.Append(value)
		case *array.Date32Builder:
			b.Append(arrow.Date32FromTime(at))
		case *array.StringBuilder:
			b.Append(r.eventText())
		}
	}
	return builder.NewArray()
}

// writeCohort writes a random cohort, in one of the forms that a folder of
// tables may hold, and gives the file.
func (r random) writeCohort(t *testing.T, dir string) string {
	t.Helper()
	rows := r.IntN(300)
	fields := []arrow.Field{{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	ids := array.NewInt64Builder(memory.DefaultAllocator)
	for i := range rows {
		ids.Append(int64(i / 2)) // a patient who is there twice counts twice, as in a file
	}
	columns := []arrow.Array{ids.NewArray()}
	for _, codelist := range []string{"a", "b", "it's", "C"} {
		for _, x := range r.Perm(11)[:r.IntN(4)] {
			column := r.eventColumn(rows)
			fields = append(fields, arrow.Field{Name: fmt.Sprintf("%s_X%d_date", codelist, x+1), Type: column.DataType(), Nullable: true})
			columns = append(columns, column)
		}
	}
	format := pick(r, cohort.Feather, cohort.Parquet, cohort.CSV, cohort.CSVGzip)
	path := filepath.Join(dir, "cohort."+string(format))
	w, err := cohort.Create(path, arrow.NewSchema(fields, nil), cohort.WriteOptions{Format: format})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // Commit tells
	if err := w.Write(array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(rows))); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A cohort that is counted in the database, as a table or straight from the
// records, gives the counts of the file.
func TestCountIsThatOfTheFile(t *testing.T) {
	t.Parallel()
	runs := 60
	if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
		runs = 2000
	}
	for seed := range runs {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := random{rand.New(rand.NewPCG(uint64(seed), 4))}
			dir := t.TempDir()
			path, spec := r.writeCohort(t, dir), r.spec()
			raw, summary, err := CountTable(t.Context(), "cohort", spec, Options{URL: "duckdb:" + dir, Threads: 1})
			compareCounts(t, path, spec, raw, summary, err)
			if seed%10 != 0 {
				return
			}
			tables, def := r.database(20), r.countedStudy()
			writeTables(t, dir, tables)
			path = filepath.Join(t.TempDir(), "input.feather")
			if _, err := Write(t.Context(), def, path, Options{URL: "duckdb:" + dir, Threads: 1}); err != nil {
				t.Fatal(err)
			}
			raw, summary, err = CountStudy(t.Context(), def, spec, Options{URL: "duckdb:" + dir, Threads: 1})
			compareCounts(t, path, spec, raw, summary, err)
		})
	}
}

// countedStudy is a random study some of whose dates are events.
func (r random) countedStudy() *study.Definition {
	def := randomStudy(r, false)
	codelist := map[string]int{}
	for _, v := range slices.Clone(def.Variables) {
		if v.Type == study.Date {
			name := pick(r, "a", "b", "C")
			codelist[name]++
			def.Variables = append(def.Variables, study.Variable{
				Name: fmt.Sprintf("%s_X%d_date", name, codelist[name]), Function: "maximum_of", Inputs: []string{v.Name}, Type: study.Date, DateFormat: v.DateFormat,
			})
		}
	}
	def.Variables = append(def.Variables, study.Variable{Name: "text_X1_date", Function: "fixed_value", Value: "2020-03", Type: study.String})
	return def
}

func compareCounts(t *testing.T, path string, spec *analysis.Spec, raw *counts.Raw, summary *counts.Summary, err error) {
	t.Helper()
	wantRaw, wantSummary, wantErr := counts.Weekly(t.Context(), cohort.Files(path), spec, counts.Options{})
	if wantErr != nil || err != nil {
		if wantErr == nil || err == nil {
			t.Errorf("fails with %v, the file with %v", err, wantErr)
		}
		return
	}
	if !slices.Equal(raw.Codelists(), wantRaw.Codelists()) || !slices.EqualFunc(raw.Weeks(), wantRaw.Weeks(), time.Time.Equal) {
		t.Fatalf("counts %v in %d rows, the file %v in %d", raw.Codelists(), len(raw.Weeks()), wantRaw.Codelists(), len(wantRaw.Weeks()))
	}
	for week, label := range raw.Weeks() {
		for i, codelist := range raw.Codelists() {
			if got, want := raw.Count(week, i), wantRaw.Count(week, i); got != want {
				t.Errorf("%s %s: %d, want %d", label.Format(time.DateOnly), codelist, got, want)
			}
		}
	}
	if got, want := fmt.Sprint(*summary), fmt.Sprint(*wantSummary); got != want {
		t.Errorf("the summary is %s, want %s", got, want)
	}
}

// One query asks for a table, and nothing of it is of one patient.
func TestCountFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"junk": "patient_id,a_X1_date\n1,2020-01-01\n2,31/12/2020\n", "zone": "a_X1_date\n2020-01-01T23:00:00-05:00\n",
		"other": "patient_id,age\n1,2\n", "february": "a_X1_date\n2020-02-30\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spec := random{rand.New(rand.NewPCG(1, 1))}.spec()
	spec.Codelists, spec.FirstOnly = analysis.Codelists{Auto: true}, false
	for name, want := range map[string]string{
		"junk":     ": table junk: column \"a_X1_date\" holds text that is no date; write dates as YYYY-MM-DD",
		"february": ": table february: column \"a_X1_date\" holds text that is no date; write dates as YYYY-MM-DD",
		"zone":     ": table zone: column \"a_X1_date\" holds text that is no date; write dates as YYYY-MM-DD",
		"other":    ": table other: has no column of event dates (read as a table); they are named <codelist>_X1_date",
		"none":     ": has no table none; name the table that holds the cohort",
	} {
		_, _, err := CountTable(t.Context(), name, spec, Options{URL: "duckdb:" + dir, Threads: 1})
		if err == nil || err.Error() != dir+want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
