package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
	"cohortcounts/internal/suggest"
)

// FileName is how a project's file is called.
const FileName = "project.yaml"

// maxSize keeps a wrong file from filling the memory; the largest known
// project.yaml has 300 kB.
const maxSize = 16 << 20

// Load reads the project.yaml of a folder. Its errors are those of [Parse].
func Load(dir string) (*Project, error) {
	name := filepath.Join(dir, FileName)
	data, err := Read(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, problem.Problem{
			File: name, What: "there is no such file",
			Remedy: "name the project's folder with --project, or make a project with 'cohortcounts init'",
		}
	case err != nil:
		return nil, err
	}
	return Parse(name, data)
}

// Read reads a file that a person wrote for a project. What is not there is
// [os.ErrNotExist]; any other error is a [problem.Problem].
func Read(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, err
	case err == nil && info.IsDir():
		return nil, problem.Problem{File: name, What: "is a folder", Remedy: "it must be a file"}
	case err == nil && !info.Mode().IsRegular():
		return nil, problem.Problem{File: name, What: "is a pipe or a device", Remedy: "it must be a file"}
	case err == nil && info.Size() > maxSize:
		return nil, problem.Problem{File: name, What: fmt.Sprintf("is larger than %d MiB", maxSize>>20), Remedy: "is it a " + filepath.Base(name) + "?"}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, problem.Problem{File: name, What: "cannot be read: " + atomicfile.Cause(err).Error()}
	}
	return data, nil
}

// Parse reads the bytes of a project.yaml; name is used in messages. The error
// is a [problem.Problem] or a [problem.List] with all that is wrong.
func Parse(name string, data []byte) (*Project, error) {
	text, err := decodeText(name, data)
	if err != nil {
		return nil, err
	}
	c := checker{name: name, names: map[string]bool{}}
	root, err := readTree(name, text, &c.problems)
	if err != nil {
		return nil, err
	}
	project := c.project(root)
	if project != nil {
		project.Source = text
	}
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	return project, nil
}

// checker collects problems while values become a Project.
type checker struct {
	name     string
	version  float64
	names    map[string]bool // of actions, as needs can say them: those that are text
	problems problem.List
}

// fault records what is wrong at a value, and the way out.
func (c *checker) fault(at *value, remedy, format string, args ...any) {
	c.problems.Add(problem.Problem{
		File: c.name, Line: at.line, Column: at.column, What: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

// unknown records the keys of a map that are not among the known ones.
func (c *checker) unknown(v *value, where string, known ...string) {
	for _, e := range v.entries {
		name := e.key.print()
		if e.key.kind == kindText && slices.Contains(known, name) {
			continue
		}
		c.fault(e.key, "known here: "+strings.Join(known, ", ")+suggest.DidYouMean(name, known), "%s: unknown key %q", where, name)
	}
}
