package extract

import (
	"encoding/json"
	"fmt"
	"strings"
)

// single is a script as one query: each relation is a part of its WITH clause,
// and what is handed over stands where parameter puts it.
func (s *script) single(parameter func(value string) string) string {
	var parts []string
	for i := range s.inputs {
		t := &s.inputs[i]
		data, err := json.Marshal(append([][]any{}, t.rows...)) // never null
		if err != nil {
			continue // rows hold numbers and texts only
		}
		var names, types, columns []string
		for _, c := range t.columns {
			name, typeName := quote(c.name), sqlType(c.kind)
			if c.kind == kindDate {
				typeName = "VARCHAR" // JSON has no dates
			}
			names = append(names, name)
			types = append(types, name+" "+typeName)
			columns = append(columns, "CAST("+name+" AS "+sqlType(c.kind)+")")
		}
		parts = append(parts, fmt.Sprintf("%s (%s) AS (\n  SELECT %s FROM UNNEST(CAST(json_parse(%s) AS ARRAY(ROW(%s)))) t (%s)\n)",
			t.name, strings.Join(names, ", "), strings.Join(columns, ", "), parameter(string(data)), strings.Join(types, ", "), strings.Join(names, ", ")))
	}
	for _, r := range s.relations {
		parts = append(parts, r.name+" AS (\n"+indent(s.replace(r.sql, parameter))+"\n)")
	}
	if len(parts) == 0 {
		return s.final
	}
	return "WITH " + strings.Join(parts, ",\n") + "\n" + s.final
}
