package cohort

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Format is how a cohort is stored. Its text is the file's extension without
// the leading dot.
type Format string

// The formats that can be written.
const (
	CSV       Format = "csv"
	CSVGzip   Format = "csv.gz"
	Feather   Format = "feather" // an Arrow IPC file
	Stata     Format = "dta"     // release 118
	StataGzip Format = "dta.gz"
	Parquet   Format = "parquet"
)

// Formats are all that can be written, the original tool's first.
func Formats() []Format {
	return []Format{CSV, CSVGzip, Feather, Stata, StataGzip, Parquet}
}

// ParseFormat takes a format by its name, such as "csv.gz".
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats(), f) {
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q; use one of %s", name, FormatNames())
}

// FormatOf finds the format that a path's name asks for.
func FormatOf(path string) (Format, error) {
	name := filepath.Base(path)
	for _, f := range Formats() {
		if strings.HasSuffix(name, "."+string(f)) {
			return f, nil
		}
	}
	return "", fmt.Errorf("%s: its name ends in no format that can be written; use one of %s", path, FormatNames())
}

// FormatNames are the names of all formats, as messages and help texts list them.
func FormatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// Compression is how the buffers of a feather file are compressed.
type Compression string

// The compressions. LZ4 is the default: four times as fast to read as ZSTD,
// which makes files about half the size.
const (
	LZ4          Compression = "lz4"
	ZSTD         Compression = "zstd"
	Uncompressed Compression = "none"
)

// ParseCompression takes a compression by its name.
func ParseCompression(name string) (Compression, error) {
	switch c := Compression(name); c {
	case LZ4, ZSTD, Uncompressed:
		return c, nil
	}
	return "", fmt.Errorf("unknown compression %q; use one of lz4, zstd, none", name)
}
