package web

import (
	"fmt"
	"testing"

	"cohortcounts/pipeline/project"
)

// TestGraph: every action has a place of its own, behind all that it needs, in
// both directions; a circle, which no project has, ends the drawing.
func TestGraph(t *testing.T) {
	t.Parallel()
	var many []project.Action
	for i := range 40 {
		a := project.Action{Name: fmt.Sprint("action ", i)}
		for _, need := range []int{i / 2, i / 3} {
			if need < i {
				a.Needs = append(a.Needs, fmt.Sprint("action ", need))
			}
		}
		many = append([]project.Action{a}, many...) // needs stand behind
	}
	for _, down := range []bool{false, true} {
		g := drawGraph(many, down, func(string) string { return "pending" })
		at := map[string]graphNode{}
		for _, n := range g.Nodes {
			for _, other := range at {
				if n.X < other.X+other.Width && other.X < n.X+n.Width && n.Y < other.Y+other.Height && other.Y < n.Y+n.Height {
					t.Fatalf("down %t: %s lies on %s", down, n.Name, other.Name)
				}
			}
			if n.X < 0 || n.Y < 0 || n.X+n.Width > g.Width || n.Y+n.Height > g.Height {
				t.Errorf("down %t: %s is outside", down, n.Name)
			}
			at[n.Name] = n
		}
		if len(at) != len(many) {
			t.Errorf("%d of %d actions are drawn", len(at), len(many))
		}
		for _, a := range many {
			for _, need := range a.Needs {
				if down && at[need].Y >= at[a.Name].Y || !down && at[need].X >= at[a.Name].X {
					t.Errorf("down %t: %s is not behind %s", down, a.Name, need)
				}
			}
		}
	}
	circle := []project.Action{{Name: "a", Needs: []string{"b"}}, {Name: "b", Needs: []string{"a"}}}
	if g := drawGraph(circle, false, func(string) string { return "" }); len(g.Nodes) != 0 {
		t.Errorf("a circle has %d nodes", len(g.Nodes))
	}
}
