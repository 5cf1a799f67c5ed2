package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"cohortcounts/internal/exit"
)

// A server takes a query of so many characters (query.max-length, a million
// unless it was told otherwise), and all that is handed over with a plan is in
// it. What is longer goes into a scratch table, where the user has named a
// schema for one. Otherwise the codes that no record has are left out: big
// codelists are whole branches of a terminology, of which few codes are in use.

// assured is the length of a query that any server takes.
const assured = 100_000

// errTooLong is that a server does not take a query.
var errTooLong = errors.New("the codes and files of the study make a query that is longer than the server takes; " +
	"set TEMP_DATABASE_NAME to a schema (CATALOG.SCHEMA) that a scratch table may be made in, or have the server's query.max-length raised")

func (e *trinoEngine) fit(ctx context.Context, s *script) error {
	if fits, err := e.takes(ctx, s); fits || err != nil {
		return err
	}
	shorten := e.onlyOccurring
	if e.scratch != "" {
		shorten = e.store
	}
	if err := shorten(ctx, s); err != nil {
		return err
	}
	fits, err := e.takes(ctx, s)
	if err == nil && !fits {
		err = exit.WithStatus(exitDatabase, fmt.Errorf("%s: %w", e.place(), errTooLong))
	}
	return err
}

// takes tells whether the server takes a query of this length. The limit cannot
// be asked for: it is tried, with a query of blanks.
func (e *trinoEngine) takes(ctx context.Context, s *script) (bool, error) {
	text, args := e.statement(s)
	// The client sends EXECUTE IMMEDIATE '…' USING '…', '…'.
	length := 100 + quotedLength(text)
	for _, arg := range args {
		value, _ := arg.(string)
		length += quotedLength(value)
	}
	if length <= assured {
		return true, nil
	}
	err := e.do(ctx, "SELECT 1"+strings.Repeat(" ", length))
	if errors.Is(err, errTooLong) {
		return false, nil
	}
	return err == nil, err
}

// quotedLength is the length of a text in quotation marks, in the server's
// units, and that of a comma.
func quotedLength(text string) int {
	length := strings.Count(text, "'") + len("'', ")
	for _, r := range text {
		length += utf16.RuneLen(r)
	}
	return length
}

// onlyOccurring leaves out the codes that the columns they are looked for in do
// not have.
func (e *trinoEngine) onlyOccurring(ctx context.Context, s *script) error {
	occurring := map[string]map[string]bool{} // by query
	for i := range s.params {
		m := s.params[i].codes
		if m == nil {
			continue
		}
		sql := m.occurring(s.sources[m.table])
		if occurring[sql] == nil {
			wanted := map[string]bool{}
			for j := range s.params {
				if other := s.params[j].codes; other != nil && other.occurring(s.sources[other.table]) == sql {
					for code := range other.entries {
						wanted[code] = false
					}
				}
			}
			if err := e.mark(ctx, sql, wanted); err != nil {
				return err
			}
			occurring[sql] = wanted
		}
		kept := map[string]any{}
		for code, value := range m.entries {
			if occurring[sql][code] {
				kept[code] = value
			}
		}
		s.params[i].value = asJSON(kept)
	}
	return nil
}

// occurring is the query of all codes that the columns have.
func (m *codeMap) occurring(source string) string {
	if len(m.columns) == 1 {
		return "SELECT DISTINCT " + m.columns[0] + "\nFROM " + source + " e"
	}
	return "SELECT DISTINCT x\nFROM " + source + " e\nCROSS JOIN UNNEST(ARRAY[" + strings.Join(m.columns, ", ") + "]) u (x)"
}

// mark marks the codes that a query gives.
func (e *trinoEngine) mark(ctx context.Context, sql string, codes map[string]bool) error {
	answer, err := e.query(ctx, sql)
	if err != nil {
		return err
	}
	row := make([]any, 1)
	for {
		if err := answer.next(row); errors.Is(err, io.EOF) {
			return answer.close()
		} else if err != nil {
			return errors.Join(err, answer.close())
		}
		code, _ := row[0].(string)
		if _, wanted := codes[code]; wanted {
			codes[code] = true
		}
	}
}
