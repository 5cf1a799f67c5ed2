package extract

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
)

// trinoEngine runs plans in a Trino cluster. A plan is one query: its relations
// are the query's WITH clause, and what goes in with it are parameters. Nothing
// is written to the cluster unless those are too long (trinofit.go).
type trinoEngine struct {
	db              *sql.DB
	client          *http.Client
	host            string
	catalog, schema string
	scratch         string // the schema for a scratch table, as SQL; empty: none
	scratchTable    string // the one that was made; empty: none
}

func (e *trinoEngine) dialect() dialect { return trinoDialect{} }
func (e *trinoEngine) place() string {
	return "trino://" + e.host + "/" + e.catalog + "/" + e.schema
}

func (e *trinoEngine) describe(ctx context.Context, name string) (stored, bool, error) {
	s := stored{source: quote(e.catalog) + "." + quote(e.schema) + "." + quote(name), types: map[string]string{}}
	answer, err := e.query(ctx, "SELECT column_name, data_type FROM "+quote(e.catalog)+".information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position", e.schema, name)
	if err != nil {
		return s, false, err
	}
	row := make([]any, 2)
	for {
		switch err := answer.next(row); {
		case errors.Is(err, io.EOF):
			return s, len(s.types) > 0, answer.close()
		case err != nil:
			return s, false, errors.Join(err, answer.close())
		}
		column, _ := row[0].(string)
		typeName, _ := row[1].(string)
		s.add(column, typeName)
	}
}

func (e *trinoEngine) close() error {
	err := errors.Join(e.dropScratch(), e.db.Close())
	e.client.CloseIdleConnections()
	return err
}

// load has nothing to do: tables are read where they lie.
func (e *trinoEngine) load(_ context.Context, _ *tableNeed, s stored) (stored, error) { return s, nil }

func (e *trinoEngine) one(ctx context.Context, sql string, columns int) ([]any, error) {
	answer, err := e.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	row := make([]any, columns)
	err = answer.next(row)
	return row, errors.Join(err, answer.close())
}

// do runs a statement to its end.
func (e *trinoEngine) do(ctx context.Context, sql string, args ...any) error {
	answer, err := e.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	row := make([]any, 1)
	for err == nil {
		err = answer.next(row)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, answer.close())
}

func (e *trinoEngine) run(ctx context.Context, s *script) (rows, error) {
	text, args := e.statement(s)
	return e.query(ctx, text, args...)
}

// statement is a script as a query and its parameters.
func (e *trinoEngine) statement(s *script) (string, []any) {
	var args []any
	text := s.single(func(value string) string {
		args = append(args, value)
		return "?"
	})
	return text, args
}

// text is the query as Trino's command line takes it: it has the parameters in
// their places.
func (e *trinoEngine) text(s *script) string { return s.single(literal) + ";\n" }
