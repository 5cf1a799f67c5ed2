package extract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// param is a value that goes to the engine beside the text of a plan, and has a
// place there.
type param struct {
	value string
	// as is the SQL type that the value, which then is JSON, is read as. Empty:
	// it is the text itself.
	as string
	// codes are what the value was made of, when it is a map of codes.
	codes *codeMap
	// stored is SQL for the value, an aggregate over the rows of a scratch table,
	// where the engine has it already; empty when it goes with the query.
	stored string
}

// codeMap is a map by code. The codes are looked for in columns of a table.
type codeMap struct {
	table   string
	columns []string // as e.column
	entries map[string]any
}

// asJSON is a value made of maps, slices, texts, numbers and nulls, which
// JSON can hold.
func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic("extract: " + err.Error())
	}
	return string(data)
}

// param is the place of a parameter.
func (c *compiler) param(p param) string {
	at := slices.IndexFunc(c.params, func(known param) bool {
		sameCodes := p.codes == nil && known.codes == nil ||
			p.codes != nil && known.codes != nil && p.codes.table == known.codes.table && slices.Equal(p.codes.columns, known.codes.columns)
		return known.value == p.value && known.as == p.as && sameCodes
	})
	if at < 0 {
		at = len(c.params)
		c.params = append(c.params, p)
	}
	return placeholder(at)
}

// placeholder stands for a parameter in the text of a plan, until it is known
// which place it has in a statement. No text of a study can hold a NUL.
func placeholder(n int) string { return fmt.Sprintf("\x00%d\x00", n) }

// joinStored stands after a relation from which, with parameters, columns are
// made: where the engine has them already, it is the join that brings them. It
// is one for all of them: a row that holds several big maps is slow to hand on.
func joinStored(columns string) string {
	numbers := ""
	for i, part := range strings.Split(columns, "\x00") {
		if i%2 == 1 {
			numbers += " " + part
		}
	}
	return "\x00" + joinMark + numbers + "\x00"
}

const joinMark = "join"

// bind writes a statement's parameters as the dialect does, and gives their
// values in order.
func (s *script) bind(d dialect, sql string) (string, []string) {
	var values []string
	return s.replace(sql, func(value string) string {
		values = append(values, value)
		return d.parameter(len(values))
	}), values
}

// replace puts each parameter into its place, its text as parameter writes it.
func (s *script) replace(sql string, parameter func(value string) string) string {
	parts := strings.Split(sql, "\x00")
	for i := 1; i < len(parts); i += 2 {
		if numbers, ok := strings.CutPrefix(parts[i], joinMark); ok {
			parts[i] = s.storedJoin(strings.Fields(numbers))
			continue
		}
		n, _ := strconv.Atoi(parts[i]) // written by placeholder
		switch p := s.params[n]; {
		case p.stored != "":
			parts[i] = fmt.Sprintf("h.p%d", n)
		case p.as != "":
			parts[i] = "CAST(json_parse(" + parameter(p.value) + ") AS " + p.as + ")"
		default:
			parts[i] = parameter(p.value)
		}
	}
	return strings.Join(parts, "")
}

// storedJoin is the join of those of some parameters that are stored.
func (s *script) storedJoin(numbers []string) string {
	var values []string
	for _, number := range numbers {
		n, _ := strconv.Atoi(number) // written by placeholder
		if value := s.params[n].stored; value != "" {
			values = append(values, fmt.Sprintf("%s AS p%d", value, n))
		}
	}
	if values == nil {
		return ""
	}
	return "\n  CROSS JOIN (\n    SELECT " + strings.Join(values, ",\n      ") + "\n    FROM (SELECT DISTINCT parameter, place, piece FROM " + s.scratch + ") s\n  ) h"
}
