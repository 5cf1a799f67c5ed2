package runcmd

import (
	"encoding/json"
	"io"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// finished is a request that is over, as --json prints it.
type finished struct {
	record.Request
	Status string `json:"status"`
}

// plannedStep is an action of a plan, as --dry-run --json prints it.
type plannedStep struct {
	Action  string   `json:"action"`
	WillRun bool     `json:"will_run"`    // as far as is known
	Reasons []string `json:"reasons"`     // why it will run
	Waits   []string `json:"waits"`       // needs that run: it runs if they come out different
	Stage   string   `json:"stage"`       // empty: a program of the machine
	Command []string `json:"command"`     // as far as it is known
	Outputs []string `json:"outputs"`     // that are up to date
	Notes   []string `json:"notes"`       // what is used although it is not known how it was made
	Needs   []string `json:"needs"`       // as project.yaml says
	RunLine string   `json:"run_command"` // as project.yaml says
	Asked   bool     `json:"asked"`       // for by name
}

func planned(plan *pipeline.Plan) []plannedStep {
	steps := []plannedStep{}
	some := func(list []string) []string { return append([]string{}, list...) }
	for _, s := range plan.Steps {
		steps = append(steps, plannedStep{
			Action: s.Action.Name, WillRun: s.WillRun(), Reasons: some(s.Reasons), Waits: some(s.Waits), Stage: s.Stage, Command: some(s.Command),
			Outputs: some(s.Outputs), Notes: some(s.Notes), Needs: some(s.Action.Needs), RunLine: s.Action.Run, Asked: s.Asked,
		})
	}
	return steps
}

func printJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
