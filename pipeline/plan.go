package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cohortcounts/pipeline/project"
)

// Plan is what a run will do.
type Plan struct {
	Setup *Setup
	Steps []*Step // every needed action, each after those that it needs
}

// Step is one action of a plan.
type Step struct {
	Action  project.Action
	Asked   bool     // for by name
	Reasons []string // why it will run; empty when it is up to date
	Waits   []string // needs that will run: whether it must run is known then
	Notes   []string // what is used although it is not known how it was made
	Command []string // of the process, without the program; as far as it is known
	Stage   string   // the native stage; empty for a local command
	Outputs []string // as they lie, of an action that is up to date
	made    *made
}

// WillRun tells whether the action runs as far as is known.
func (s *Step) WillRun() bool { return len(s.Reasons) > 0 }

// Idle tells whether the plan holds nothing to do.
func (p *Plan) Idle() bool {
	return !slices.ContainsFunc(p.Steps, func(s *Step) bool { return s.WillRun() || len(s.Waits) > 0 })
}

// plan works out what must run. madeBy is what the record knows.
func (s *Setup) plan(o Options, madeBy map[string]made) (*Plan, error) {
	wanted, err := s.wanted(o.Actions)
	if err != nil {
		return nil, err
	}
	s.leaveOut(madeBy)
	p := &Plan{Setup: s}
	steps := map[string]*Step{}
	var problems []string
	for _, action := range s.ordered(wanted) {
		step := &Step{Action: action, Asked: wanted[action.Name]}
		if err := s.setCommand(step, o); err != nil {
			problems = append(problems, err.Error())
			continue
		}
		if m, found := madeBy[action.Name]; found {
			step.made = &m
		}
		for _, need := range action.Needs {
			if other := steps[need]; other != nil && (other.WillRun() || len(other.Waits) > 0) {
				step.Waits = append(step.Waits, need)
			}
		}
		s.reasons(step, o, steps)
		steps[action.Name] = step
		p.Steps = append(p.Steps, step)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return p, nil
}

// leaveOut drops what actions once wrote from the repository's files: a path
// that is not declared any more does not make it a source.
func (s *Setup) leaveOut(madeBy map[string]made) {
	written := map[string]bool{}
	for _, m := range madeBy {
		for _, f := range m.outputs.Files {
			written[f.Path] = true
			if f.Withheld != "" {
				written[messageName(f.Path)] = true
			}
		}
	}
	s.files = slices.DeleteFunc(s.files, func(name string) bool { return written[name] })
}

// wanted are the named actions.
func (s *Setup) wanted(names []string) (map[string]bool, error) {
	wanted := map[string]bool{}
	runnable := s.Definition.Runnable()
	known := make([]string, len(runnable))
	for i, action := range runnable {
		known[i] = action.Name
	}
	for _, name := range names {
		if name == project.RunAll {
			for _, action := range known {
				wanted[action] = true
			}
			continue
		}
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: there is no action %q; there are: %s", s.file(), name, strings.Join(append(known, project.RunAll), ", "))
		}
		wanted[name] = true
	}
	return wanted, nil
}

// ordered are the wanted actions and all that they need, each after its needs;
// otherwise in the order of the file.
func (s *Setup) ordered(wanted map[string]bool) []project.Action {
	byName := map[string]project.Action{}
	for _, action := range s.Definition.Actions {
		byName[action.Name] = action
	}
	var order []project.Action
	visited := map[string]bool{}
	type visit struct {
		name string
		left bool // its needs are in the order
	}
	// A stack instead of recursion: a chain of needs may be very long.
	var stack []visit
	for _, action := range slices.Backward(s.Definition.Actions) {
		if wanted[action.Name] {
			stack = append(stack, visit{name: action.Name})
		}
	}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v.left {
			order = append(order, byName[v.name])
			continue
		}
		if visited[v.name] {
			continue
		}
		visited[v.name] = true
		stack = append(stack, visit{v.name, true})
		for _, need := range slices.Backward(byName[v.name].Needs) {
			stack = append(stack, visit{name: need})
		}
	}
	return order
}

// setCommand finds what the action runs.
func (s *Setup) setCommand(step *Step, o Options) error {
	a := step.Action
	n, err := s.substitute(a)
	switch {
	case err == nil:
		s.natives[a.Name] = n
		step.Stage = n.stage
		step.Command = slices.Concat([]string{n.stage}, n.args, configFlag(a))
	case o.AllowLocalCommands && len(a.Words) > 1:
		step.Command = slices.Concat(a.Words[1:], configFlag(a))
	default:
		return err
	}
	return nil
}

// reasons fills in why the step must run.
func (s *Setup) reasons(step *Step, o Options, steps map[string]*Step) {
	a := step.Action
	switch {
	case o.Force && step.Asked:
		step.Reasons = []string{"forced"}
		return
	case o.Force:
		step.Reasons = []string{"forced as a dependency"}
		return
	}
	if step.made == nil {
		missing := s.missingOutput(a)
		switch {
		case missing != "":
			step.Reasons = []string{"output missing: " + missing}
		case step.Asked:
			step.Reasons = []string{"named; it is not recorded how its outputs were made"}
		default:
			step.Notes = []string{"its outputs are used as they lie: it is not recorded how they were made"}
			step.Outputs = s.lying(a)
		}
		return
	}
	for _, f := range step.made.outputs.Files {
		if _, err := os.Lstat(s.Workspace.place(f)); err != nil {
			step.Reasons = append(step.Reasons, "output missing: "+f.Path)
		} else if !s.Workspace.unchanged(f) {
			step.Reasons = append(step.Reasons, "output changed: "+f.Path)
		}
		step.Outputs = append(step.Outputs, f.Path)
	}
	if len(step.Waits) > 0 && len(step.Reasons) > 0 {
		return // its inputs are not there yet
	}
	if len(step.Waits) == 0 {
		now, err := s.fingerprint(step, o, func(need string) []file { return s.filesOf(steps[need]) })
		if err != nil {
			step.Reasons = append(step.Reasons, err.Error())
			return
		}
		step.Reasons = append(step.Reasons, step.made.fingerprint.changes(now)...)
	}
}

// fingerprint is what the action would be made from now. filesOf gives the
// outputs of a need.
func (s *Setup) fingerprint(step *Step, o Options, filesOf func(need string) []file) (fingerprint, error) {
	print := fingerprint{Files: map[string]string{}, Inputs: map[string]string{}}
	var inputs []string
	for _, need := range step.Action.Needs {
		for _, f := range filesOf(need) {
			print.Inputs[f.Path] = f.Hash
			inputs = append(inputs, f.Path)
		}
	}
	command, err := s.command(step, inputs)
	if err != nil {
		return print, err
	}
	print.Command = command
	files := s.files
	if n := s.natives[step.Action.Name]; n != nil {
		print.Program = o.Version
		if readsDatabase(n.stage, n.args) {
			print.Backend, print.Database = o.Backend.URL, o.Backend.state()
		}
		if !n.sources.all {
			files = n.sources.files
		}
	}
	for _, name := range files {
		if isDocument(name) {
			continue
		}
		hash, _ := s.hashOf(name)
		print.Files[name] = hash
	}
	for _, output := range step.Action.Outputs {
		print.Outputs = append(print.Outputs, output.Level.String()+" "+output.Pattern)
	}
	return print, nil
}

// isDocument tells whether a file of the repository is none that an action
// can depend on: project.yaml and stages.yaml count by what they say, and the
// files about the project, and hidden ones, are for people and other programs.
func isDocument(name string) bool {
	top, _, nested := strings.Cut(name, "/")
	if strings.HasPrefix(top, ".") {
		return true
	}
	if nested {
		return top == "docs"
	}
	return name == project.FileName || name == stagesFile || filepath.Ext(name) == ".md" || name == "LICENSE"
}

// command is the process's command, once its inputs are known.
func (s *Setup) command(step *Step, inputs []string) ([]string, error) {
	n := s.natives[step.Action.Name]
	if n == nil {
		return step.Command, nil
	}
	more, err := n.inputs(step.Action, inputs)
	if err != nil {
		return nil, fmt.Errorf("%s:%d:%d: %w", s.file(), step.Action.Line, step.Action.Column, err)
	}
	return slices.Concat(step.Command, more), nil
}

// configFlag hands an action's config over as the original does: as JSON.
func configFlag(a project.Action) []string {
	if len(a.Config) == 0 {
		return nil
	}
	text, err := json.Marshal(a.Config)
	if err != nil {
		return nil // it was JSON values from the start
	}
	return []string{"--config", string(text)}
}

// filesOf are the outputs of a step that is up to date.
func (s *Setup) filesOf(step *Step) []file {
	if step == nil {
		return nil
	}
	if step.made != nil {
		return step.made.outputs.Files
	}
	files, err := s.lyingFiles(step.Action)
	if err != nil {
		return nil // a job that needs them will say so
	}
	return files
}

// missingOutput is the first declared output of which nothing lies there.
func (s *Setup) missingOutput(a project.Action) string {
	for _, output := range a.Outputs {
		if found := globFiles(s.Workspace.root(output.Level), output.Pattern); len(found) == 0 {
			return output.Pattern
		}
	}
	return ""
}

// lying are the paths of an action's outputs that lie there.
func (s *Setup) lying(a project.Action) []string {
	var paths []string
	for _, output := range a.Outputs {
		paths = append(paths, globFiles(s.Workspace.root(output.Level), output.Pattern)...)
	}
	return paths
}

// lyingFiles are an action's outputs as they lie there, with hashes.
func (s *Setup) lyingFiles(a project.Action) ([]file, error) {
	var files []file
	for _, output := range a.Outputs {
		for _, path := range globFiles(s.Workspace.root(output.Level), output.Pattern) {
			f := file{Path: path, Level: output.Level, ID: output.ID}
			info, err := os.Lstat(s.Workspace.place(f))
			if err != nil {
				return nil, err
			}
			f.Modified, f.Changed = info.ModTime(), changeTime(info)
			if f.Hash, f.Size, err = hashFile(context.Background(), s.Workspace.place(f)); err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	return files, nil
}
