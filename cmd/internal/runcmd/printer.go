package runcmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// printer tells a person what happens in a run, in plain lines.
type printer struct {
	out, err        io.Writer
	explain, dryRun bool
	quiet           bool
	now             func() time.Time
	started         time.Time
	ran, failed     int
	jobs            int
}

// Planned prints what the run will do.
func (p *printer) Planned(plan *pipeline.Plan) {
	p.started = p.now()
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
			p.jobs++
		}
	}
	if plan.Idle() {
		fmt.Fprintln(p.out, "nothing to be done; --force-run-dependencies runs all again")
	}
}

// Warn prints a warning.
func (p *printer) Warn(message string) {
	if !p.quiet {
		fmt.Fprintln(p.err, "note: "+message)
	}
}

// Started prints that a job starts, and what stands in for its command.
func (p *printer) Started(j pipeline.Progress) {
	fmt.Fprintf(p.out, "%s: %s\n", j.Action, oneLine(j.RunCommand))
	if j.Step.Stage != "" {
		fmt.Fprintf(p.out, "  runs natively as: cohortcounts %s\n", strings.Join(j.Command, " "))
	}
	if p.explain {
		fmt.Fprintf(p.out, "  because: %s\n", j.Why)
	}
}

// Finished prints what became of a job.
func (p *printer) Finished(j pipeline.Progress) {
	name := j.Action
	switch {
	case j.Skipped != "":
		fmt.Fprintf(p.out, "%s: up to date: %s\n", name, j.Skipped)
		return
	case j.State == record.Failed:
		p.failedJob(j)
		return
	}
	p.ran++
	for _, line := range j.Lines {
		fmt.Fprintf(p.out, "%s: %s\n", name, line)
	}
	for _, f := range j.Files {
		fmt.Fprintf(p.out, "%s: wrote %s (%s, %s)\n", name, f.Path, f.Level, size(f.Size))
		if f.Withheld != "" {
			fmt.Fprintf(p.err, "%s: %s is withheld: %s\n", name, f.Path, f.Withheld)
		}
	}
	fmt.Fprintf(p.out, "%s: done in %s\n", name, seconds(j.FinishedAt.Sub(*j.StartedAt)))
}

// failedJob prints why a job failed, on one line and what may help on another.
func (p *printer) failedJob(j pipeline.Progress) {
	p.failed++
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

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}
