package extract

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"cohortcounts/internal/exit"
)

// trinoEngine runs plans in a Trino cluster. A plan is one query: its relations
// are the query's WITH clause, and what goes in with it are parameters, so
// nothing is written to the cluster.
type trinoEngine struct {
	db              *sql.DB
	host            string
	catalog, schema string
}

// openTrino connects to trino://user@host:port/catalog/schema. TLS is used when
// there is a password or a token, or when the URL ends in ?tls=true.
func openTrino(_ context.Context, u *url.URL, o Options) (engine, error) {
	catalog, schema, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.Host == "" || catalog == "" || schema == "" || strings.Contains(schema, "/") || u.User.Username() == "" {
		return nil, exit.Usagef("the database URL must have the form trino://user@host:port/catalog/schema")
	}
	if _, given := u.User.Password(); given {
		return nil, exit.Usagef("the database URL must not have a password in it: others can read command lines; set TRINO_PASSWORD")
	}
	server := url.URL{Scheme: "http", User: u.User, Host: u.Host}
	if o.Password != "" || o.Token != "" || u.Query().Get("tls") == "true" {
		server.Scheme = "https"
	}
	if o.Password != "" {
		server.User = url.UserPassword(u.User.Username(), o.Password)
	}
	config := trino.Config{
		ServerURI: server.String(), Source: "cohortcounts", Catalog: catalog, Schema: schema, TimeZone: "UTC",
		AccessToken: o.Token,
		// A prepared statement goes into an HTTP header, which plans do not fit.
		DisableExplicitPrepare: true,
	}
	dsn, err := config.FormatDSN()
	if err != nil {
		return nil, exit.Usagef("the database URL cannot be used; write trino://user@host:port/catalog/schema")
	}
	db, err := sql.Open("trino", dsn)
	if err != nil {
		return nil, fmt.Errorf("trino://%s: cannot connect", u.Host)
	}
	return &trinoEngine{db: db, host: u.Host, catalog: catalog, schema: schema}, nil
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

func (e *trinoEngine) run(ctx context.Context, s *script) (rows, error) {
	text, args, err := s.single()
	if err != nil {
		return nil, err
	}
	return e.query(ctx, text, args...)
}

// single is a script as one query: what is handed over becomes a parameter of
// JSON, each relation a part of the WITH clause.
func (s *script) single() (string, []any, error) {
	var parts []string
	var args []any
	for i := range s.inputs {
		t := &s.inputs[i]
		data, err := json.Marshal(append([][]any{}, t.rows...)) // never null
		if err != nil {
			return "", nil, err
		}
		var names, types, columns []string
		for _, c := range t.columns {
			name, typeName := quote(c.name), sqlType(c.kind)
			if c.kind == kindDate {
				typeName = "VARCHAR" // JSON has no dates
			}
			names = append(names, name)
			types = append(types, name+" "+typeName)
			columns = append(columns, "CAST("+name+" AS "+sqlType(c.kind)+")")
		}
		parts = append(parts, fmt.Sprintf("%s (%s) AS (\n  SELECT %s FROM UNNEST(CAST(json_parse(?) AS ARRAY(ROW(%s)))) t (%s)\n)",
			t.name, strings.Join(names, ", "), strings.Join(columns, ", "), strings.Join(types, ", "), strings.Join(names, ", ")))
		args = append(args, string(data))
	}
	for _, r := range s.relations {
		sql, values := s.bind(trinoDialect{}, r.sql)
		for _, value := range values {
			args = append(args, value)
		}
		parts = append(parts, r.name+" AS (\n"+indent(sql)+"\n)")
	}
	if len(parts) == 0 {
		return s.final, args, nil
	}
	return "WITH " + strings.Join(parts, ",\n") + "\n" + s.final, args, nil
}

// attempts is how often a query is sent when it meets faults that pass.
const attempts = 4

func (e *trinoEngine) query(ctx context.Context, text string, args ...any) (*trinoRows, error) {
	wait := time.Second
	for try := 1; ; try++ {
		answer, err := e.start(ctx, text, args...)
		if err == nil || try == attempts || !passes(err) || ctx.Err() != nil {
			return answer, e.fault(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// start sends a query and waits for its first row: until then it may be sent
// again.
func (e *trinoEngine) start(ctx context.Context, text string, args ...any) (*trinoRows, error) {
	answer, err := e.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	r := &trinoRows{engine: e, ctx: ctx, answer: answer}
	r.started = answer.Next()
	if err := answer.Err(); err != nil {
		return nil, errors.Join(err, answer.Close())
	}
	return r, nil
}

func (e *trinoEngine) close() error { return e.db.Close() }

// passes tells whether a fault is likely to be gone at another try.
func passes(err error) bool {
	var failed *trino.ErrQueryFailed
	var told *trino.ErrTrino
	switch {
	case errors.As(err, &told):
		return told.ErrorType == "INTERNAL_ERROR" || told.ErrorType == "INSUFFICIENT_RESOURCES" ||
			told.ErrorName == "SERVER_STARTING_UP" || told.ErrorName == "SERVER_SHUTTING_DOWN"
	case errors.As(err, &failed):
		return failed.StatusCode == 0 || failed.StatusCode == http.StatusTooManyRequests || failed.StatusCode >= 500
	}
	return !errors.Is(err, context.Canceled)
}

// The exit statuses of database faults, as in the original.
const (
	exitTransient = 3
	exitDatabase  = 5
)

// fault makes one line of an error. Trino's message is left out when it may
// hold a value; its name says what kind of fault it is.
func (e *trinoEngine) fault(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	status, remedy := exitDatabase, ""
	if passes(err) {
		status, remedy = exitTransient, "; try again later"
	}
	var told *trino.ErrTrino
	if errors.As(err, &told) {
		message, _, _ := strings.Cut(told.Message, "\n")
		return exit.WithStatus(status, fmt.Errorf("%s: the query failed: %s: %s%s", e.place(), told.ErrorName, quotedText.ReplaceAllString(message, "…"), remedy))
	}
	var failed *trino.ErrQueryFailed
	if errors.As(err, &failed) && failed.StatusCode != 0 {
		return exit.WithStatus(status, fmt.Errorf("%s: the server answered with HTTP status %d%s", e.place(), failed.StatusCode, remedy))
	}
	return exit.WithStatus(status, fmt.Errorf("%s: the server cannot be reached%s", e.place(), remedy))
}

// trinoRows is a query's answer, its first row read already.
type trinoRows struct {
	engine  *trinoEngine
	ctx     context.Context //nolint:containedctx // ends with the query it belongs to
	answer  *sql.Rows
	started bool // a row is waiting
	ended   bool
	targets []any
}

func (r *trinoRows) next(row []any) error {
	switch {
	case r.started:
		r.started = false
	case r.ended || !r.answer.Next():
		r.ended = true
		if err := r.answer.Err(); err != nil {
			return r.engine.fault(r.ctx, err)
		}
		return io.EOF
	}
	if len(r.targets) != len(row) {
		r.targets = make([]any, len(row))
	}
	for i := range row {
		r.targets[i] = &row[i]
	}
	if err := r.answer.Scan(r.targets...); err != nil {
		return r.engine.fault(r.ctx, err)
	}
	return nil
}

func (r *trinoRows) close() error { return r.answer.Close() }
