package extract

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"cohortcounts/internal/exit"
)

const (
	// pieceLength is how many characters of a value one INSERT writes: with its
	// quotation marks doubled it is still shorter than a server's least limit.
	pieceLength = 400_000
	// worthStoring is the length from which a value goes into the scratch table.
	worthStoring = 10_000
	// dropTime is how long the removal of a scratch table may take, also when the
	// run was interrupted.
	dropTime = 20 * time.Second
)

// scratchSchema reads SCHEMA or CATALOG.SCHEMA.
func (e *trinoEngine) scratchSchema(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	parts := strings.Split(name, ".")
	switch {
	case len(parts) == 1 && parts[0] != "":
		return quote(e.catalog) + "." + quote(parts[0]), nil
	case len(parts) == 2 && parts[0] != "" && parts[1] != "":
		return quote(parts[0]) + "." + quote(parts[1]), nil
	}
	return "", exit.Usagef("the schema for scratch tables must have the form SCHEMA or CATALOG.SCHEMA, got %q", name)
}

// store puts the long values of a script into a scratch table, in pieces. The
// table's name is of nobody else; it is removed when the engine is closed.
func (e *trinoEngine) store(ctx context.Context, s *script) error {
	table := e.scratch + "." + quote("cohortcounts_"+strings.ToLower(rand.Text()))
	e.scratchTable = table // from here on: it may be made although that is not told
	if err := e.do(ctx, "CREATE TABLE IF NOT EXISTS "+table+" (parameter BIGINT, place BIGINT, piece VARCHAR)"); err != nil {
		return fmt.Errorf("make a scratch table in %s: %w", e.scratch, err)
	}
	for i := range s.params {
		p := &s.params[i]
		if p.as == "" || len(p.value) < worthStoring {
			continue
		}
		for place, piece := range pieces(p.value, pieceLength) {
			if err := e.do(ctx, "INSERT INTO "+table+" VALUES (?, ?, ?)", int64(i), int64(place), piece); err != nil {
				return fmt.Errorf("fill a scratch table in %s: %w", e.scratch, err)
			}
		}
		// Of each piece once, because an INSERT whose answer is lost is sent again.
		p.stored = fmt.Sprintf("CAST(json_parse(array_join(array_agg(piece ORDER BY place) FILTER (WHERE parameter = %d), '')) AS %s)", i, p.as)
	}
	s.scratch = table
	return nil
}

// pieces cuts a text into some of at most so many characters.
func pieces(text string, length int) []string {
	var parts []string
	start, n := 0, 0
	for at := range text {
		if n == length {
			parts = append(parts, text[start:at])
			start, n = at, 0
		}
		n++
	}
	return append(parts, text[start:])
}

// dropScratch removes the scratch table, if there is one.
func (e *trinoEngine) dropScratch() error {
	if e.scratchTable == "" {
		return nil
	}
	// The run's own context may be done.
	ctx, cancel := context.WithTimeout(context.Background(), dropTime)
	defer cancel()
	if err := e.do(ctx, "DROP TABLE IF EXISTS "+e.scratchTable); err != nil {
		return fmt.Errorf("the scratch table %s is left: %w", e.scratchTable, err)
	}
	e.scratchTable = ""
	return nil
}
