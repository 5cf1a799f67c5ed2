package extract

import (
	"fmt"
	"strings"
)

// handOver makes the small relations that go with a plan parts of its query:
// each is a parameter, read as rows.
func (s *script) handOver(inputs []inputTable) {
	var given []relation
	for i := range inputs {
		t := &inputs[i]
		var names, types, columns []string
		for _, c := range t.columns {
			name, typeName := quote(c.name), sqlType(c.kind)
			if c.kind == kindDate {
				typeName = "VARCHAR" // JSON has no dates
			}
			names = append(names, name)
			types = append(types, name+" "+typeName)
			columns = append(columns, fmt.Sprintf("CAST(%s AS %s) AS %s", name, sqlType(c.kind), name))
		}
		rows := param{value: asJSON(append([][]any{}, t.rows...)), as: "ARRAY(ROW(" + strings.Join(types, ", ") + "))"} // never null
		s.params = append(s.params, rows)
		value := placeholder(len(s.params) - 1)
		given = append(given, relation{name: t.name, sql: fmt.Sprintf("SELECT %s\nFROM (VALUES 1) g (x)%s\nCROSS JOIN UNNEST(%s) t (%s)",
			strings.Join(columns, ", "), joinStored(value), value, strings.Join(names, ", "))})
	}
	s.relations = append(given, s.relations...)
}

// single is a script as one query: each relation is a part of its WITH clause,
// and what is handed over stands where parameter puts it.
func (s *script) single(parameter func(value string) string) string {
	var parts []string
	for _, r := range s.relations {
		parts = append(parts, r.name+" AS (\n"+indent(s.replace(r.sql, parameter))+"\n)")
	}
	if len(parts) == 0 {
		return s.final
	}
	return "WITH " + strings.Join(parts, ",\n") + "\n" + s.final
}
