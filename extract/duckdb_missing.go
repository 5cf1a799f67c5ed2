//go:build !cgo

package extract

import (
	"context"
	"errors"
)

// HasDuckDB tells whether this program can read a DuckDB database.
const HasDuckDB = false

// openDuckDB says that this program was built without DuckDB, which is C++.
func openDuckDB(context.Context, string, bool, Options) (engine, error) {
	return nil, errors.New("this build has no DuckDB: it was built without cgo; build with CGO_ENABLED=1 and a C compiler")
}
