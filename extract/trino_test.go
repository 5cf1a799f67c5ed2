//go:build cgo

package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cohortcounts/cohort"
)

// The tests of Trino need a server: COHORTCOUNTS_TRINO is its URL without a
// schema, such as trino://test@localhost:8080/memory, in whose catalog schemas
// and tables can be made.
func trinoCatalog(t *testing.T) string {
	t.Helper()
	catalog := os.Getenv("COHORTCOUNTS_TRINO")
	if catalog == "" {
		t.Skip("COHORTCOUNTS_TRINO is not set: there is no Trino server to test with")
	}
	return strings.TrimSuffix(catalog, "/")
}

// trinoTables makes a schema of the given tables and gives its URL.
func trinoTables(t *testing.T, schemaName string, tables map[string][]record) string {
	t.Helper()
	address := trinoCatalog(t) + "/" + schemaName
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	e, err := openTrino(t.Context(), u, Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := e.(*trinoEngine)
	do := func(sql string) {
		t.Helper()
		if err := runTrino(context.WithoutCancel(t.Context()), server, sql); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE SCHEMA IF NOT EXISTS " + quote(schemaName))
	t.Cleanup(func() {
		for name := range tables {
			do("DROP TABLE IF EXISTS " + quote(name))
		}
		do("DROP SCHEMA " + quote(schemaName))
		_ = server.close()
	})
	for name, rows := range tables {
		var columns []string
		for _, c := range schema[name].columns {
			columns = append(columns, quote(c.name)+" "+map[kind]string{kindDate: "DATE", kindInt: "BIGINT", kindFloat: "DOUBLE", kindBool: "BOOLEAN", kindText: "VARCHAR"}[c.kind])
		}
		do("CREATE TABLE " + quote(name) + " (" + strings.Join(columns, ", ") + ")")
		for len(rows) > 0 {
			n := min(len(rows), 500)
			var lines []string
			for _, row := range rows[:n] {
				lines = append(lines, "("+strings.Join(trinoLiterals(schema[name], row), ", ")+")")
			}
			do("INSERT INTO " + quote(name) + " VALUES " + strings.Join(lines, ", "))
			rows = rows[n:]
		}
	}
	return address
}

func trinoLiterals(definition *table, row record) []string {
	var values []string
	for _, c := range definition.columns {
		switch v := row[c.name].(type) {
		case nil:
			values = append(values, "NULL")
		case string:
			text := literal(v)
			if c.kind == kindDate {
				text = "DATE " + text
			}
			values = append(values, text)
		case float64:
			values = append(values, double(v))
		default:
			values = append(values, fmt.Sprint(v))
		}
	}
	return values
}

// runTrino runs a statement to its end.
func runTrino(ctx context.Context, e *trinoEngine, sql string) error {
	answer, err := e.query(ctx, sql)
	if err != nil {
		return err
	}
	for {
		if err := answer.next(make([]any, 1)); errors.Is(err, io.EOF) {
			return answer.close()
		} else if err != nil {
			return err
		}
	}
}

// TestTrinoAgainstNaive is TestAgainstNaive with Trino.
func TestTrinoAgainstNaive(t *testing.T) {
	trinoCatalog(t)
	runs := 3
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		runs = 40
	}
	for seed := range runs {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			r := random{rand.New(rand.NewPCG(uint64(seed), 10))}
			tables := r.database(25)
			def := randomStudy(r)
			address := trinoTables(t, fmt.Sprintf("naive_%d_%d", os.Getpid(), seed), tables)
			out := filepath.Join(t.TempDir(), "input.csv")
			if _, err := Write(t.Context(), def, out, Options{URL: address, Format: cohort.CSV}); err != nil {
				t.Fatal(err)
			}
			compareNaive(t, def, readCSV(t, out), (&naive{def: def, tables: tables}).cohort())
		})
	}
}

// TestTrinoGolden runs the golden cases of db/main in Trino.
func TestTrinoGolden(t *testing.T) {
	trinoCatalog(t)
	address := trinoTables(t, fmt.Sprintf("golden_%d", os.Getpid()), readTables(t, filepath.Join(goldenRoot, "db/main")))
	for _, c := range goldenCases(t) {
		if c.DB != "db/main" || c.Refuse != nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			def, err := c.define(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "input.csv")
			if _, err := Write(t.Context(), def, out, Options{URL: address, Root: filepath.Join(goldenRoot, c.Study), Format: cohort.CSV}); err != nil {
				t.Fatal(err)
			}
			checkCohort(t, out, filepath.Join(goldenRoot, c.Expected), c.Types)
		})
	}
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
