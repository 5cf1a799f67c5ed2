//go:build cgo

package extract

import (
	"context"
	"errors"
	"fmt"
	"regexp"
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
	{"Corrupt database file", "the DuckDB file is damaged; make it again"},
	{"Could not read enough bytes", "a file is damaged: it ends too early; make it again"},
	{"No magic bytes", "a Parquet file is damaged: it does not end as one; make it again"},
	{"too small to be a Parquet file", "a Parquet file is damaged: it does not end as one; make it again"},
	{"TProtocolException", "a Parquet file is damaged; make it again"},
	{"don't know what type", "a Parquet file is damaged; make it again"},
	{"Snappy decompression failure", "a Parquet file is damaged; make it again"},
	{"ZSTD Decompression failure", "a Parquet file is damaged; make it again"},
	{"Parquet file is corrupt", "a Parquet file is damaged; make it again"},
	{"schema mismatch in glob", "the Parquet files of a table do not all have the same columns; give a folder whose files do"},
	{"has been modified", "a file was changed while it was read; run again when it is whole"},
}

// A CSV that cannot be read: DuckDB shows the line, which may be a patient's.
var (
	csvLine    = regexp.MustCompile(`CSV Error on Line: (\d+)`)
	csvFile    = regexp.MustCompile(`(?m)^\s*file ?= ?(.+)$`)
	csvReasons = []struct{ says, means string }{
		{"unterminated quote", "a quote is not closed"},
		{"unicode", "it is not UTF-8"},
		{"Expected Number of Columns", "it has not as many fields as the header"},
		{"Maximum line size", "it is too long"},
	}
)

func csvFault(text string) string {
	line := csvLine.FindStringSubmatch(text)
	if line == nil {
		return ""
	}
	file, reason := "", "it is no line of a CSV"
	if found := csvFile.FindStringSubmatch(text); found != nil {
		file = strings.TrimSpace(found[1]) + ": "
	}
	for _, known := range csvReasons {
		if strings.Contains(text, known.says) {
			reason = known.means
			break
		}
	}
	return file + "line " + line[1] + " cannot be read: " + reason
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
	if means := csvFault(text); means != "" {
		return errors.New(means)
	}
	var told *duckdb.Error
	if errors.As(err, &told) && told.Type == duckdb.ErrorTypeOutOfMemory {
		return fmt.Errorf("%s: cannot %s: DuckDB ran out of memory; allow it more with --memory-limit", e.path, step)
	}
	return fmt.Errorf("%s: DuckDB cannot %s: %s", e.path, step, withoutValues(text))
}
