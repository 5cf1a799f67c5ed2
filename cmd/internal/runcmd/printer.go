package runcmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cohortcounts/internal/bytesize"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// printer tells a person what happens in a run, in plain lines; on a terminal
// with a line of progress below them, and in GitHub Actions in one group for
// each action.
type printer struct {
	out, err        io.Writer
	explain, dryRun bool
	quiet           bool
	groups          bool
	progress        progress
	held            map[string][]string // lines of running jobs, where there are groups
	jobs            map[string]string   // identifiers of the jobs that started, by action
}

// Planned prints what the run will do.
func (p *printer) Planned(plan *pipeline.Plan) {
	jobs := 0
	for _, step := range plan.Steps {
		for _, note := range step.Notes {
			p.Warn(step.Action.Name + ": " + note)
		}
		switch {
		case step.WillRun() && (p.explain || p.dryRun):
			fmt.Fprintf(p.out, "%s: will run: %s\n", step.Action.Name, strings.Join(step.Reasons, "; "))
		case len(step.Waits) > 0 && (p.explain || p.dryRun):
			fmt.Fprintf(p.out, "%s: will run if its inputs change: needs %s\n", step.Action.Name, strings.Join(step.Waits, ", "))
		case !step.WillRun() && (p.explain || p.dryRun || plan.Idle()):
			fmt.Fprintf(p.out, "%s: up to date: %s\n", step.Action.Name, strings.Join(step.Outputs, ", "))
		}
		if step.WillRun() || len(step.Waits) > 0 {
			jobs++
		}
	}
	if plan.Idle() {
		fmt.Fprintln(p.out, "nothing to be done; --force-run-dependencies runs all again")
	}
	if !p.dryRun {
		p.jobs = map[string]string{}
		p.progress.live = func(action string) (pipeline.Live, bool) { return plan.Setup.Workspace.Live(p.jobs[action]) }
		p.progress.start(jobs)
	}
}

// Warn prints a warning.
func (p *printer) Warn(message string) {
	if !p.quiet {
		fmt.Fprintln(p.err, "note: "+message)
	}
}

// say prints lines of a job, at once or when it is over.
func (p *printer) say(job string, lines ...string) {
	if p.groups {
		p.held[job] = append(p.held[job], lines...)
		return
	}
	for _, line := range lines {
		fmt.Fprintln(p.out, line)
	}
}

// Started prints that a job starts, and what stands in for its command.
func (p *printer) Started(j pipeline.Progress) {
	p.progress.print(func() {
		p.jobs[j.Action] = j.Identifier
		if p.progress.since != nil {
			p.progress.since[j.Action] = *j.StartedAt
		}
		p.say(j.Action, fmt.Sprintf("%s: %s", j.Action, oneLine(j.RunCommand)))
		if j.Step.Stage != "" {
			p.say(j.Action, "  runs natively as: cohortcounts "+strings.Join(j.Command, " "))
		}
		if p.explain {
			p.say(j.Action, "  because: "+j.Why)
		}
	})
}

// Finished prints what became of a job.
func (p *printer) Finished(j pipeline.Progress) {
	p.progress.print(func() {
		p.progress.over++
		delete(p.progress.since, j.Action)
		p.finished(j)
		if !p.groups {
			return
		}
		fmt.Fprintln(p.out, "::group::"+j.Action)
		for _, line := range p.held[j.Action] {
			fmt.Fprintln(p.out, line)
		}
		fmt.Fprintln(p.out, "::endgroup::")
		delete(p.held, j.Action)
	})
}

func (p *printer) finished(j pipeline.Progress) {
	name := j.Action
	switch {
	case j.Skipped != "":
		p.say(name, fmt.Sprintf("%s: up to date: %s", name, j.Skipped))
		return
	case j.State == record.Failed:
		p.failedJob(j)
		return
	}
	for _, line := range j.Lines {
		p.say(name, name+": "+line)
	}
	for _, f := range j.Files {
		p.say(name, fmt.Sprintf("%s: wrote %s (%s, %s)", name, f.Path, f.Level, bytesize.Text(f.Size)))
		if f.Withheld != "" {
			fmt.Fprintf(p.err, "%s: %s is withheld: %s\n", name, f.Path, f.Withheld)
		}
	}
	p.say(name, fmt.Sprintf("%s: done in %s", name, seconds(j.FinishedAt.Sub(*j.StartedAt))))
}

// failedJob prints why a job failed, on one line and what may help on another.
func (p *printer) failedJob(j pipeline.Progress) {
	reason := j.Message
	if n := len(j.Lines); n > 0 && j.Code == record.NonzeroExit {
		reason = j.Lines[n-1]
	}
	more := slices.Clone(j.Hints)
	if j.StartedAt != nil {
		more = append(more, "its log is "+j.Log)
	}
	fmt.Fprintf(p.err, "%s failed: %s\n", j.Action, reason)
	if len(more) > 0 && j.Code != record.DependencyFailed {
		fmt.Fprintf(p.err, "  %s\n", strings.Join(more, "; "))
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
