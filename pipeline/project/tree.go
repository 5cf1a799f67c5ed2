package project

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
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
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document yaml.Node
	err := decode(decoder, &document)
	if err != nil && strings.Contains(err.Error(), "invalid Unicode character escape") {
		decoder = yaml.NewDecoder(strings.NewReader(withoutHalfPairs(text)))
		err = decode(decoder, &document)
	}
	switch {
	case errors.Is(err, io.EOF): // nothing but comments
		return &value{kind: kindNull, line: 1, column: 1}, nil
	case err != nil:
		return nil, syntaxProblem(name, text, err)
	}
	var second yaml.Node
	switch err := decode(decoder, &second); {
	case err == nil:
		return nil, problem.Problem{
			File: name, Line: second.Line, Column: second.Column,
			What: "a second document starts here", Remedy: "keep one, without '---' lines between",
		}
	case !errors.Is(err, io.EOF):
		return nil, syntaxProblem(name, text, err)
	}
	b := builder{name: name, problems: problems, dialect: dialectOf(text), built: map[*yaml.Node]*value{}}
	return b.build(document.Content[0]), nil
}

// decode reads the next document. The library panics on some broken files.
func decode(decoder *yaml.Decoder, document *yaml.Node) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	return decoder.Decode(document)
}

// halfPair is an escape, in a double-quoted scalar, of half a UTF-16 pair.
// Python has such characters, Go and the YAML library do not.
var halfPair = regexp.MustCompile(`(^|[^\\])((?:\\\\)*)\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}`)

// withoutHalfPairs writes the replacement character for them, as every other
// decoder of broken UTF-16 does.
func withoutHalfPairs(text string) string {
	for {
		replaced := halfPair.ReplaceAllString(text, "$1$2\uFFFD")
		if replaced == text {
			return text
		}
		text = replaced
	}
}

// syntaxLine is how the library says where a fault is.
var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntaxProblem is a fault of the form. The library names the line only: the
// column is that of the line's first character.
func syntaxProblem(name, text string, err error) error {
	found := syntaxLine.FindStringSubmatch(err.Error())
	if found == nil {
		return problem.Problem{File: name, What: err.Error(), Remedy: "correct the YAML"}
	}
	line, _ := strconv.Atoi(found[1]) // digits, or empty
	line = max(line, 1)
	column := 1
	if lines := strings.Split(text, "\n"); line <= len(lines) {
		column += len(lines[line-1]) - len(strings.TrimLeft(lines[line-1], " "))
	}
	return problem.Problem{File: name, Line: line, Column: column, What: found[2], Remedy: syntaxRemedy(found[2])}
}

// syntaxRemedy is a way out of the faults that people make.
func syntaxRemedy(what string) string {
	switch {
	case strings.Contains(what, "mapping values are not allowed"):
		return "check the indentation of this line and of the one before, and quote values that hold ': '"
	case strings.Contains(what, "could not find expected ':'"):
		return "write 'key: value' on one line"
	case strings.Contains(what, "cannot start any token"):
		return "indent with spaces instead of tabs, and quote values that start with a special character"
	case strings.Contains(what, "anchor"):
		return "define the anchor with &name before it is used"
	}
	return "correct the YAML; a value with special characters can be put in quotes"
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
