package dummydata_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// A frame is a cohort read back by Arrow's own reader. A nil value is null;
// dates are days since 1970, labels their text or number.
type frame struct {
	names  []string
	types  map[string]arrow.DataType
	values map[string][]any
	rows   int
	report dummydata.Report
	bytes  []byte
}

// draw writes a cohort of the study as feather and reads it back.
func draw(t *testing.T, def *study.Definition, opts dummydata.Options) *frame {
	t.Helper()
	path := filepath.Join(t.TempDir(), "input.feather")
	report, err := dummydata.Write(t.Context(), def, path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return readFrame(t, path, report)
}

func readFrame(t *testing.T, path string, report dummydata.Report) *frame {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	out := &frame{types: map[string]arrow.DataType{}, values: map[string][]any{}, report: report}
	if out.bytes, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	for _, field := range r.Schema().Fields() {
		out.names = append(out.names, field.Name)
		out.types[field.Name] = field.Type
	}
	for i := range r.NumRecords() {
		rec, err := r.Record(i)
		if err != nil {
			t.Fatal(err)
		}
		out.rows += int(rec.NumRows())
		for c, name := range out.names {
			column := rec.Column(c)
			for row := range column.Len() {
				out.values[name] = append(out.values[name], valueOf(column, row))
			}
		}
	}
	return out
}

func valueOf(a arrow.Array, row int) any {
	if a.IsNull(row) {
		return nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(row)
	case *array.Int64:
		return a.Value(row)
	case *array.Float64:
		return a.Value(row)
	case *array.String:
		return a.Value(row)
	case *array.Timestamp:
		return int(int64(a.Value(row)) / int64(24*time.Hour))
	case *array.Dictionary:
		return valueOf(a.Dictionary(), a.GetValueIndex(row))
	}
	return a.ValueStr(row)
}

// filled is how many rows of a column have a value: not null, false or 0.
func (f *frame) filled(name string) int {
	n := 0
	for _, v := range f.values[name] {
		if present(v) {
			n++
		}
	}
	return n
}

func present(v any) bool { return v != nil && v != false && v != int64(0) && v != 0.0 }

// days are the dates of a column, nulls left out.
func (f *frame) days(name string) []int {
	var days []int
	for _, v := range f.values[name] {
		if d, ok := v.(int); ok {
			days = append(days, d)
		}
	}
	return days
}

func date1970(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

func dayNumber(text string) int { return int(date(text).Unix() / 86400) }

// studyOf makes a study of variables; those without a function are records.
func studyOf(variables ...study.Variable) *study.Definition {
	def := &study.Definition{Name: "study_definition", File: "analysis/study_definition.py", Population: "population"}
	for i, v := range variables {
		if v.Function == "" {
			v.Function = "with_these_clinical_events"
		}
		v.Position = study.Position{File: def.File, Line: 10 + i, Column: 5}
		def.Variables = append(def.Variables, v)
	}
	return def
}

// event is a date variable.
func event(name string, e *study.Expectations, between study.Period) study.Variable {
	return study.Variable{
		Name: name, Function: "with_these_clinical_events", Returning: "date",
		Type: study.Date, DateFormat: study.Day, Between: between, Expectations: e,
	}
}

func flag(name string, incidence float64) study.Variable {
	return study.Variable{Name: name, Returning: "binary_flag", Type: study.Bool, Expectations: expect(study.Uniform, incidence, "2020-01-01", "2020-12-31")}
}
