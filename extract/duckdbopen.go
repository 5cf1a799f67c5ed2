//go:build cgo

package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"cohortcounts/internal/exit"
)

// openDuckDB opens a DuckDB file for reading, or an empty database beside a
// folder of tables.
func openDuckDB(ctx context.Context, path string, isFolder bool, o Options) (engine, error) {
	if o.MemoryLimit != "" && !memorySize.MatchString(o.MemoryLimit) {
		return nil, exit.Usagef("the memory limit must be a size such as 4GB or 512MiB, got %q", o.MemoryLimit)
	}
	if !isFolder {
		if err := checkDuckDBFile(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	temp, err := os.MkdirTemp(o.TempDir, ".cohortcounts-duckdb-*")
	if err != nil {
		return nil, fmt.Errorf("cannot make a folder for temporary files: %w", err)
	}
	e := &duckDB{path: path, isFolder: isFolder, temp: temp}
	if err := e.connect(ctx, o); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// memorySize is a size as DuckDB reads it, more than none.
var memorySize = regexp.MustCompile(`^0*[1-9][0-9]*(\.[0-9]+)? ?(?i:[KMGT]i?B)$`)

// checkDuckDBFile tells what a file that is no DuckDB file seems to be.
func checkDuckDBFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		var fault *os.PathError
		if errors.As(err, &fault) {
			err = fault.Err
		}
		return fmt.Errorf("cannot be read: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	start := make([]byte, 12)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cannot be read: %w", err)
	}
	switch text := string(start[:n]); {
	case n == len(start) && text[8:] == "DUCK": // after a checksum
		return nil
	case n >= 4 && (text[:4] == "PAR1" || text[:4] == "ARRO"):
		return errors.New("is a table and no DuckDB file; give the folder that it lies in")
	}
	return errors.New("is no DuckDB file; give a folder of tables, or a DuckDB file")
}

// catalog is the name of a DuckDB file among databases: that of the file without
// its ending, as DuckDB itself calls it, so that a view which names it finds it.
func (e *duckDB) catalog() string {
	name, _, _ := strings.Cut(filepath.Base(e.path), ".")
	switch strings.ToLower(name) {
	case "", "main", "memory", "system", "temp":
		return "source"
	}
	return name
}

func (e *duckDB) connect(ctx context.Context, o Options) error {
	// Both go in at the start: left out, DuckDB looks for them in places that a
	// sandbox may not let it read.
	start := url.Values{"threads": {strconv.Itoa(runtime.NumCPU())}}
	if o.Threads > 0 {
		start.Set("threads", strconv.Itoa(o.Threads))
	}
	if o.MemoryLimit != "" {
		start.Set("memory_limit", o.MemoryLimit)
	}
	var err error
	if e.connector, err = duckdb.NewConnector("?"+start.Encode(), nil); err != nil {
		return e.fault("open", err)
	}
	if e.conn, err = e.connector.Connect(ctx); err != nil {
		return e.fault("open", err)
	}
	settings := []string{
		"SET autoinstall_known_extensions = false", // nothing is fetched
		"SET autoload_known_extensions = false",
		"SET enable_progress_bar = false",
		"SET TimeZone = 'UTC'",
		// The order of rows has no meaning here, and keeping it costs memory.
		"SET preserve_insertion_order = false",
		"SET temp_directory = " + literal(e.temp),
	}
	if !e.isFolder {
		settings = append(settings, "ATTACH "+literal(e.path)+" AS "+quote(e.catalog())+" (READ_ONLY)")
	}
	for _, s := range settings {
		if err := e.exec(ctx, s); err != nil {
			return e.fault("open", err)
		}
	}
	return nil
}
