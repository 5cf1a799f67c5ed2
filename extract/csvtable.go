package extract

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// csvSource is a CSV file as DuckDB reads it: all columns text, so that no code
// is taken for a number. The header is read here, because DuckDB would guess.
func csvSource(path string) (string, error) {
	header, err := csvHeader(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	columns := make([]string, len(header))
	seen := map[string]bool{}
	for i, name := range header {
		if name == "" || seen[strings.ToLower(name)] {
			return "", fmt.Errorf("%s: the header names column %d %q, which is empty or there twice", path, i+1, name)
		}
		seen[strings.ToLower(name)] = true
		columns[i] = literal(name) + ": 'VARCHAR'"
	}
	return "read_csv(" + literal(path) + ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {" +
		strings.Join(columns, ", ") + "})", nil
}

func csvHeader(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, err
		}
	}
	header, err := csv.NewReader(in).Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("is empty; it needs a header line")
	}
	if err != nil {
		return nil, err
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	return header, nil
}
