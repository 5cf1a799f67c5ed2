//go:build cgo

package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// DuckDB tells what went wrong in its own words, for somebody who wrote the
// SQL. What a user can do something about is told in ours.
var duckDBFaults = []struct{ says, means string }{
	{"Could not set lock on file", "another program has the DuckDB file open; end it, or give a copy of the file"},
	{"newer version of DuckDB", "the file was written by a newer DuckDB than the one in this program; export its tables as Parquet, and give their folder"},
	{"older version of DuckDB", "the file was written by an older DuckDB than the one in this program can read; export its tables as Parquet, and give their folder"},
	{"No space left on device", "there is no space left in the folder for temporary files; set TMPDIR to one with more"},
	{"max_temp_directory_size", "there is no space left in the folder for temporary files; set TMPDIR to one with more"},
	{"Out of Memory Error", "DuckDB ran out of memory; allow it more with --memory-limit"},
	{"Too many open files", "too many files are open; give tables of fewer parts"},
	{"encrypted", "the DuckDB file is encrypted; give one that is not"},
}

// fault makes one line of an error of DuckDB, without values.
func (e *duckDB) fault(step string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text := err.Error()
	for _, known := range duckDBFaults {
		if strings.Contains(text, known.says) {
			return fmt.Errorf("%s: cannot %s: %s", e.path, step, known.means)
		}
	}
	var told *duckdb.Error
	if errors.As(err, &told) && told.Type == duckdb.ErrorTypeOutOfMemory {
		return fmt.Errorf("%s: cannot %s: DuckDB ran out of memory; allow it more with --memory-limit", e.path, step)
	}
	line, _, _ := strings.Cut(text, "\n")
	return fmt.Errorf("%s: DuckDB cannot %s: %s", e.path, step, quotedText.ReplaceAllString(line, "…"))
}
