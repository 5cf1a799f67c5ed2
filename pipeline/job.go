package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/progress"
	"cohortcounts/pipeline/record"
)

// attempt is one job while it runs.
type attempt struct {
	*execution
	step   *Step
	job    *record.Job
	folder jobFolder
	inputs []file
	print  fingerprint
}

// runJob runs a step whose needs are all there, from the fresh folder to the
// record, and tells the listener.
func (e *execution) runJob(ctx context.Context, step *Step) {
	a := &attempt{execution: e, step: step, job: e.jobs[step.Action.Name]}
	report, made, err := a.run(ctx)
	var failure *jobFailure
	switch {
	case err == nil:
	case errors.As(err, &failure):
		a.job.State, a.job.Code, a.job.Message = record.Failed, failure.code, failure.message
		report.Hints = failure.hints
	default:
		a.job.State, a.job.Code, a.job.Message = record.Failed, record.InternalError, err.Error()
	}
	e.finish(step, report, made)
}

// jobFailure is why a job failed, when it is the job's own fault.
type jobFailure struct {
	code    record.Code
	message string
	hints   []string
}

func (f *jobFailure) Error() string { return f.message }

// finish records and tells that a job is over; made are its outputs, of one
// that succeeded.
func (e *execution) finish(step *Step, report Progress, outputs *made) {
	job := e.jobs[step.Action.Name]
	now := e.options.Now()
	if job.StartedAt != nil {
		now = since(*job.StartedAt, now)
	}
	job.FinishedAt = &now
	var stored *record.Made
	if outputs != nil {
		var err error
		if stored, err = outputs.encode(step.Action.Name); err != nil {
			e.fail(err)
		}
	}
	// Also when the run is being stopped: the record must tell the truth.
	if err := e.record.SetJob(context.Background(), *job, stored); err != nil {
		e.fail(err)
		job.State, job.Code, job.Message = record.Failed, record.InternalError, err.Error()
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.done[job.Action] = job.State == record.Succeeded
	if outputs != nil {
		e.files[job.Action] = outputs.outputs.Files
		e.madeBy[job.Action] = *outputs
	}
	report.Job, report.Step = *job, step
	if err := e.writeLog(step, &report, outputs); err != nil && e.fault == nil {
		e.fault = err
	}
	if outputs != nil && report.Skipped == "" {
		e.manifestOld = true
		if since := now.Sub(e.manifestAt); since > manifestPause || since < 0 {
			e.bringManifestUpToDate(now)
		}
	}
	e.options.Listener.Finished(report)
}

// since is the time now for something that began at start: as much later as has
// passed, also when the clock was set meanwhile (times that time.Now gives know
// that).
func since(start, now time.Time) time.Time { return start.Add(max(0, now.Sub(start))) }

func (a *attempt) run(ctx context.Context) (report Progress, _ *made, err error) {
	action := a.step.Action
	for _, need := range action.Needs {
		a.mutex.Lock()
		a.inputs = append(a.inputs, a.files[need]...)
		a.mutex.Unlock()
	}
	a.mutex.Lock()
	a.print, err = a.setup.fingerprint(a.step, a.options, func(need string) []file { return a.files[need] })
	a.mutex.Unlock()
	if err != nil {
		return report, nil, &jobFailure{code: record.InternalError, message: err.Error()}
	}
	if old := a.step.made; old != nil && !a.step.WillRun() {
		changes := old.fingerprint.changes(a.print)
		if len(changes) > 0 {
			a.job.Why = strings.Join(changes, "; ")
		}
		if len(changes) == 0 {
			return a.skip(report)
		}
	}
	now := a.options.Now()
	a.job.StartedAt = &now
	a.job.Command = a.print.Command
	a.enter(record.Preparing)
	a.mutex.Lock()
	a.options.Listener.Started(Progress{Job: *a.job, Step: a.step})
	a.mutex.Unlock()
	spare := a.spare()
	a.folder, err = a.fill(a.job.Identifier, spare)
	report.Log = a.folder.output
	defer func() { err = errors.Join(err, a.giveBack(a.folder, spare)) }()
	if err != nil {
		return report, nil, err
	}
	a.enter(record.Executing)
	err = a.execute(ctx)
	lines, crashed := a.said()
	report.Lines = lines
	if err != nil {
		var failure *jobFailure
		if crashed && errors.As(err, &failure) {
			failure.hints = append(failure.hints, "a program ends like this when memory runs out; --memory allows more")
		}
		return report, nil, err
	}
	a.enter(record.Finalizing)
	m := &made{job: a.job.Identifier, request: a.request.ID, fingerprint: a.print}
	m.outputs = outputs{User: a.options.Who, Repo: a.commit.remote, Commit: a.commit.hash}
	if m.outputs.Files, err = a.setup.collect(ctx, a.folder.work, action); err != nil {
		if ctx.Err() != nil {
			err = &jobFailure{code: record.CancelledByUser, message: "the run was stopped while this job's outputs were read"}
		}
		return report, nil, err
	}
	if err := a.setup.deliver(a.folder.work, m.outputs.Files, a.step.made); err != nil {
		return report, nil, err
	}
	for _, f := range m.outputs.Files {
		report.Files = append(report.Files, Delivered{Path: f.Path, Level: f.Level.String(), Size: f.Size, Withheld: f.Withheld})
		a.job.Outputs = append(a.job.Outputs, f.output())
	}
	a.job.State, a.job.Code = record.Succeeded, record.Done
	return report, m, nil
}

// skip ends a job that need not run after all.
func (a *attempt) skip(report Progress) (Progress, *made, error) {
	a.job.State, a.job.Code = record.Succeeded, record.Done
	a.job.Message = "not run: what it needs was made again and is as before"
	report.Skipped = "what it needs was made again and is as before"
	return report, a.step.made, nil
}

// enter records that the job reached a status; the run goes on when that
// cannot be recorded, and says so at its end.
func (a *attempt) enter(code record.Code) {
	a.job.State, a.job.Code = record.Running, code
	if err := a.record.SetJob(context.Background(), *a.job, nil); err != nil {
		a.fail(err)
	}
}

// execute runs the job's process.
func (a *attempt) execute(ctx context.Context) error {
	if a.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, a.options.Timeout, errTimeout)
		defer cancel()
	}
	if a.step.Stage != "" {
		if err := os.WriteFile(a.folder.progress, nil, 0o600); err != nil {
			return err
		}
	}
	output, err := os.OpenFile(a.folder.output, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	result, err := a.process(ctx, output)
	err = errors.Join(err, output.Close())
	a.job.CPU, a.job.PeakCPU, a.job.PeakMemory, a.job.MeanMemory = result.CPU, result.PeakCPU, result.PeakMemory, result.MeanMemory
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTimeout):
		return &jobFailure{code: record.KilledByAdmin, message: fmt.Sprintf("ended because it took longer than %v", a.options.Timeout)}
	case cause != nil:
		return &jobFailure{code: record.CancelledByUser, message: "ended because the run was stopped"}
	case result.OutOfMemory:
		return &jobFailure{
			code: record.KilledByAdmin, message: fmt.Sprintf("ended because it used more than %s of memory", memorySize(a.options.memory())),
			hints: []string{"--memory allows more"},
		}
	case err != nil:
		return &jobFailure{code: record.InternalError, message: fmt.Sprintf("%s cannot be started: %v", a.print.Command[0], atomicfile.Cause(err))}
	}
	status := exitStatus(result.State)
	a.job.ExitStatus = &status
	if status == 0 {
		return nil
	}
	failure := &jobFailure{code: record.NonzeroExit, message: fmt.Sprintf("ended with exit status %d", status)}
	if status > 128 {
		failure.message = fmt.Sprintf("ended by signal %d", status-128)
		// Killed, or aborted or at a wrong address where a library does not look whether it got memory.
		if slices.Contains([]int{137, 134, 139}, status) {
			failure.hints = append(failure.hints, "a process is killed like this when memory runs out")
		}
	}
	return failure
}

var errTimeout = errors.New("took too long")

// argv is the command with its program: the stage's own beside this one, else
// this one with the stage as subcommand.
func (a *attempt) argv() []string {
	if a.step.Stage == "" {
		return a.print.Command
	}
	beside := filepath.Join(filepath.Dir(a.options.Program), a.step.Stage+filepath.Ext(a.options.Program))
	if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() && beside != a.options.Program {
		return append([]string{beside}, a.print.Command[1:]...)
	}
	return append([]string{a.options.Program}, a.print.Command...)
}

// environment is what the job gets, and a folder for its temporary files.
func (a *attempt) environment() []string {
	environment := append(slices.Clone(a.options.Environment), "TMPDIR="+a.folder.temporary, "TZ=UTC")
	if a.step.Stage != "" {
		environment = append(environment, progress.Variable+"="+a.folder.progress)
	}
	if a.readsDatabase() {
		environment = append(environment, a.options.Backend.environment(a.options.memory())...)
	}
	return environment
}

// readsDatabase tells whether the job may reach the backend's database.
func (a *attempt) readsDatabase() bool {
	return a.options.Backend.Real() && readsDatabase(a.step.Stage, a.step.Command)
}
