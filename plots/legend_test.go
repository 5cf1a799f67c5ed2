package plots

import "testing"

// The names of a legend keep apart where a viewer shows them in DejaVu Sans,
// which for these is up to 1.15 times as wide as Liberation Sans.
func TestLegendInAWiderTypeface(t *testing.T) {
	t.Parallel()
	const wider = 1.15
	face, err := newTypeface()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"Code for probable case, N=24,505", "Code for positive test, N=24,475", "Code for had antigen test, N=24,490", "Code for covid caseness, N=24,505"}
	columns := 0
	for width := 100.0; width < 1500; width += 10 {
		g := legend{em: 10}
		for _, text := range texts {
			g.entries = append(g.entries, entry{text: text})
		}
		g.arrange(face, width)
		columns = max(columns, len(g.columns))
		for i, text := range texts {
			column := i % len(g.columns)
			if column+1 == len(g.columns) {
				continue
			}
			end := g.columns[column] + g.em*(sampleWidth+sampleGap) + face.width(text, g.em, false)/spare*wider
			if end >= g.columns[column+1] {
				t.Errorf("%g wide: %q ends at %g, the next begins at %g", width, text, end, g.columns[column+1])
			}
		}
	}
	if columns < len(texts) {
		t.Errorf("never more than %d columns", columns)
	}
}
