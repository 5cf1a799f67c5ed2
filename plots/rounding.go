package plots

import (
	"fmt"
	"strings"
)

// midpointSuffix ends the names of columns whose counts are the middles of
// groups of six: 3, 9, 15, ..., and 0.
const midpointSuffix = "_midpoint6"

// checkRounding notes when drawn counts are not rounded as the spec says: the
// table may be one that was not meant to leave.
func (f *Figure) checkRounding() {
	to := f.options.RoundedTo
	if to <= 1 {
		return
	}
	unrounded, cells := 0, 0
	for _, p := range f.panels {
		for _, s := range p.series {
			midpoint := strings.HasSuffix(f.table.Codelists()[s.column], midpointSuffix)
			for week := range f.table.Weeks() {
				cell := f.table.Cell(week, s.column)
				if cell.Withheld {
					continue
				}
				cells++
				if midpoint && cell.Count != 0 && cell.Count%6 != 3 || !midpoint && cell.Count%to != 0 {
					unrounded++
				}
			}
		}
	}
	if unrounded > 0 {
		f.note("warning: %s of the %s counts drawn are not rounded to %d: the table may not be a released one",
			groupedInt(int64(unrounded)), groupedInt(int64(cells)), to)
		f.footnotes = append(f.footnotes, fmt.Sprintf("Counts are not rounded to %d.", to))
	}
}
