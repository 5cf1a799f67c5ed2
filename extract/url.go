package extract

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"cohortcounts/internal/exit"
)

// open connects to the database that a URL names: duckdb:PATH, where PATH is a
// folder of tables or a DuckDB file, or trino://user@host:port/catalog/schema.
func open(ctx context.Context, databaseURL string, o Options) (engine, error) {
	scheme, rest, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "duckdb":
		path := strings.TrimPrefix(rest, "//")
		info, err := os.Stat(path)
		if path == "" || err != nil {
			return nil, fmt.Errorf("duckdb:%s: there is no such folder or file; give a folder of tables, or a DuckDB file", path)
		}
		return openDuckDB(ctx, path, info.IsDir(), o)
	case "trino", "presto":
		u, err := url.Parse(databaseURL)
		if err != nil {
			return nil, exit.Usagef("the database URL cannot be read; write trino://user@host:port/catalog/schema")
		}
		return openTrino(ctx, u, o)
	}
	return nil, exit.Usagef("no database is known as %q; use duckdb:FOLDER_OR_FILE or trino://user@host:port/catalog/schema", scheme)
}
