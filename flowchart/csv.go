package flowchart

import (
	"encoding/csv"
	"io"
	"strconv"

	"cohortcounts/disclosure"
)

// WriteCSV writes a line for each step: its number, what it asks, and the
// patients left and left out. Withheld numbers are the rule's marker.
func (c *Chart) WriteCSV(w io.Writer) error {
	suffix, derived := "", ""
	if c.Rule.Midpoint6 {
		suffix, derived = "_midpoint6", "_midpoint6_derived"
	}
	out := csv.NewWriter(w)
	_ = out.Write([]string{"step", "criterion", "patients" + suffix, "left_out" + derived}) // Error tells
	for i, step := range c.Steps {
		leftOut := ""
		if i > 0 {
			leftOut = c.cell(step.LeftOut)
		}
		_ = out.Write([]string{strconv.Itoa(i), step.Label, c.cell(step.Left), leftOut})
	}
	out.Flush()
	return out.Error()
}

func (c *Chart) cell(cell disclosure.Cell) string {
	if cell.Withheld {
		return c.Rule.Marker
	}
	return strconv.FormatInt(cell.Count, 10)
}
