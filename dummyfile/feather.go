package dummyfile

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// frame is a feather file, all of it in memory: dummy data is small.
type frame struct {
	columns []string
	chunks  map[string][]arrow.Array
}

func readFeather(path string) (*frame, error) {
	records, err := cohort.OpenRecords(path)
	if err != nil {
		return nil, err
	}
	defer records.Close() //nolint:errcheck // it was only read
	f := &frame{chunks: map[string][]arrow.Array{}}
	for _, field := range records.Schema().Fields() {
		f.columns = append(f.columns, field.Name)
	}
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, err
		}
		for i, name := range f.columns {
			column := record.Column(i)
			column.Retain()
			f.chunks[name] = append(f.chunks[name], column)
		}
	}
}

func (f *frame) names() []string { return f.columns }

func (f *frame) firstFault(name string, v *study.Variable) (int, string) {
	first := 0
	for _, chunk := range f.chunks[name] {
		for i := range chunk.Len() {
			switch {
			case name == "patient_id":
				if chunk.IsNull(i) || !arrow.IsInteger(chunk.DataType().ID()) {
					return first + i, chunk.ValueStr(i)
				}
			case chunk.IsNull(i):
			case !fitsArrow(chunk, i, v):
				return first + i, fmt.Sprintf("`%s`", chunk.ValueStr(i))
			}
		}
		first += chunk.Len()
	}
	return -1, ""
}

// fitsArrow tells whether the value i of a column fits a variable.
func fitsArrow(a arrow.Array, i int, v *study.Variable) bool {
	id := a.DataType().ID()
	text := a.ValueStr(i)
	if text == "" || text == "0" || text == "false" {
		return true
	}
	switch v.Type {
	case study.Bool:
		return text == "1" || text == "true"
	case study.Int:
		return arrow.IsInteger(id)
	case study.Float:
		return arrow.IsFloating(id)
	case study.Date:
		stamps, ok := a.(*array.Timestamp)
		if !ok {
			return false
		}
		unit := stamps.DataType().(*arrow.TimestampType).Unit
		day := stamps.Value(i).ToTime(unit)
		switch v.DateFormat {
		case study.Year:
			return day.YearDay() == 1
		case study.Month:
			return day.Day() == 1
		}
	}
	return true
}
