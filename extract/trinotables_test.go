//go:build cgo

package extract

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of Trino need the server that `.ci/trino start` starts. What that
// prints are environment variables:
//
//	COHORTCOUNTS_TRINO      its URL for a user without a password
//	COHORTCOUNTS_TRINO_TLS  its URL with TLS
//	COHORTCOUNTS_TRINO_DIR  its folder; hive/ in it holds the files of the
//	                        catalog hive

// trinoServer is one of these variables.
func trinoServer(t *testing.T, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skip(variable + " is not set: there is no Trino server to test with; see `make trino`")
	}
	return strings.TrimSuffix(value, "/")
}

// trinoSchema makes an empty schema of a name of its own, which goes when the
// test ends, and gives its URL and a connection to it.
func trinoSchema(t *testing.T, catalog, name string) (string, *trinoEngine) {
	t.Helper()
	name = fmt.Sprintf("%s_%d", strings.ToLower(name), os.Getpid())
	address := trinoServer(t, "COHORTCOUNTS_TRINO") + "/" + catalog + "/" + name
	e := trinoConnection(t, address)
	doTrino(t, e, "CREATE SCHEMA "+quote(name))
	t.Cleanup(func() {
		doTrino(t, e, "DROP SCHEMA "+quote(name)+" CASCADE")
		_ = e.close()
	})
	return address, e
}

func trinoConnection(t *testing.T, address string) *trinoEngine {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	e, err := openTrino(t.Context(), u, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e.(*trinoEngine)
}

// doTrino runs a statement to its end, also after the test's context is done.
func doTrino(t *testing.T, e *trinoEngine, sql string, args ...any) {
	t.Helper()
	if err := e.do(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// trinoType is the type that a column is stored as.
func trinoType(k kind) string {
	return map[kind]string{kindDate: "DATE", kindInt: "BIGINT", kindFloat: "DOUBLE", kindBool: "BOOLEAN", kindText: "VARCHAR"}[k]
}

// makeTrinoTables makes tables of records.
func makeTrinoTables(t *testing.T, e *trinoEngine, tables map[string][]record) {
	t.Helper()
	for name, rows := range tables {
		var columns, casts []string
		values := make([][]any, len(rows))
		for _, c := range schema[name].columns {
			columns = append(columns, quote(c.name)+" "+trinoType(c.kind))
			casts = append(casts, "CAST("+quote(c.name)+" AS "+trinoType(c.kind)+")")
			for i, row := range rows {
				values[i] = append(values[i], row[c.name])
			}
		}
		stored := strings.Join(columns, ", ")
		doTrino(t, e, "CREATE TABLE "+quote(name)+" ("+stored+")")
		// Dates travel as texts.
		insertTrino(t, e, "INSERT INTO "+quote(name)+" SELECT "+strings.Join(casts, ", ")+" FROM UNNEST(CAST(json_parse(?) AS ARRAY(ROW("+
			strings.ReplaceAll(stored, " DATE", " VARCHAR")+")))) t ("+strings.Join(quoted(schema[name].columnNames()), ", ")+")", values)
	}
}

// insertTrino runs a statement over rows, its parameter, as many at a time as it
// may have.
func insertTrino(t *testing.T, e *trinoEngine, sql string, rows [][]any) {
	t.Helper()
	const longest = 800_000
	data := asJSON(rows)
	switch {
	case len(rows) == 0:
	case len(data) > longest && len(rows) > 1:
		insertTrino(t, e, sql, rows[:len(rows)/2])
		insertTrino(t, e, sql, rows[len(rows)/2:])
	default:
		doTrino(t, e, sql, data)
	}
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = quote(name)
	}
	return out
}

// hiveTables makes a schema of external tables over folders of Parquet files,
// which hold the tables of a folder, as DuckDB writes them.
func hiveTables(t *testing.T, name, dir string) string {
	t.Helper()
	root := filepath.Join(trinoServer(t, "COHORTCOUNTS_TRINO_DIR"), "hive")
	files, err := os.MkdirTemp(root, "files-") //nolint:usetesting // where the server looks
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(files) })
	address, e := trinoSchema(t, "hive", name)
	duck, err := openDuckDB(t.Context(), dir, true, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer duck.close() //nolint:errcheck // the test is over
	for name, definition := range schema {
		s, ok, err := duck.describe(t.Context(), name)
		if err != nil || !ok {
			t.Fatal(name, ok, err)
		}
		var casts, columns []string
		for _, c := range definition.columns {
			casts = append(casts, "CAST("+quote(c.name)+" AS "+trinoType(c.kind)+") AS "+quote(c.name))
			columns = append(columns, quote(c.name)+" "+trinoType(c.kind))
		}
		folder := filepath.Join(files, name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		copied := "COPY (SELECT " + strings.Join(casts, ", ") + " FROM " + s.source + ") TO " + literal(filepath.Join(folder, "part-0.parquet")) + " (FORMAT parquet)"
		if err := duck.(*duckDB).exec(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		doTrino(t, e, "CREATE TABLE "+quote(name)+" ("+strings.Join(columns, ", ")+") WITH (format = 'PARQUET', external_location = "+
			literal("local:///"+filepath.Base(files)+"/"+name)+")")
	}
	return address
}

// readTables reads a folder of tables with DuckDB.
func readTables(t *testing.T, dir string) map[string][]record {
	t.Helper()
	e, err := openDuckDB(t.Context(), dir, true, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close() //nolint:errcheck // the test is over
	tables := map[string][]record{}
	for name, definition := range schema {
		s, ok, err := e.describe(t.Context(), name)
		if err != nil || !ok {
			t.Fatal(name, ok, err)
		}
		var columns []string
		for _, c := range definition.columns {
			text := quote(c.name)
			if c.kind == kindDate {
				text = "CAST(" + text + " AS VARCHAR)"
			}
			columns = append(columns, text)
		}
		answer, err := e.(*duckDB).query(t.Context(), "SELECT "+strings.Join(columns, ", ")+" FROM "+s.source, nil)
		if err != nil {
			t.Fatal(err)
		}
		tables[name] = []record{}
		values := make([]any, len(columns))
		for answer.next(values) == nil {
			row := record{}
			for i, c := range definition.columns {
				row[c.name] = values[i]
			}
			tables[name] = append(tables[name], row)
		}
		if err := answer.close(); err != nil {
			t.Fatal(err)
		}
	}
	return tables
}
