// Package plots draws the frequency plots of a released table: counts over
// time, one panel for each panel of the analysis spec.
//
// A figure goes through three forms:
//
//	table, panels ──► Figure ──► scene ──► SVG, PNG or PDF
//	                 (New)     (layout)    (Write)
//
// A [Figure] is what is drawn: panels whose series were found in the table. A
// scene is where everything stands on the page, as a few kinds of element with
// colours by role; layout.go measures it with the letters of Liberation Sans,
// whose widths are those of Helvetica and Arial. A writer turns a scene into
// bytes: svg.go its own way, so that a panel is a group with a title and a
// summary, text stays text and colours change on a dark background; png.go
// through gonum's canvas; pdf.go through the library under gonum's PDF canvas.
//
// A [Chart], measurements over logarithmic axes, is another front to the same
// scenes: the benchmarks draw theirs with it.
//
// What holds, for any table, and is tested by these names:
//
//   - P1: each count that is told is a mark at its date and height, from a
//     scale that begins at zero. A zero is a mark at zero. (Where marks would
//     run into each other, the line alone is drawn.)
//   - P2: texts are on the page and do not overlap.
//   - P3: no text covers data: legends stand above the plots, and a line's name
//     beside it only where there is room.
//   - P4: a panel says in words what it shows: totals, peaks, what is withheld.
//   - P5: an SVG has no script, refers to nothing outside itself and holds
//     nothing that is not in the table and the spec.
//   - P6: where lines lie on each other each is seen, in stripes.
//   - P7: a withheld row is a gap in the line and a bar under the plot, which
//     the legend explains; a total with withheld rows is "at least" so much.
//   - P8: the same figure gives the same bytes.
//
// It does not smooth, interpolate or add up counts over rows, and has no axis
// that begins elsewhere than at zero.
package plots
