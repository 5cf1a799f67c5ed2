package dist

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed notices
var notices embed.FS

// What carries the libraries below. native_test.go compares these with go.mod,
// so that a newer module cannot come with an older list.
const (
	pythonModule  = "github.com/kluctl/go-embed-python v0.0.0-3.14.6-20260610-1"
	duckDBModule  = "github.com/duckdb/duckdb-go-bindings v0.1.24"
	pythonVersion = "3.14.6"
	duckDBVersion = "1.4.3"
	// pythonGlibc is the oldest glibc that the embedded CPython starts with.
	pythonGlibc = "2.17"
)

// native is a library that is no Go module: its notice is notices/FILE.txt.
type native struct {
	name, version, licence string
	file                   string
	not                    string // systems whose programs do not hold it
}

// inPython is what the embedded CPython is made of (python-build-standalone
// 20260610, by its list of downloads). Studies get no tkinter, but the archive
// holds the files.
var inPython = []native{
	{"cpython", pythonVersion, "Python-2.0", "python/cpython", ""},
	{"bzip2", "1.0.8", "bzip2-1.0.6", "python/bzip2", ""},
	{"expat", "2.8.1", "MIT", "python/expat", ""},
	{"libX11", "1.6.12", "MIT", "python/libX11", "darwin windows"},
	{"libXau", "1.0.11", "MIT", "python/libXau", "darwin windows"},
	{"libedit", "20240808-3.1", "BSD-3-Clause", "python/libedit", "windows"},
	{"libffi", "3.4.6", "MIT", "python/libffi", ""},
	{"libuuid", "1.0.3", "BSD-3-Clause", "python/libuuid", "darwin windows"},
	{"libxcb", "1.17.0", "MIT", "python/libxcb", "darwin windows"},
	{"mpdecimal", "4.0.0", "BSD-2-Clause", "python/mpdecimal", ""},
	{"ncurses", "6.5", "X11", "python/ncurses", "windows"},
	{"openssl", "3.5.7", "Apache-2.0", "python/openssl-3", ""},
	{"sqlite", "3.53.1", "blessing", "python/sqlite", ""},
	{"tcl", "9.0.3", "TCL", "python/tcl", ""},
	{"tix", "8.4.3.6", "TCL", "python/tix", "darwin linux"},
	{"tk", "9.0.3", "TCL", "python/tcl", ""},
	{"xz", "5.8.1", "0BSD", "python/liblzma", ""},
	{"zlib", "1.3.1", "Zlib", "python/zlib", ""},
	{"zstd", "1.5.7", "BSD-3-Clause", "python/zstd", ""},
}

// inDuckDB is what DuckDB holds: its own copies of libraries, which have no
// versions of their own, and what GCC puts into
// every program.
var inDuckDB = []native{
	{"duckdb", duckDBVersion, "MIT", "duckdb/duckdb", ""},
	{"alp", "", "MIT", "duckdb/alp", ""},
	{"brotli", "", "MIT", "duckdb/brotli", ""},
	{"concurrentqueue", "", "BSD-2-Clause", "duckdb/concurrentqueue", ""},
	{"fast_float", "", "MIT", "duckdb/fast_float", ""},
	{"fastpforlib", "", "Apache-2.0", "duckdb/fastpforlib", ""},
	{"fmt", "", "MIT", "duckdb/fmt", ""},
	{"fsst", "", "MIT", "duckdb/fsst", ""},
	{"httplib", "", "MIT", "duckdb/httplib", ""},
	{"hyperloglog", "", "MIT", "duckdb/hyperloglog", ""},
	{"icu", "", "ICU", "duckdb/icu", ""},
	{"jaro_winkler", "", "MIT", "duckdb/jaro_winkler", ""},
	{"jemalloc", "", "BSD-2-Clause", "duckdb/jemalloc", ""},
	{"libpg_query", "", "BSD-3-Clause", "duckdb/libpg_query", ""},
	{"libgcc", "", "GPL-3.0-or-later WITH GCC-exception-3.1", "gcc/exception", ""},
	{"lz4", "", "BSD-2-Clause", "duckdb/lz4", ""},
	{"mbedtls", "", "Apache-2.0 OR GPL-2.0-or-later", "duckdb/mbedtls", ""},
	{"miniz", "", "MIT", "duckdb/miniz", ""},
	{"parquet", "", "Apache-2.0", "duckdb/parquet", ""},
	{"pcg", "", "MIT", "duckdb/pcg", ""},
	{"pdqsort", "", "Zlib", "duckdb/pdqsort", ""},
	{"re2", "", "BSD-3-Clause", "duckdb/re2", ""},
	{"ska_sort", "", "BSL-1.0", "duckdb/ska_sort", ""},
	{"skiplist", "", "MIT", "duckdb/skiplist", ""},
	{"snappy", "", "BSD-3-Clause", "duckdb/snappy", ""},
	{"snowball", "", "BSD-3-Clause", "duckdb/snowball", ""},
	{"tdigest", "", "Apache-2.0", "duckdb/tdigest duckdb/tdigest-notices", ""},
	{"thrift", "", "Apache-2.0", "duckdb/thrift", ""},
	{"tpch-dbgen", "", "LicenseRef-TPC-EULA-2.2", "duckdb/dbgen", ""},
	{"utf8proc", "", "MIT", "duckdb/utf8proc", ""},
	{"vergesort", "", "MIT", "duckdb/vergesort", ""},
	{"yyjson", "", "MIT", "duckdb/yyjson", ""},
	{"zstd", "", "BSD-3-Clause", "duckdb/zstd", ""},
}

// nativeParts are the parts of a target that are no Go modules.
func (t Target) nativeParts() ([]Part, error) {
	var parts []Part
	add := func(inside string, all []native) error {
		for _, n := range all {
			if slices.Contains(strings.Fields(n.not), t.OS) {
				continue
			}
			part := Part{Name: n.name, Version: n.version, PURL: "pkg:generic/" + strings.ReplaceAll(n.name, "+", "%2B")}
			if n.version != "" {
				part.PURL += "@" + n.version
			}
			if n.name != inside {
				part.Name += " (in " + inside + ")"
			}
			if n.licence != "" {
				part.Licences = []string{n.licence}
			}
			for _, file := range strings.Fields(n.file) {
				text, err := notices.ReadFile("notices/" + file + ".txt")
				if err != nil {
					return fmt.Errorf("%s: %w", n.name, err)
				}
				part.Notices = append(part.Notices, Notice{Name: path.Base(file), Text: string(text)})
			}
			parts = append(parts, part)
		}
		return nil
	}
	if err := add("cpython", inPython); err != nil {
		return nil, err
	}
	if t.DuckDB {
		return parts, add("duckdb", inDuckDB)
	}
	return parts, nil
}
