package study

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"cohortcounts/internal/problem"
)

// readYAML reads a study in the form that [Recording.WriteYAML] writes, or the
// original's dump_study_yaml: there variables are sorted by name, and are put
// back into an order in which each follows those it refers to.
func (r *Recording) readYAML(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return problem.Problem{File: r.file, What: "cannot be read as YAML: " + err.Error()}
	}
	if len(file.Docs) != 1 {
		return problem.Problem{File: r.file, What: "must hold one YAML document"}
	}
	y := yamlReader{anchors: map[string]any{}, file: r.file}
	top, _ := y.value(file.Docs[0].Body).(dict)
	if err := y.problems.Err(); err != nil {
		return err
	}
	covariates, _ := top.get("covariate_definitions")
	definitions, ok := covariates.(dict)
	if !ok {
		return problem.Problem{File: r.file, What: "has no covariate_definitions; a study as YAML is what dump_study_yaml prints"}
	}
	r.given = true
	r.at = Position{File: r.file, Line: 1, Column: 1}
	for _, name := range []string{"default_expectations", "index_date"} {
		if value, ok := top.get(name); ok {
			r.arguments = append(r.arguments, entry{name, value})
		}
	}
	for _, e := range inOrder(definitions) {
		name, _ := e.key.(string)
		definition, _ := e.value.(dict)
		c := callOf(definition)
		c.at = y.places[name]
		r.arguments = append(r.arguments, entry{name, c})
	}
	hidden, _ := top.get("hidden_columns")
	names, _ := hidden.([]any)
	r.hidden = map[string]bool{}
	for _, name := range names {
		if text, ok := name.(string); ok {
			r.hidden[text] = true
		}
	}
	return nil
}

// callOf is the call that a variable in the original's inner form stands for.
func callOf(definition dict) *call {
	kind, _ := definition.get("type")
	function, _ := kind.(string)
	given, _ := definition.get("args")
	args, _ := given.(dict)
	c := &call{function: function}
	dropped := []string{"column_type", "include_date_of_match"}
	returning, _ := args.get("returning")
	switch function {
	case "value_from":
		dropped = append(dropped, "returning")
		c.function = map[any]string{
			"date": "date_of", "comparator": "comparator_from",
			"lower_bound": "reference_range_lower_bound_from", "upper_bound": "reference_range_upper_bound_from",
		}[returning]
		if c.function != "date_of" {
			dropped = append(dropped, "date_format")
		}
	case "aggregate_of":
		dropped = append(dropped, "column_names", "aggregate_function", "date_format", "return_expectations")
		names, _ := args.get("column_names")
		c.positional, _ = names.([]any)
		which, _ := args.get("aggregate_function")
		c.function = map[any]string{"MAX": "maximum_of", "MIN": "minimum_of"}[which]
	}
	if function == "fixed_value" {
		dropped = append(dropped, "date_format")
	}
	for _, e := range args {
		key, _ := e.key.(string)
		if function == "with_these_medications" && key == "ignore_days_where_these_codes_occur" {
			key = "ignore_days_where_these_clinical_codes_occur"
			e.key = key
		}
		pair, isList := e.value.([]any)
		empty := key == "between" && isList && !slices.ContainsFunc(pair, func(end any) bool { return end != nil })
		if e.value != nil && !empty && !slices.Contains(dropped, key) {
			c.keyword = append(c.keyword, e)
		}
	}
	return c
}

var namePattern = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// inOrder puts variables after those they refer to, and otherwise leaves them
// in their order.
func inOrder(definitions dict) dict {
	known := map[any]bool{}
	for _, e := range definitions {
		known[e.key] = true
	}
	refers := map[any]map[any]bool{}
	for _, e := range definitions {
		refers[e.key] = map[any]bool{}
		inner, _ := e.value.(dict)
		args, _ := inner.get("args")
		list, _ := args.(dict)
		for _, arg := range list {
			if arg.key == "return_expectations" {
				continue
			}
			eachText(arg.value, func(text string) {
				for _, name := range namePattern.FindAllString(text, -1) {
					if known[name] && name != e.key {
						refers[e.key][name] = true
					}
				}
			})
		}
	}
	var out dict
	placed := map[any]bool{}
	left := slices.Clone(definitions)
	for len(left) > 0 {
		ready := slices.IndexFunc(left, func(e entry) bool {
			for name := range refers[e.key] {
				if !placed[name] {
					return false
				}
			}
			return true
		})
		// In a circle, which is told later, any will do.
		ready = max(ready, 0)
		placed[left[ready].key] = true
		out = append(out, left[ready])
		left = slices.Delete(left, ready, ready+1)
	}
	return out
}

// eachText visits the texts in a value, but not a codelist's codes.
func eachText(value any, do func(string)) {
	switch v := value.(type) {
	case string:
		do(v)
	case []any:
		for _, item := range v {
			eachText(item, do)
		}
	case dict:
		for _, e := range v {
			eachText(e.value, do)
		}
	}
}

// yamlReader turns YAML into the values that a recording has.
type yamlReader struct {
	anchors  map[string]any
	places   map[string]Position // of the keys two levels down: the variables
	problems problem.List
	file     string
}

const codelistTag = "!!python/object/new:cohortextractor.codelistlib.Codelist"

func (y *yamlReader) value(node ast.Node) any {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			return v
		case uint64:
			return int64(v) //nolint:gosec // larger ones become negative, which no argument accepts
		}
	case *ast.FloatNode:
		return n.Value
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.AnchorNode:
		value := y.value(n.Value)
		y.anchors[n.Name.GetToken().Value] = value
		return value
	case *ast.AliasNode:
		value, ok := y.anchors[n.Value.GetToken().Value]
		if !ok {
			y.fault(node, "refers to an anchor that is not there")
		}
		return value
	case *ast.TagNode:
		if n.Start.Value == codelistTag {
			return y.codelist(n)
		}
		return y.value(n.Value)
	case *ast.SequenceNode:
		out := make([]any, len(n.Values))
		for i, item := range n.Values {
			out[i] = y.value(item)
		}
		return out
	case *ast.MappingNode:
		return y.mapping(n.Values)
	case *ast.MappingValueNode:
		return y.mapping([]*ast.MappingValueNode{n})
	}
	y.fault(node, fmt.Sprintf("holds a %s, which has no meaning here", node.Type()))
	return nil
}

func (y *yamlReader) mapping(values []*ast.MappingValueNode) dict {
	out := make(dict, len(values))
	for i, v := range values {
		node := ast.Node(v.Key)
		if long, ok := node.(*ast.MappingKeyNode); ok { // after a question mark
			node = long.Value
		}
		key := y.value(node)
		if name, ok := key.(string); ok {
			if y.places == nil {
				y.places = map[string]Position{}
			}
			at := v.Key.GetToken().Position
			// A variable's name may also be a key inside another's arguments:
			// the outermost one is its place.
			if old, seen := y.places[name]; !seen || at.Column < old.Column {
				y.places[name] = Position{File: y.file, Line: at.Line, Column: at.Column}
			}
		}
		out[i] = entry{key, y.value(v.Value)}
	}
	return out
}

func (y *yamlReader) codelist(n *ast.TagNode) any {
	inner, _ := y.value(n.Value).(dict)
	listed, _ := inner.get("listitems")
	items, _ := listed.([]any)
	stateValue, _ := inner.get("state")
	state, _ := stateValue.(dict)
	system, _ := state.get("system")
	list := &Codelist{}
	list.System, _ = system.(string)
	for _, item := range items {
		if both, ok := item.([]any); ok && len(both) == 2 {
			list.Categories = append(list.Categories, fmt.Sprint(both[1]))
			item = both[0]
		}
		list.Codes = append(list.Codes, fmt.Sprint(item))
	}
	if list.Categories != nil && len(list.Categories) != len(list.Codes) {
		y.fault(n, "is a codelist of which some codes have no category")
		list.Categories = nil
	}
	return list
}

func (y *yamlReader) fault(node ast.Node, what string) {
	at := node.GetToken().Position
	y.problems.Add(problem.Problem{File: y.file, Line: at.Line, Column: at.Column, What: what})
}

// yamlFile is the file of a study that is given as YAML; empty when it is
// Python, or is not there.
func yamlFile(root, name string) string {
	if _, err := os.Stat(filepath.Join(root, "analysis", name+".py")); err == nil {
		return ""
	}
	path := filepath.Join(root, "analysis", name+".yaml")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
