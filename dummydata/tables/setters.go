package tables

import (
	"fmt"
	"math"
	"slices"

	"cohortcounts/study"
)

// A setter sets cells of the record r, whose date is day.
type setter func(w *patient, r *part, day int32)

// setters fill in the records of a group: its conditions first, then what the
// variables return.
type setters struct {
	plan   *plan
	schema *tableSchema
	chosen []setter // of conditions
	values []setter
	ranges []setter // of the same record in clinical_events_ranges
	// procedures are the codes of the table beside opa.
	procedures []cell
}

// chooseCodes makes a setter of each condition. Where several codes meet it,
// those that no other variable's records have are taken, so that the records
// of one are not found by another.
func (p *plan) chooseCodes(g *group) {
	for _, c := range g.conds {
		write := c.write
		var own []string
		for _, text := range write {
			if !p.takenByOthers(g, c.column, text) {
				own = append(own, text)
			}
		}
		if len(own) > 0 {
			write = own
		}
		if c.column == procedureColumn {
			g.procedures = schemas[opaProcedures].textCells("primary_procedure_code", write)
			continue
		}
		cells := g.schema.textCells(c.column, write)
		if len(cells) == 0 {
			p.note(g.members[0].Name, "no record can meet its condition on %s: nobody has one", c.column)
			g.members[0] = nil2(g.members[0])
			continue
		}
		often := newMix(len(cells))
		g.chosen = append(g.chosen, func(w *patient, r *part, _ int32) { r.set(cells[often.pick(w.dice)]) })
	}
}
