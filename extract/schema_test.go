package extract

import (
	"os"
	"strings"
	"testing"
)

// The page on real tables names every table and column that may be needed, with
// what it holds, and marks those that may not be null.
func TestPageHasTheSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/real-tables.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			rows[strings.TrimSpace(cells[1])] = " " + cells[2]
		}
	}
	for _, table := range schema {
		name := "`" + table.name + "`"
		if table.onePerPatient {
			name += " *"
		}
		row := rows[name]
		if table.name == "clinical_events_ranges" { // which is said to be like it
			row += rows["`clinical_events`"]
		}
		for _, c := range table.columns {
			column := c.name
			if c.required {
				column = "**" + column + "**"
			}
			stem, first := strings.CutSuffix(c.name, "_01")
			switch {
			case first:
				column = c.name + " to " + stem
			case numberedColumn(c.name):
				continue // told by the first of them
			default:
				column += " " + string(c.kind)
			}
			if !strings.Contains(row, " "+column) {
				t.Errorf("table %s: the page does not say %q", table.name, column)
			}
		}
	}
}

// numberedColumn tells whether a name ends in a number of two digits.
func numberedColumn(name string) bool {
	return len(name) > 3 && name[len(name)-3] == '_' && strings.Trim(name[len(name)-2:], "0123456789") == ""
}
