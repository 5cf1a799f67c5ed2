// Package checkcmd is the command cohortcounts check: everything about a
// project that can be known to be wrong before anything runs.
package checkcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/problem"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

// parts are what can be checked by itself, in the order of checking.
var parts = []string{"project.yaml", "stages", "specs", "studies", "codelists"}

// options is what the flags say.
type options struct {
	project string
	only    []string
	json    bool
	quiet   bool
}

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "check",
		Short: "find what is wrong with a project, without running it",
		Long: `check looks at project.yaml, at stages.yaml, at the analysis specs and study
definitions that the actions name, and at the codelists, and lists every problem
with its place and a way out. Study definitions are evaluated, in a sandbox.`,
		Example: `  cohortcounts check
  cohortcounts check --only project.yaml --json`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.project, "project", ".", "the folder that holds project.yaml")
	flags.StringSliceVar(&o.only, "only", nil, "check only these parts: "+strings.Join(parts, ", "))
	flags.BoolVar(&o.json, "json", false, "print what was found as JSON")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print problems only")
	return cmd
}

// report is what was found, as --json prints it.
type report struct {
	Version        *float64         `json:"version"`
	Actions        []any            `json:"actions"`
	PopulationSize *json.Number     `json:"population_size"`
	Problems       []reportedFault  `json:"problems"`
	Notes          []string         `json:"notes"`
	definition     *project.Project // nil when it is refused
	faults         problem.List
}

type reportedFault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
}

func (o options) run(ctx context.Context, stdout, stderr io.Writer) error {
	for _, part := range o.only {
		if !slices.Contains(parts, part) {
			return exit.Usagef("--only %s: the parts are %s", part, strings.Join(parts, ", "))
		}
	}
	r := &report{Problems: []reportedFault{}, Notes: []string{}}
	o.checkProject(r)
	o.checkRest(ctx, r)
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.json {
		return r.print(stdout)
	}
	if !o.quiet {
		for _, note := range r.Notes {
			fmt.Fprintln(stderr, "note: "+note)
		}
	}
	if err := r.faults.Err(); err != nil {
		return err
	}
	if !o.quiet {
		fmt.Fprintf(stdout, "no problems: version %v, %d actions\n", r.definition.Version, len(r.definition.Runnable()))
	}
	return nil
}

// wants tells whether a part is to be checked.
func (o options) wants(part string) bool { return len(o.only) == 0 || slices.Contains(o.only, part) }

// checkProject reads project.yaml, which all else depends on: its problems are
// told even when another part is asked for.
func (o options) checkProject(r *report) {
	definition, err := project.Load(o.project)
	if err != nil {
		r.add(err)
		return
	}
	r.definition = definition
	r.Version = &definition.Version
	r.Actions = []any{}
	for _, action := range definition.Actions {
		r.Actions = append(r.Actions, action.Key)
	}
	if definition.PopulationSize != nil {
		number := json.Number(definition.PopulationSize.String())
		r.PopulationSize = &number
	}
	if o.wants("project.yaml") {
		r.Notes = append(r.Notes, definition.Warnings...)
	}
}

// checkRest looks at what the actions use, and at what can be looked at when
// project.yaml is refused.
func (o options) checkRest(ctx context.Context, r *report) {
	c := checker{options: o, report: r, seen: map[string]bool{}}
	if o.wants("codelists") {
		defer c.codelists()
	}
	if !slices.ContainsFunc(parts[1:4], o.wants) {
		return
	}
	if r.definition == nil {
		if err := pipeline.CheckStages(o.project); err != nil && o.wants("stages") {
			r.add(err)
		}
		return
	}
	setup, err := pipeline.Prepare(pipeline.Options{Project: o.project})
	if err != nil {
		r.add(err)
		return
	}
	c.setup = setup
	var foreign []error
	defer func() { r.noteForeign(foreign) }()
	for _, action := range r.definition.Runnable() {
		stage, args, err := setup.Native(action)
		if err != nil {
			if o.wants("stages") {
				foreign = append(foreign, err)
			}
			continue
		}
		c.action(ctx, action, stage, args)
	}
}

// noteForeign notes the actions that no native stage is known for. A study may
// have hundreds: the first show how to go on.
func (r *report) noteForeign(errs []error) {
	const most = 3
	for i, err := range errs {
		if i == most && len(errs) > most+1 {
			r.Notes = append(r.Notes, fmt.Sprintf("no native stage is known for %d more actions", len(errs)-most))
			return
		}
		r.Notes = append(r.Notes, err.Error())
	}
}

// add takes the problems of an error apart.
func (r *report) add(err error) {
	var list problem.List
	var one problem.Problem
	switch {
	case errors.As(err, &list):
		r.faults = append(r.faults, list...)
	case errors.As(err, &one):
		r.faults = append(r.faults, one)
	default:
		for line := range strings.Lines(err.Error()) {
			r.faults.Add(problem.Problem{What: strings.TrimSpace(line)})
		}
	}
}

// print prints the report as JSON. Problems end the program with status 1.
func (r *report) print(stdout io.Writer) error {
	for _, fault := range r.faults {
		r.Problems = append(r.Problems, reportedFault(fault))
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return err
	}
	if len(r.faults) > 0 {
		return errors.New("") // they have been printed
	}
	return nil
}
