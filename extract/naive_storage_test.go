//go:build cgo

package extract

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A column may be stored as several types. Random databases use all of them:
// each column of theirs is stored as the one that was drawn for it.

// storedAs is how a column is stored.
type storedAs struct {
	name, sqlType string
	// text is a value as text that can be cast to the type, on both engines.
	text func(v any) any
}

// asIs is a value as text; null stays null.
func asIs(v any) any {
	if v == nil {
		return nil
	}
	return fmt.Sprint(v)
}

// orElse is asIs, with another text for null.
func orElse(null string) func(v any) any {
	return func(v any) any {
		if v == nil {
			return null
		}
		return fmt.Sprint(v)
	}
}

// later is asIs with something after the value, such as a time of day.
func later(end string) func(v any) any {
	return func(v any) any {
		if v == nil {
			return nil
		}
		return fmt.Sprint(v) + end
	}
}

func boolAs(yes, no string) func(v any) any {
	return func(v any) any {
		if v == nil {
			return nil
		}
		return map[bool]string{true: yes, false: no}[v.(bool)]
	}
}

// storage draws how the columns of a table are stored.
func (r random) storage(table *table) []storedAs {
	var columns []storedAs
	for _, c := range table.columns {
		s := map[kind][]storedAs{
			kindDate: {
				{sqlType: "DATE", text: asIs},
				{sqlType: "DATE", text: asIs},
				{sqlType: "TIMESTAMP", text: later(" 23:59:59.999")},
				{sqlType: "TIMESTAMP", text: later(" 00:00:00")},
				{sqlType: "TIMESTAMP WITH TIME ZONE", text: later(" 23:30:00+00:00")},
				{sqlType: "VARCHAR", text: later("T12:30:00+01:00")},
				{sqlType: "VARCHAR", text: orElse("")},
			},
			kindInt: {
				{sqlType: "BIGINT", text: asIs},
				{sqlType: "INTEGER", text: asIs},
				{sqlType: "DOUBLE", text: asIs},
				{sqlType: "REAL", text: asIs},
				{sqlType: "DECIMAL(12, 2)", text: asIs},
				{sqlType: "VARCHAR", text: orElse("")},
			},
			kindFloat: {{sqlType: "DOUBLE", text: asIs}, {sqlType: "DOUBLE", text: orElse("NaN")}, {sqlType: "VARCHAR", text: orElse("")}, {sqlType: "DECIMAL(18, 4)", text: asIs}},
			kindBool: {
				{sqlType: "BOOLEAN", text: boolAs("true", "false")},
				{sqlType: "INTEGER", text: boolAs("1", "0")},
				{sqlType: "VARCHAR", text: boolAs("T", "F")},
				{sqlType: "VARCHAR", text: boolAs("TRUE", "false")},
			},
			kindText: {{sqlType: "VARCHAR", text: asIs}, {sqlType: "VARCHAR", text: orElse("")}},
		}[c.kind]
		drawn := pick(r, s...)
		drawn.name = c.name
		columns = append(columns, drawn)
	}
	return columns
}

// texts are records as text, in the order of the columns.
func textsOf(rows []record, columns []storedAs) [][]any {
	out := make([][]any, len(rows))
	for i, row := range rows {
		for _, c := range columns {
			out[i] = append(out[i], c.text(row[c.name]))
		}
	}
	return out
}

// writeStored puts the tables into a folder of Parquet files, a table in one or
// in several.
func (r random) writeStored(t *testing.T, dir string, tables map[string][]record) {
	t.Helper()
	e, err := openDuckDB(t.Context(), t.TempDir(), true, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close() //nolint:errcheck // the test is over
	duck := e.(*duckDB)
	for _, name := range tableNames() {
		columns := r.storage(schema[name])
		input := inputTable{name: "input_" + name}
		var casts []string
		for _, c := range columns {
			input.columns = append(input.columns, column{name: c.name, kind: kindText})
			casts = append(casts, "CAST("+quote(c.name)+" AS "+c.sqlType+") AS "+quote(c.name))
		}
		input.rows = textsOf(tables[name], columns)
		if err := duck.input(t.Context(), &input); err != nil {
			t.Fatal(name, err)
		}
		path := filepath.Join(dir, name+".parquet")
		if err := duck.exec(t.Context(), "COPY (SELECT "+strings.Join(casts, ", ")+" FROM "+input.name+") TO "+literal(path)); err != nil {
			t.Fatal(name, err)
		}
	}
}

// makeStored makes tables of the records in Trino.
func (r random) makeStored(t *testing.T, e *trinoEngine, tables map[string][]record) {
	t.Helper()
	for _, name := range tableNames() {
		columns := r.storage(schema[name])
		var types, casts, names []string
		for _, c := range columns {
			types = append(types, quote(c.name)+" "+c.sqlType)
			casts = append(casts, "CAST("+quote(c.name)+" AS "+c.sqlType+")")
			names = append(names, quote(c.name))
		}
		doTrino(t, e, "CREATE TABLE "+quote(name)+" ("+strings.Join(types, ", ")+")")
		insert := "INSERT INTO " + quote(name) + " SELECT " + strings.Join(casts, ", ") + " FROM UNNEST(CAST(json_parse(?) AS ARRAY(ROW(" +
			strings.Join(names, " VARCHAR, ") + " VARCHAR)))) t (" + strings.Join(names, ", ") + ")"
		insertTrino(t, e, insert, textsOf(tables[name], columns))
	}
}
