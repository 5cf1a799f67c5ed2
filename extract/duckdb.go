//go:build cgo

package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"cohortcounts/internal/atomicfile"
)

// HasDuckDB tells whether this program can read a DuckDB database.
const HasDuckDB = true

// duckDB runs plans in DuckDB, inside this process. Its relations are
// temporary tables, which go to disk when they do not fit into memory.
type duckDB struct {
	path      string
	isFolder  bool
	connector *duckdb.Connector
	conn      driver.Conn
	temp      string // a folder of our own for what does not fit
}

func (e *duckDB) dialect() dialect { return duckDialect{} }
func (e *duckDB) place() string    { return e.path }

// tableFormats are the files that can hold a table, the preferred first.
var tableFormats = []string{".parquet", ".feather", ".arrow", ".csv", ".csv.gz"}

func (e *duckDB) describe(ctx context.Context, name string) (stored, bool, error) {
	s := stored{source: quote(e.catalog()) + ".main." + quote(name)}
	if e.isFolder {
		path := ""
		for _, ending := range tableFormats {
			candidate := filepath.Join(e.path, name+ending)
			if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() {
				path = candidate
				break
			}
		}
		parts, err := partFiles(filepath.Join(e.path, name))
		switch {
		case err != nil:
			return s, false, err
		case path == "" && parts == nil:
			return s, false, nil
		case path == "":
			s.source = "read_parquet([" + strings.Join(parts, ", ") + "])"
		case strings.HasSuffix(path, ".feather"), strings.HasSuffix(path, ".arrow"):
			return describeArrow(path)
		case strings.HasSuffix(path, ".parquet"):
			s.source = "read_parquet(" + literal(path) + ")"
		default:
			if s.source, err = csvSource(path); err != nil {
				return s, false, err
			}
		}
	} else {
		found, err := e.one(ctx, "SELECT count(*) FROM duckdb_columns() WHERE database_name = "+literal(e.catalog())+" AND schema_name = 'main' AND table_name = "+literal(name), 1)
		if err != nil {
			return s, false, err
		}
		if found[0] == int64(0) {
			return s, false, nil
		}
	}
	err := e.describeSource(ctx, &s)
	return s, err == nil, err
}

// partFiles are the Parquet files of a table that is a folder of them, in
// order and as literals; none when there is no such folder. A part that cannot
// be read is a fault: without it the table would lack patients.
func partFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	var parts []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".parquet") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		switch info, err := os.Stat(path); { // of what a link points to
		case err != nil:
			return nil, fmt.Errorf("%s: cannot read this part of the table: %w", path, atomicfile.Cause(err))
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s: is no file, and by its name a part of the table; rename or remove it", path)
		}
		parts = append(parts, literal(path))
	}
	return parts, err
}

// describeSource finds the columns of a relation and their types.
func (e *duckDB) describeSource(ctx context.Context, s *stored) error {
	answer, err := e.query(ctx, "DESCRIBE SELECT * FROM "+s.source, nil)
	if err != nil {
		return e.fault("read", err)
	}
	defer answer.close() //nolint:errcheck // it was read to its end, or the read failed
	s.types = map[string]string{}
	row := make([]any, 6)
	for {
		if err := answer.next(row); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return e.fault("read", err)
		}
		name, _ := row[0].(string)
		typeName, _ := row[1].(string)
		s.add(name, typeName)
	}
}

func (e *duckDB) one(ctx context.Context, sql string, columns int) ([]any, error) {
	answer, err := e.query(ctx, sql, nil)
	if err != nil {
		return nil, e.fault("read", err)
	}
	defer answer.close() //nolint:errcheck // one row was read, or the read failed
	row := make([]any, columns)
	if err := answer.next(row); err != nil {
		return nil, e.fault("read", err)
	}
	return row, nil
}

// fit has nothing to do: what is handed over goes in as rows.
func (e *duckDB) fit(context.Context, *script) error { return nil }

func (e *duckDB) run(ctx context.Context, s *script) (rows, error) {
	for i := range s.inputs {
		if err := e.input(ctx, &s.inputs[i]); err != nil {
			return nil, e.fault("hand over "+s.inputs[i].name, err)
		}
	}
	for _, r := range s.relations {
		sql, values := s.bind(duckDialect{}, r.sql)
		if err := e.exec(ctx, r.create()+sql, values...); err != nil {
			return nil, e.fault("make "+r.name, err)
		}
	}
	answer, err := e.query(ctx, s.final, nil)
	if err != nil {
		return nil, e.fault("read the cohort", err)
	}
	return answer, nil
}

// input makes a temporary table of rows of ours.
func (e *duckDB) input(ctx context.Context, t *inputTable) error {
	var columns []string
	for _, c := range t.columns {
		columns = append(columns, quote(c.name)+" "+sqlType(c.kind))
	}
	if err := e.exec(ctx, "CREATE TEMP TABLE "+t.name+" ("+strings.Join(columns, ", ")+")"); err != nil {
		return err
	}
	appender, err := duckdb.NewAppender(e.conn, "temp", "", t.name)
	if err != nil {
		return err
	}
	for _, row := range t.rows {
		values := make([]driver.Value, len(row))
		for i, v := range row {
			values[i] = v
			if text, ok := v.(string); ok && t.columns[i].kind == kindDate {
				values[i], _ = time.Parse(time.DateOnly, text)
			}
		}
		if err := appender.AppendRow(values...); err != nil {
			return errors.Join(err, appender.Close())
		}
	}
	return appender.Close()
}

func (e *duckDB) exec(ctx context.Context, sql string, args ...string) error {
	_, err := e.conn.(driver.ExecerContext).ExecContext(ctx, sql, named(args))
	return err
}

func (e *duckDB) query(ctx context.Context, sql string, args []string) (*duckRows, error) {
	answer, err := e.conn.(driver.QueryerContext).QueryContext(ctx, sql, named(args))
	if err != nil {
		return nil, err
	}
	return &duckRows{engine: e, answer: answer, ctx: ctx}, nil
}

func named(args []string) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return values
}

func (e *duckDB) close() error {
	var errs []error
	if e.conn != nil {
		errs = append(errs, e.conn.Close())
	}
	if e.connector != nil {
		errs = append(errs, e.connector.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(e.temp))...)
}

// duckRows is a query's answer. DuckDB makes it while it is read.
type duckRows struct {
	engine *duckDB
	answer driver.Rows
	ctx    context.Context //nolint:containedctx // ends with the query it belongs to
	values []driver.Value
}

func (r *duckRows) next(row []any) error {
	if r.values == nil {
		r.values = make([]driver.Value, len(r.answer.Columns()))
	}
	if err := r.answer.Next(r.values); err != nil {
		if errors.Is(err, io.EOF) && r.ctx.Err() == nil {
			return io.EOF
		}
		return r.engine.fault("read the cohort", errors.Join(r.ctx.Err(), err))
	}
	for i := range row {
		row[i] = r.values[i]
		if n, ok := row[i].(*big.Int); ok {
			row[i] = n.Int64()
		}
	}
	return nil
}

func (r *duckRows) close() error { return r.answer.Close() }

// text is the statements of a script, to read.
func (e *duckDB) text(s *script) string {
	d := e.dialect()
	text := ""
	for _, t := range s.inputs {
		text += fmt.Sprintf("-- %s: %d rows given with the query\n", t.name, len(t.rows))
	}
	statement := func(head, sql string) {
		sql, values := s.bind(d, sql)
		for i, value := range values {
			text += fmt.Sprintf("-- %s is %q\n", d.parameter(i+1), value)
		}
		text += head + sql + ";\n\n"
	}
	text += "\n"
	for _, r := range s.relations {
		statement(r.create(), r.sql)
	}
	statement("", s.final)
	return text
}
