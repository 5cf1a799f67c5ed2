package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cohortcounts/internal/problem"
	"cohortcounts/pipeline/project"
)

// FuzzParseProject: any bytes give a project or problems with places, within a
// second, and never a panic. What is accepted can be run: every action has a
// command, outputs within the project, and needs that exist.
func FuzzParseProject(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.yaml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 4000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		p, err := project.Parse("project.yaml", data)
		if took := time.Since(start); len(data) < 10_000 && took > 5*time.Second {
			t.Fatalf("took %v for %d bytes", took, len(data))
		}
		if err != nil {
			var one problem.Problem
			var all problem.List
			if !errors.As(err, &one) && !errors.As(err, &all) {
				t.Fatalf("an error that is no problem: %v", err)
			}
			for _, fault := range append(all, one) {
				if fault.What != "" && (fault.Line < 1 || fault.Column < 1) {
					t.Fatalf("a problem without a place: %v", fault)
				}
			}
			return
		}
		for _, action := range p.Actions {
			if len(action.Words) == 0 || action.Image() == "" && !strings.HasPrefix(action.Words[0], ":") {
				t.Fatalf("action %q has no command", action.Name)
			}
			for _, output := range action.Outputs {
				if !filepath.IsLocal(output.Pattern) {
					t.Fatalf("output %q leaves the project", output.Pattern)
				}
			}
			for _, need := range action.Needs {
				if _, found := p.Action(need); !found {
					t.Fatalf("action %q needs %q, which is none", action.Name, need)
				}
			}
		}
	})
}
