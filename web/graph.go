package web

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cohortcounts/pipeline/project"
)

// graph is a pipeline as a picture: each action in the layer after the last of
// those that it needs.
type graph struct {
	Width, Height int
	Nodes         []graphNode
	Edges         []graphEdge
	Summary       string // the same in words
}

type graphNode struct {
	Name, Short   string // the name, and as much of it as fits
	State         string // class and word
	X, Y          int
	Width, Height int
}

// TextX and the other points are where the parts of a node are drawn.
func (n graphNode) TextX() int { return n.X + 16 }

// NameY is the base line of the name.
func (n graphNode) NameY() int { return n.Y + 26 }

// StateY is the base line of the state.
func (n graphNode) StateY() int { return n.Y + 46 }

// graphEdge is an arrow: its line and its tip.
type graphEdge struct{ Path, Tip string }

// Sizes of the picture, in CSS pixels.
const (
	nodeWidth, nodeHeight = 210, 60
	gapAlong, gapAcross   = 56, 20 // along the direction of the arrows, and across
	graphMargin           = 8
	nodeLetters           = 24 // of a name that fits
)

// drawGraph lays out actions from left to right, or from top to bottom for a
// narrow screen. stateOf is the state of an action by its name.
func drawGraph(actions []project.Action, down bool, stateOf func(string) string) *graph {
	layerOf, place := map[string]int{}, map[string]int{}
	var sizes []int // of each layer
	for _, a := range inOrder(actions) {
		layer := 0
		for _, need := range a.Needs {
			if l, known := layerOf[need]; known {
				layer = max(layer, l+1)
			}
		}
		for len(sizes) <= layer {
			sizes = append(sizes, 0)
		}
		layerOf[a.Name], place[a.Name] = layer, sizes[layer]
		sizes[layer]++
	}
	widest := 0
	for _, n := range sizes {
		widest = max(widest, n)
	}
	g := &graph{}
	at := map[string]graphNode{}
	var told []string
	for _, a := range inOrder(actions) {
		layer := layerOf[a.Name]
		n := graphNode{Name: a.Name, Short: shorten(a.Name, nodeLetters), State: stateOf(a.Name), Width: nodeWidth, Height: nodeHeight}
		if down {
			spare := (widest - sizes[layer]) * (nodeWidth + gapAcross) / 2 // a short layer stands in the middle
			n.X = graphMargin + spare + place[a.Name]*(nodeWidth+gapAcross)
			n.Y = graphMargin + layer*(nodeHeight+gapAlong*3/4)
		} else {
			spare := (widest - sizes[layer]) * (nodeHeight + gapAcross) / 2
			n.X = graphMargin + layer*(nodeWidth+gapAlong)
			n.Y = graphMargin + spare + place[a.Name]*(nodeHeight+gapAcross)
		}
		at[a.Name] = n
		g.Nodes = append(g.Nodes, n)
		g.Width, g.Height = max(g.Width, n.X+nodeWidth+graphMargin), max(g.Height, n.Y+nodeHeight+graphMargin)
		words := a.Name + ", " + n.State
		if len(a.Needs) > 0 {
			words += ", needs " + strings.Join(a.Needs, " and ")
		}
		told = append(told, words)
	}
	for _, a := range actions {
		for _, need := range a.Needs {
			if from, known := at[need]; known {
				g.Edges = append(g.Edges, edge(from, at[a.Name], down))
			}
		}
	}
	g.Summary = "Pipeline: " + strings.Join(told, "; ")
	return g
}

// edge is a curve from one node to the next.
func edge(from, to graphNode, down bool) graphEdge {
	if down {
		x1, y1, x2, y2 := from.X+from.Width/2, from.Y+from.Height, to.X+to.Width/2, to.Y-6
		bend := (y2 - y1) / 2
		return graphEdge{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1, y1+bend, x2, y2-bend, x2, y2), fmt.Sprintf("M%d %dl-5 -8h10z", x2, y2+6)}
	}
	x1, y1, x2, y2 := from.X+from.Width, from.Y+from.Height/2, to.X-6, to.Y+to.Height/2
	bend := (x2 - x1) / 2
	return graphEdge{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2), fmt.Sprintf("M%d %dl-8 -5v10z", x2+6, y2)}
}

// inOrder are the actions, each after those that it needs. A project has no
// circle of needs; what would be in one is left out.
func inOrder(actions []project.Action) []project.Action {
	placed := map[string]bool{}
	known := map[string]bool{}
	for _, a := range actions {
		known[a.Name] = true
	}
	var order []project.Action
	for len(order) < len(actions) {
		before := len(order)
		for _, a := range actions {
			ready := !placed[a.Name]
			for _, need := range a.Needs {
				ready = ready && (placed[need] || !known[need])
			}
			if ready {
				placed[a.Name] = true
				order = append(order, a)
			}
		}
		if len(order) == before {
			break
		}
	}
	return order
}

// shorten cuts a text to so many letters, with a mark where it was cut.
func shorten(text string, letters int) string {
	if utf8.RuneCountInString(text) <= letters {
		return text
	}
	return string([]rune(text)[:letters-1]) + "…"
}
