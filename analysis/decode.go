package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"cohortcounts/internal/problem"
)

// decoder walks the tree of a spec and collects every fault it meets.
type decoder struct {
	file     string
	problems problem.List
}

func (d *decoder) at(node ast.Node, what, remedy string) problem.Problem {
	p := problem.Problem{File: d.file, What: what, Remedy: remedy}
	if token := node.GetToken(); token != nil && token.Position != nil {
		p.Line, p.Column = token.Position.Line, token.Position.Column
	}
	return p
}

func (d *decoder) fault(node ast.Node, what, remedy string) {
	d.problems.Add(d.at(node, what, remedy))
}

// fields calls the function of each key of a mapping. It returns false when
// the node is no mapping. Keys that are not known are faults.
func (d *decoder) fields(node ast.Node, what string, known map[string]func(ast.Node)) bool {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		d.fault(node, fmt.Sprintf("%s: want keys and values, found %s", what, kind(node)), "")
		return false
	}
	for _, pair := range pairs {
		key, ok := text(pair.Key)
		read := known[key]
		if !ok || read == nil {
			names := make([]string, 0, len(known))
			for name := range known {
				names = append(names, name)
			}
			slices.Sort(names)
			d.fault(pair.Key, fmt.Sprintf("%s: %q is not a key of it", what, pair.Key.String()), "the keys are "+strings.Join(names, ", "))
			continue
		}
		if pair.Value == nil || pair.Value.Type() == ast.NullType {
			d.fault(pair.Key, fmt.Sprintf("%s: %s has no value", what, key), "write one or leave the key out")
			continue
		}
		read(pair.Value)
	}
	return true
}

// items calls a function for each item of a sequence.
func (d *decoder) items(node ast.Node, what string, read func(ast.Node)) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.fault(node, fmt.Sprintf("%s: want a list, found %s", what, kind(node)), "")
		return
	}
	for _, item := range sequence.Values {
		read(item)
	}
}

// text is the characters of a plain or quoted word. Numbers, dates and the
// like are text too where text is wanted.
func text(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func (d *decoder) text(node ast.Node, what string) string {
	s, ok := text(node)
	switch {
	case !ok:
		d.fault(node, fmt.Sprintf("%s: want text, found %s", what, kind(node)), "")
	case strings.TrimSpace(s) == "":
		d.fault(node, what+": is empty", "write a text")
	}
	return s
}

func (d *decoder) integer(node ast.Node, what string) int64 {
	n, ok := node.(*ast.IntegerNode)
	if ok {
		if v, ok := n.Value.(uint64); ok && v <= math.MaxInt32 {
			return int64(v)
		}
	}
	d.fault(node, fmt.Sprintf("%s: want a whole number from 0 to %d, found %s", what, math.MaxInt32, kind(node)), "")
	return 0
}

func (d *decoder) boolean(node ast.Node, what string) bool {
	n, ok := node.(*ast.BoolNode)
	if !ok {
		d.fault(node, fmt.Sprintf("%s: want true or false, found %s", what, kind(node)), "")
		return false
	}
	return n.Value
}

func (d *decoder) date(node ast.Node, what string) time.Time {
	s, ok := text(node)
	date, err := time.Parse(time.DateOnly, s)
	if !ok || err != nil {
		d.fault(node, fmt.Sprintf("%s: want a date, found %s", what, kind(node)), "write it as 2020-02-01")
		return time.Time{}
	}
	return date
}

// kind says what a node is, for a message: a short text itself, of anything
// longer only its nature.
func kind(node ast.Node) string {
	if s, ok := text(node); ok {
		if len(s) > 60 {
			return "a long text"
		}
		return fmt.Sprintf("%q", s)
	}
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AliasNode, *ast.AnchorNode:
		return "an anchor or alias, which a spec cannot hold"
	case *ast.NullNode:
		return "nothing"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	}
	return "something else"
}
