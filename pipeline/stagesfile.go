package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"cohortcounts/internal/problem"
	"cohortcounts/pipeline/project"
)

// stagesFile lies beside project.yaml and maps more run lines to stages:
//
//	stages:
//	  - run: python:* python analysis/weekly.py    # an image of any version, its words
//	    stage: counts
//	    options: {spec: analysis/weekly.yaml}      # flags of the stage
//
// A last word `...` lets more words follow, which the stage gets.
const stagesFile = "stages.yaml"

// loadStages reads stages.yaml; where there is none it gives no mappings.
func loadStages(name string) ([]mapping, error) {
	data, err := project.Read(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseStages(name, data)
}

// CheckStages tells what is wrong with the stages.yaml of a project.
func CheckStages(projectDir string) error {
	_, err := loadStages(filepath.Join(projectDir, stagesFile))
	return err
}

// parseStages reads the bytes of a stages.yaml. The error lists every problem.
func parseStages(name string, data []byte) ([]mapping, error) {
	r := stagesReader{name: name}
	var document yaml.Node
	err := yaml.Unmarshal(data, &document)
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0:
		return nil, nil
	case err != nil:
		return nil, problem.Problem{File: name, What: strings.TrimPrefix(err.Error(), "yaml: "), Remedy: "correct the YAML"}
	}
	var mappings []mapping
	for key, v := range r.entries(document.Content[0], "the file") {
		if key.Value != "stages" {
			r.fault(key, "only 'stages:' is known here", "unknown key %q", key.Value)
			continue
		}
		if v.Kind != yaml.SequenceNode {
			r.fault(v, "write '- run: …' for each", "stages must be a list")
			continue
		}
		for _, item := range v.Content {
			mappings = append(mappings, r.mapping(item))
		}
	}
	return mappings, r.problems.Err()
}

type stagesReader struct {
	name     string
	problems problem.List
}

func (r *stagesReader) fault(n *yaml.Node, remedy, format string, args ...any) {
	r.problems.Add(problem.Problem{File: r.name, Line: n.Line, Column: n.Column, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// entries are the keys and values of a mapping.
func (r *stagesReader) entries(n *yaml.Node, what string) func(yield func(key, value *yaml.Node) bool) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "write 'key: value' lines", "%s must be a mapping", what)
		return func(func(key, value *yaml.Node) bool) {}
	}
	return func(yield func(key, value *yaml.Node) bool) {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if seen[key.Value] {
				r.fault(key, "remove one of them", "key %q is given twice", key.Value)
			}
			seen[key.Value] = true
			if !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

// mapping is one item of the list.
func (r *stagesReader) mapping(n *yaml.Node) mapping {
	m := mapping{options: map[string]string{}}
	found := map[string]bool{}
	for key, v := range r.entries(n, "a stage") {
		found[key.Value] = true
		switch key.Value {
		case "run":
			r.run(v, &m)
		case "stage":
			m.stage = r.text(v, "stage")
			if _, known := stagePorts[m.stage]; !known && !evaluatesStudy(m.stage) {
				r.fault(v, "there are: "+strings.Join(nativeStages(), ", "), "there is no native stage %q", m.stage)
			}
		case "options":
			for name, value := range r.entries(v, "options") {
				if strings.HasPrefix(name.Value, "-") || strings.ContainsAny(name.Value, "= ") {
					r.fault(name, "write it without dashes", "%q is no name of an option", name.Value)
				}
				m.options[name.Value] = r.text(value, "option "+name.Value)
			}
		default:
			r.fault(key, "known here: run, stage, options", "unknown key %q", key.Value)
		}
	}
	for _, key := range []string{"run", "stage"} {
		if n.Kind == yaml.MappingNode && !found[key] {
			r.fault(n, "add it", "a stage without '%s'", key)
		}
	}
	return m
}

func (r *stagesReader) text(n *yaml.Node, what string) string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		r.fault(n, "write one value", "%s must be text", what)
		return ""
	}
	return n.Value
}

// run takes the run line of a mapping apart.
func (r *stagesReader) run(n *yaml.Node, m *mapping) {
	words, err := project.SplitWords(r.text(n, "run"))
	if err != nil || len(words) == 0 {
		r.fault(n, "write it as in project.yaml", "run is no command")
		return
	}
	image, tag, found := strings.Cut(words[0], ":")
	if !found || image == "" || tag == "" {
		r.fault(n, "write it as in project.yaml, such as python:v2, or python:* for any version", "run starts with %q, which is no image with its version", words[0])
		return
	}
	m.image, m.words = image, words[1:]
	if tag != "*" {
		m.tag = tag
	}
	if last := len(m.words) - 1; last >= 0 && m.words[last] == "..." {
		m.words, m.more = slices.Clone(m.words[:last]), true
	}
}
