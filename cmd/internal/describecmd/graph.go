package describecmd

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"cohortcounts/study"
)

// Sizes of the graph, in SVG units.
const (
	rowHeight   = 22
	charWidth   = 7.2
	columnGap   = 70
	margin      = 20
	boxHeight   = 17
	mostPerRank = 40 // boxes below each other before a rank starts a further column
)

// node is a variable's place in the graph.
type node struct {
	variable *study.Variable
	rank     int // one more than that of what it depends on
	from     []*node
	linked   bool // something depends on it, or it on something
	x, y     float64
	width    float64
	right    float64 // where its column ends: arrows bend beside boxes, not behind
}

// drawGraph writes the variables as boxes, each to the right of those that it
// depends on, and an arrow from each of those. Hidden variables are pale.
func drawGraph(w io.Writer, d *study.Definition) error {
	nodes := map[string]*node{}
	var ranks [][]*node
	for i := range d.Variables {
		v := &d.Variables[i]
		n := &node{variable: v, width: charWidth*float64(len(v.Name)) + 12}
		for _, name := range v.DependsOn() {
			if before := nodes[name]; before != nil {
				n.rank = max(n.rank, before.rank+1)
				n.from = append(n.from, before)
				n.linked, before.linked = true, true
			}
		}
		nodes[v.Name] = n
		for len(ranks) <= n.rank {
			ranks = append(ranks, nil)
		}
		ranks[n.rank] = append(ranks[n.rank], n)
	}
	width, height := place(ranks)

	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="sans-serif" font-size="12">`+"\n", width, height, width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n", escape(d.File+": what depends on what"))
	out.WriteString(`<defs><marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 6 3 0 6z" fill="#777"/></marker></defs>` + "\n")
	out.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for i := range d.Variables {
		to := nodes[d.Variables[i].Name]
		for _, from := range to.from {
			x1, y1, x2, y2 := from.x+from.width, from.y+boxHeight/2, to.x, to.y+boxHeight/2
			middle := (from.right + x2) / 2
			fmt.Fprintf(&out, `<path d="M%.1f %.1fH%.1fC%.1f %.1f %.1f %.1f %.1f %.1f" fill="none" stroke="#999" marker-end="url(#tip)"/>`+"\n",
				x1, y1, from.right, middle, y1, middle, y2, x2, y2)
		}
	}
	for i := range d.Variables {
		n := nodes[d.Variables[i].Name]
		fill, stroke := "#e3eefa", "#2b6cb0"
		if n.variable.Hidden {
			fill, stroke = "#f6f6f6", "#aaa"
		}
		fmt.Fprintf(&out, `<g><title>%s</title><rect x="%.1f" y="%.1f" width="%.1f" height="%d" rx="3" fill="%s" stroke="%s"/><text x="%.1f" y="%.1f">%s</text></g>`+"\n",
			escape(function(n.variable)+", "+kind(n.variable)), n.x, n.y, n.width, boxHeight, fill, stroke, n.x+6, n.y+12.5, escape(n.variable.Name))
	}
	out.WriteString("</svg>\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// place puts each rank to the right of the one before and gives the size of
// the whole.
func place(ranks [][]*node) (width, height float64) {
	x := float64(margin)
	for _, rank := range ranks {
		tidy(rank)
		for first := 0; first < len(rank); first += mostPerRank {
			widest := 0.0
			column := rank[first:min(first+mostPerRank, len(rank))]
			for i, n := range column {
				n.x, n.y = x, float64(margin+i*rowHeight)
				widest = max(widest, n.width)
				height = max(height, n.y+rowHeight)
			}
			for _, n := range column {
				n.right = x + widest
			}
			x += widest + columnGap
		}
	}
	return x - columnGap + margin, height + margin
}

// tidy orders a rank so that few arrows cross: each variable at the height of
// what it depends on, and those without any link below all others. The ranks
// before have their places.
func tidy(rank []*node) {
	height := func(n *node) float64 {
		if len(n.from) == 0 {
			return 0
		}
		sum := 0.0
		for _, from := range n.from {
			sum += from.y
		}
		return sum / float64(len(n.from))
	}
	slices.SortStableFunc(rank, func(a, b *node) int {
		if a.linked != b.linked {
			if a.linked {
				return -1
			}
			return 1
		}
		return cmp.Compare(height(a), height(b))
	})
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}
