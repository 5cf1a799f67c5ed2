package checkcmd

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/cmd/internal/generatecohortcmd"
	"cohortcounts/internal/problem"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

// checker looks at what actions use, each thing once.
type checker struct {
	options options
	report  *report
	setup   *pipeline.Setup
	seen    map[string]bool
}

// action checks the spec or the study definition of an action that is run
// natively with these arguments.
func (c *checker) action(ctx context.Context, action project.Action, stage string, args []string) {
	if stage == "generate_cohort" {
		if c.options.wants("studies") {
			c.studies(ctx, action, args)
		}
		return
	}
	for _, spec := range flagValues(args)["spec"] {
		if !c.options.wants("specs") || c.seen["spec "+spec] {
			continue
		}
		c.seen["spec "+spec] = true
		if _, err := analysis.Load(filepath.Join(c.options.project, filepath.FromSlash(spec))); err != nil {
			c.report.add(err)
		}
	}
}

// studies evaluates the study definitions of an action.
func (c *checker) studies(ctx context.Context, action project.Action, args []string) {
	check, err := generatecohortcmd.NewCheck(args, os.Getenv)
	if err != nil {
		c.report.faults.Add(problem.Problem{
			File: filepath.Join(c.options.project, project.FileName), Line: action.Line, Column: action.Column,
			What: fmt.Sprintf("action %s: %v", action.Name, err),
		})
		return
	}
	if check == nil {
		return // it only asks for help
	}
	key := "study " + check.Key()
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.faults(check.Evaluate(ctx, c.options.project, c.setup.IsOutput))
}

// faults adds those of studies, whose places are relative to the project.
func (c *checker) faults(err error) {
	switch err := err.(type) { //nolint:errorlint // an error of several is taken apart
	case nil:
	case problem.Problem:
		err.File = filepath.Join(c.options.project, err.File)
		c.report.faults.Add(err)
	case problem.List:
		for _, fault := range err {
			c.faults(fault)
		}
	case interface{ Unwrap() []error }:
		for _, one := range err.Unwrap() {
			c.faults(one)
		}
	default:
		c.report.add(err)
	}
}

// flagValues are the values of flags by name.
func flagValues(args []string) map[string][]string {
	values := map[string][]string{}
	for i, arg := range args {
		name, found := strings.CutPrefix(arg, "--")
		if !found {
			continue
		}
		name, value, joined := strings.Cut(name, "=")
		if !joined && i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
			value = args[i+1]
		}
		values[name] = append(values[name], value)
	}
	return values
}

// codelists checks that each codelist that codelists/codelists.txt lists lies
// beside it and is a table.
func (c *checker) codelists() {
	name := filepath.Join(c.options.project, "codelists", "codelists.txt")
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return // a project without codelists of OpenCodelists
	}
	if err != nil {
		c.report.add(problem.Problem{File: name, What: "cannot be read"})
		return
	}
	defer f.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(f)
	for number := 1; lines.Scan(); number++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		line = strings.Trim(strings.TrimSpace(line), "/")
		if line == "" {
			continue
		}
		fault := func(what, remedy string) {
			c.report.faults.Add(problem.Problem{File: name, Line: number, Column: 1, What: what, Remedy: remedy})
		}
		// organisation/name/version, or user/person/name/version
		words := strings.Split(line, "/")
		if len(words) < 3 || len(words) > 4 || len(words) == 4 && words[0] != "user" {
			fault(fmt.Sprintf("%q is no codelist", line), "write organisation/name/version, or user/person/name/version")
			continue
		}
		file := filepath.Join(c.options.project, "codelists", strings.Join(words[:len(words)-1], "-")+".csv")
		if what := tableFault(file); what != "" {
			fault(file+" "+what, "get it again from OpenCodelists")
		}
	}
	if err := lines.Err(); err != nil {
		c.report.add(problem.Problem{File: name, What: "cannot be read: " + err.Error()})
	}
}

// tableFault is what is wrong with a codelist's file, or nothing.
func tableFault(name string) string {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return "is missing"
	}
	if err != nil {
		return "cannot be read"
	}
	defer f.Close() //nolint:errcheck // it was only read
	r := csv.NewReader(f)
	r.ReuseRecord = true
	_, err = r.Read()
	if errors.Is(err, io.EOF) {
		return "is empty"
	}
	for err == nil {
		_, err = r.Read()
	}
	var fault *csv.ParseError
	if errors.As(err, &fault) {
		return fmt.Sprintf("is no proper CSV at line %d", fault.Line)
	}
	return ""
}
