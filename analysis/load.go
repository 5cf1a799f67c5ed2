package analysis

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
)

//go:embed original.yaml
var originalText []byte

// OriginalText is the built-in spec as its author wrote it, with comments.
func OriginalText() string { return string(originalText) }

// Original is the built-in spec: the study that the product grew from. Each
// call returns a value of its own.
func Original() *Spec {
	spec, err := parse("original.yaml", originalText)
	if err != nil {
		panic("analysis: the built-in spec is broken: " + err.Error()) // a test parses it
	}
	return spec
}

// maxSpecSize is far above any spec (the built-in one has 3 kB) and far below
// what would hurt: a file that is not a spec is not read into memory.
const maxSpecSize = 1 << 20

// Load reads the spec at path. Its error is a [problem.List] when the file can
// be read but is wrong.
func Load(path string) (*Spec, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close() //nolint:errcheck // a file that is only read
	data, err := io.ReadAll(io.LimitReader(f, maxSpecSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > maxSpecSize {
		return nil, fmt.Errorf("%s: is larger than 1 MiB; name an analysis spec (YAML)", path)
	}
	return parse(path, data)
}

func unreadable(path string, err error) error {
	return fmt.Errorf("%s: cannot read the analysis spec: %w", path, atomicfile.Cause(err))
}

// parse reads a spec from memory; name stands for the file in problems.
func parse(name string, data []byte) (*Spec, error) {
	d := &decoder{file: name}
	root, err := d.parse(data)
	if err != nil {
		return nil, err
	}
	spec := d.spec(root)
	if err := d.problems.Err(); err != nil {
		return nil, err
	}
	return spec, nil
}

// parse is the one document of a YAML text as a tree.
func (d *decoder) parse(data []byte) (node ast.Node, err error) {
	defer func() {
		// The parser is not ours: what it cannot bear is a fault of the text.
		if recover() != nil {
			err = problem.List{{File: d.file, What: "is not readable as YAML"}}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		p := problem.Problem{File: d.file, What: syntax.GetMessage()}
		if token := syntax.GetToken(); token != nil && token.Position != nil {
			p.Line, p.Column = token.Position.Line, token.Position.Column
		}
		return nil, problem.List{p}
	case err != nil:
		return nil, problem.List{{File: d.file, What: err.Error()}}
	}
	var bodies []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil {
			bodies = append(bodies, document.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, problem.List{{File: d.file, What: "is empty", Remedy: "see 'cohortcounts spec' for an example"}}
	case 1:
		return bodies[0], nil
	}
	p := d.at(bodies[1], "a second document begins", "keep one analysis in a file")
	return nil, problem.List{p}
}
