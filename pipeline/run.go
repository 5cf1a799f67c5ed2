package pipeline

import (
	"context"
	"errors"
	"sync"
	"time"

	"cohortcounts/internal/sandbox"
	"cohortcounts/pipeline/record"
)

// Progress is a job as a listener sees it.
type Progress struct {
	record.Job
	Step    *Step
	Files   []Delivered // what it wrote, of a job that succeeded
	Skipped string      // why it was not run after all; empty when it was
	Hints   []string    // what may help, of a job that failed
	Log     string      // path of its log
	Lines   []string    // what the native stage had to say
}

// Delivered is an output in its place.
type Delivered struct {
	Path     string // as declared
	Level    string
	Size     int64
	Withheld string // why an output checker will not get it; empty when they will
}

// Result is what became of a run.
type Result struct {
	Request record.Request
	Plan    *Plan
}

// ErrFailed is the error of a run in which a job failed; the listener has been
// told which and why.
var ErrFailed = errors.New("some actions failed")

// Explain plans without running anything.
func Explain(ctx context.Context, o Options) (*Plan, error) {
	s, err := Prepare(o)
	if err != nil {
		return nil, err
	}
	r, err := record.OpenExisting(ctx, s.Workspace.RecordPath())
	if errors.Is(err, record.ErrNone) {
		return s.plan(o, nil)
	}
	if err != nil {
		return nil, err
	}
	madeBy, err := readMade(ctx, r)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	return s.plan(o, madeBy)
}

// readMade is what the record knows of each action's outputs.
func readMade(ctx context.Context, r *record.Record) (map[string]made, error) {
	stored, err := r.Made(ctx)
	if err != nil {
		return nil, err
	}
	return decodeMade(stored), nil
}

// Run does what is to be done for the actions that are asked for. A job's
// failure is [ErrFailed]; other errors tell what kept the run from going on.
func Run(ctx context.Context, o Options) (result *Result, err error) {
	if o.Listener == nil {
		o.Listener = nobody{}
	}
	s, err := Prepare(o)
	if err != nil {
		return nil, err
	}
	if err := sandbox.Available(); err != nil && !o.NoSandbox {
		if sandbox.Restricts {
			return nil, err
		}
		o.Listener.Warn(err.Error() + ": actions can reach all that you can")
	}
	r, release, err := s.Workspace.hold(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := recoverKilled(ctx, s, o, r); err != nil {
		return nil, err
	}
	madeBy, err := readMade(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(madeBy) > 0 { // a killed run may have come as far as the record, and no further
		if err := s.writeManifest(madeBy); err != nil {
			return nil, err
		}
	}
	p, err := s.plan(o, madeBy)
	if err != nil {
		return nil, err
	}
	e := &execution{
		setup: s, options: o, record: r, plan: p, commit: inspectGit(s.Workspace.project),
		done: map[string]bool{}, files: map[string][]file{}, madeBy: madeBy,
	}
	if e.guard, err = sandbox.NewGuard(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.guard.Close()) }()
	return e.run(ctx)
}

// execution is one run.
type execution struct {
	setup   *Setup
	options Options
	record  *record.Record
	plan    *Plan
	commit  commit
	guard   *sandbox.Guard
	request record.Request

	mutex  sync.Mutex // guards what follows, and calls of the listener
	jobs   map[string]*record.Job
	done   map[string]bool   // actions that are over: whether their outputs can be used
	files  map[string][]file // outputs of the actions whose outputs can be used
	madeBy map[string]made   // what is known of each action
	fault  error             // the first that is no job's but ours

	spares      []*spareFolder
	manifestOld bool      // a job has ended since it was written
	manifestAt  time.Time // when it was written
}

// errCancelled is the cause of a run that someone cancelled.
var errCancelled = errors.New("cancelled")

func (e *execution) run(ctx context.Context) (*Result, error) {
	now := e.options.Now()
	e.request = record.Request{
		Identifier: e.options.identifier(), Actions: e.options.Actions, RequestedBy: e.options.Who, Branch: e.commit.branch,
		Commit: e.commit.hash, Dirty: e.commit.dirty, Force: e.options.Force, CreatedAt: now, StartedAt: &now,
		Project: e.setup.Definition.Source, Backend: e.options.Backend.String(),
	}
	for _, step := range e.plan.Steps {
		if !step.WillRun() && len(step.Waits) == 0 {
			e.done[step.Action.Name] = true
			e.files[step.Action.Name] = e.setup.filesOf(step)
			continue
		}
		e.request.Jobs = append(e.request.Jobs, record.Job{
			Identifier: record.NewIdentifier(), Action: step.Action.Name, RunCommand: step.Action.Run, Stage: step.Stage, Needs: step.Action.Needs, Command: step.Command,
			Why: why(step), State: record.Pending, Code: record.Created, CreatedAt: now,
		})
	}
	if len(e.request.Jobs) == 0 {
		e.request.FinishedAt = &now
	}
	if err := e.record.Add(ctx, &e.request); err != nil {
		return nil, err
	}
	e.jobs = map[string]*record.Job{}
	for i := range e.request.Jobs {
		e.jobs[e.request.Jobs[i].Action] = &e.request.Jobs[i]
	}
	e.options.Listener.Planned(e.plan)
	if len(e.request.Jobs) > 0 {
		e.schedule(ctx)
		finished := since(now, e.options.Now())
		e.mutex.Lock()
		e.bringManifestUpToDate(finished)
		if err := e.removeSpares(); err != nil && e.fault == nil {
			e.fault = err
		}
		e.mutex.Unlock()
		e.request.FinishedAt = &finished
		// The record is closed truthfully even when the run was interrupted.
		if err := e.record.Finish(context.WithoutCancel(ctx), e.request.ID, finished); err != nil {
			e.fail(err)
		}
	}
	return &Result{Request: e.request, Plan: e.plan}, e.outcome(ctx)
}

// outcome is the error of the whole run.
func (e *execution) outcome(ctx context.Context) error {
	if e.fault != nil {
		return e.fault
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, job := range e.request.Jobs {
		if job.State == record.Failed {
			return ErrFailed
		}
	}
	return nil
}

// why is a step's reasons in one line.
func why(step *Step) string {
	if len(step.Reasons) > 0 {
		return step.Reasons[0]
	}
	if len(step.Waits) > 0 {
		return "needs " + step.Waits[0] + ", which runs"
	}
	return ""
}
