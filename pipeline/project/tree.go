package project

import (
	"fmt"
	"regexp"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"cohortcounts/internal/problem"
)

// maxDepth is how deep lists and mappings may lie in each other. The reference
// fails from about 247 on, where Python's stack ends.
const maxDepth = 240

// readTree is the one document of a YAML text, with the meaning of each node.
// Faults of the form (not YAML at all) are returned; faults of the content
// (a key given twice, a number that is none) are added to problems, and the
// node becomes null.
func readTree(name, text string, problems *problem.List) (*value, error) {
	node, err := parseDocument(name, text)
	if err != nil {
		return nil, err
	}
	if node == nil { // nothing but comments
		return &value{kind: kindNull, line: 1, column: 1}, nil
	}
	b := builder{root: node, name: name, problems: problems, dialect: dialectOf(text), built: map[*yaml.Node]*value{}}
	return b.build(node), nil
}

// yamlDirective is a %YAML line; the library has checked its form.
var yamlDirective = regexp.MustCompile(`^%YAML[ \t]+1\.(\d+)`)

// dialectOf looks at the lines before the document for its version.
func dialectOf(text string) dialect {
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		switch {
		case strings.HasPrefix(line, "%"):
			if found := yamlDirective.FindStringSubmatch(line); found != nil && found[1] == "1" {
				return yaml11
			}
		case strings.TrimSpace(line) != "" && !strings.HasPrefix(strings.TrimSpace(line), "#"):
			return yaml12
		}
	}
	return yaml12
}

// builder turns nodes into values. An anchored node is built once: aliases
// share its value, so a small file cannot grow without bound.
type builder struct {
	root     *yaml.Node
	name     string
	problems *problem.List
	dialect  dialect
	built    map[*yaml.Node]*value // nil while a node is being built
	depth    int
	tooDeep  bool
}

// fault records what is wrong at a node.
func (b *builder) fault(n *yaml.Node, remedy, format string, args ...any) {
	b.problems.Add(problem.Problem{
		File: b.name, Line: n.Line, Column: n.Column, What: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

// build is the value of a node. A node that is part of itself is null there,
// as for the reference.
func (b *builder) build(n *yaml.Node) *value {
	if n.Kind == yaml.AliasNode {
		v := b.build(n.Alias)
		at := *v
		at.line, at.column = n.Line, n.Column
		return &at
	}
	if v, found := b.built[n]; found {
		if v == nil {
			return &value{kind: kindNull, line: n.Line, column: n.Column}
		}
		return v
	}
	b.built[n] = nil
	b.depth++
	v := b.construct(n)
	b.depth--
	v.line, v.column = n.Line, n.Column
	b.built[n] = v
	return v
}

func (b *builder) construct(n *yaml.Node) *value {
	if b.depth > maxDepth {
		if !b.tooDeep {
			b.fault(n, "flatten it", "more than %d lists and mappings within each other", maxDepth)
		}
		b.tooDeep = true
		return &value{kind: kindNull}
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return b.sequence(n)
	case yaml.MappingNode:
		return b.mapping(n)
	}
	v, err := b.dialect.scalar(b.tag(n), n.Value)
	if err != nil {
		b.fault(n, "correct it, or put it in quotes to make it text", "%q %v", n.Value, err)
		return &value{kind: kindNull}
	}
	return v
}

// tag is the tag of a node: its own, else by the rules of the dialect.
func (b *builder) tag(n *yaml.Node) string {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		return n.ShortTag()
	case n.Kind == yaml.SequenceNode:
		return "!!seq"
	case n.Kind == yaml.MappingNode:
		return "!!map"
	case n.Style&quoted != 0:
		return "!!str"
	}
	return b.dialect.resolve(n.Value)
}

// scalarTags are tags that a list or mapping cannot have.
var scalarTags = map[string]bool{
	"!!str": true, "!!null": true, "!!bool": true, "!!int": true, "!!float": true, "!!binary": true, "!!timestamp": true,
}

func (b *builder) sequence(n *yaml.Node) *value {
	list := &value{kind: kindList}
	switch tag := b.tag(n); {
	case tag == "!!omap":
		return b.orderedMap(n)
	case tag == "!!map", tag == "!!set", scalarTags[tag]:
		b.fault(n, "remove the tag", "a list cannot be tagged %s", tag)
	case tag == "!!pairs":
		for _, item := range n.Content {
			b.pair(item)
		}
		return list
	}
	for _, item := range n.Content {
		list.items = append(list.items, b.build(item))
	}
	return list
}

// pair is the single key and value of an item of !!omap or !!pairs.
func (b *builder) pair(item *yaml.Node) (e entry, ok bool) {
	for item.Kind == yaml.AliasNode {
		item = item.Alias
	}
	if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
		b.fault(item, "write '- key: value'", "an item of an ordered mapping must be one key with its value")
		return entry{}, false
	}
	return entry{b.build(item.Content[0]), b.build(item.Content[1])}, true
}

func (b *builder) orderedMap(n *yaml.Node) *value {
	m := newMap()
	for _, item := range n.Content {
		if e, ok := b.pair(item); ok {
			if e.key.isCollection() {
				b.fault(item, "use text", "%s cannot be a key here", e.key.kind.noun())
			} else if !m.add(e) {
				b.fault(item, "remove one of them", "key %q is given twice", e.key.print())
			}
		}
	}
	return m.value
}

func (b *builder) mapping(n *yaml.Node) *value {
	m := newMap()
	set := false
	switch tag := b.tag(n); {
	case tag == "!!set":
		set = true
	case tag == "!!seq", tag == "!!omap", tag == "!!pairs", scalarTags[tag]:
		b.fault(n, "remove the tag", "a mapping cannot be tagged %s", tag)
	}
	var merged []*value
	for i := 0; i < len(n.Content); i += 2 {
		keyNode, valueNode := n.Content[i], n.Content[i+1]
		if !set && keyNode.Kind == yaml.ScalarNode && b.tag(keyNode) == "!!merge" {
			if len(merged) > 0 {
				b.fault(keyNode, "write '<<: [*one, *two]'", "key \"<<\" is given twice")
			}
			merged = append(merged, b.merged(valueNode)...)
			continue
		}
		key := b.key(keyNode)
		e := entry{key, b.build(valueNode)}
		if _, ok := key.identity(); !ok || set && key.kind == kindMap {
			b.fault(keyNode, "use text", "%s like this cannot be a key", key.kind.noun())
		} else if !m.add(e) {
			b.fault(keyNode, "remove one of them", "key %q is given twice", key.print())
		}
	}
	if n == b.root {
		merged = nil // the reference merges into it before what is merged is read
	}
	for _, source := range merged {
		for _, e := range source.entries {
			m.add(e) // a key that is there already wins
		}
	}
	if set {
		items := &value{kind: kindSet}
		for _, e := range m.value.entries {
			items.items = append(items.items, e.key)
		}
		return items
	}
	return m.value
}

// key is the value of a key. A plain '=' is text as a key.
func (b *builder) key(n *yaml.Node) *value {
	if n.Kind == yaml.ScalarNode && b.tag(n) == "!!value" {
		return &value{kind: kindText, text: n.Value, line: n.Line, column: n.Column}
	}
	return b.build(n)
}

// merged are the mappings that '<<: value' brings in.
func (b *builder) merged(n *yaml.Node) []*value {
	at := n
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var sources []*value
	for _, node := range nodes {
		for node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		if node.Kind != yaml.MappingNode {
			b.fault(at, "write '<<: *anchor' of a mapping", "only mappings can be merged")
			continue
		}
		source := b.build(node)
		if source.kind != kindMap {
			b.fault(at, "write '<<: *anchor' of a mapping", "%s cannot be merged", source.kind.noun())
			continue
		}
		sources = append(sources, source)
	}
	return sources
}

// mapBuilder is a map that knows its keys.
type mapBuilder struct {
	value *value
	seen  map[string]bool
}

func newMap() *mapBuilder {
	return &mapBuilder{value: &value{kind: kindMap}, seen: map[string]bool{}}
}

// add appends an entry, unless its key is there already or cannot be one.
func (m *mapBuilder) add(e entry) bool {
	id, ok := e.key.identity()
	if !ok || m.seen[id] {
		return false
	}
	m.seen[id] = true
	m.value.entries = append(m.value.entries, e)
	return true
}
