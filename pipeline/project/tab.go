package project

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"cohortcounts/internal/problem"
)

// findTab finds a tab that separates words: the reference takes only blanks.
// Tabs are fine in quotes, block scalars and comments.
func findTab(text string, root *yaml.Node) error {
	if !strings.Contains(text, "\t") {
		return nil
	}
	t := tabFinder{starts: map[position]bool{}, block: noBlock}
	t.collect(root, map[*yaml.Node]bool{})
	for i, line := range strings.Split(text, "\n") {
		if column := t.line(i+1, []rune(line)); column > 0 {
			return problem.Problem{Line: i + 1, Column: column, What: "a tab between words", Remedy: "use blanks instead"}
		}
	}
	return nil
}

// position is a place in a text, both from 1, the column in characters.
type position struct{ line, column int }

// noBlock is the state outside of block scalars.
const noBlock = -1

// tabFinder goes through a text line by line and knows in which kind of scalar
// it is.
type tabFinder struct {
	starts map[position]bool // of the scalars in which tabs are fine, or of their tags
	opens  bool              // a scalar started whose quote or indicator is still to come
	quote  rune              // that ends the quoted scalar, or 0
	block  int               // indentation of the line that the block scalar started on, or noBlock
}

func (t *tabFinder) collect(n *yaml.Node, seen map[*yaml.Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	const marked = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Kind == yaml.ScalarNode && n.Style&marked != 0 {
		t.starts[position{n.Line, n.Column}] = true
	}
	for _, child := range n.Content {
		t.collect(child, seen)
	}
}

// line is the column of a tab in a line, or 0.
func (t *tabFinder) line(number int, line []rune) int {
	indent := 0
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	if t.block != noBlock {
		if indent > t.block || strings.TrimSpace(string(line)) == "" {
			return 0
		}
		t.block = noBlock
	}
	for i := 0; i < len(line); i++ {
		r := line[i]
		if t.quote != 0 {
			switch {
			case r == '\\' && t.quote == '"':
				i++
			case r == '\'' && t.quote == '\'' && i+1 < len(line) && line[i+1] == '\'':
				i++
			case r == t.quote:
				t.quote = 0
			}
			continue
		}
		t.opens = t.opens || t.starts[position{number, i + 1}]
		switch {
		case t.opens && (r == '"' || r == '\''):
			t.quote, t.opens = r, false
		case t.opens && (r == '|' || r == '>'):
			t.block, t.opens = indent, false
		case r == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'), r == '%' && i == 0:
			return 0 // a comment, or a directive
		case r == '\t':
			return i + 1
		}
	}
	return 0
}
