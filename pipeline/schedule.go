package pipeline

import (
	"context"
	"slices"
	"time"

	"cohortcounts/pipeline/record"
)

// pollCancel is how often the record is asked whether someone cancelled.
const pollCancel = 250 * time.Millisecond

// schedule runs the jobs, each when what it needs is there, until all are over.
func (e *execution) schedule(parent context.Context) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	go e.watchCancel(ctx, stop)
	finished := make(chan *Step)
	waiting := slices.DeleteFunc(slices.Clone(e.plan.Steps), func(s *Step) bool { return e.jobs[s.Action.Name] == nil })
	running := 0
	stopped := false // after a failure, unless the others shall go on
	for len(waiting) > 0 || running > 0 {
		settled := false
		waiting = slices.DeleteFunc(waiting, func(step *Step) bool {
			ready, failedNeed := e.ready(step)
			switch {
			case ctx.Err() != nil:
				e.settle(step, record.CancelledByUser, "the run was stopped before this job could start")
			case failedNeed != "":
				e.settle(step, record.DependencyFailed, "not run: "+failedNeed+" failed")
			case stopped:
				e.settle(step, record.CancelledByUser, "not run: another action failed before; --continue-on-error runs it all the same")
			case ready && running < e.options.jobs():
				running++
				go func() {
					e.runJob(ctx, step)
					finished <- step
				}()
				return true
			default:
				return false
			}
			settled = true
			return true
		})
		if settled || running == 0 {
			continue // what was settled may settle what needs it
		}
		step := <-finished
		running--
		if !e.usable(step.Action.Name) && !e.options.ContinueOnError {
			stopped = true
		}
	}
}

// watchCancel stops the run when the record says that someone cancelled it.
func (e *execution) watchCancel(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(pollCancel)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if cancelled, err := e.record.Cancelled(ctx, e.request.ID); err == nil && cancelled {
				stop(errCancelled)
				return
			}
		}
	}
}

// ready tells whether a step's needs are all there, or which of them failed.
func (e *execution) ready(step *Step) (ready bool, failed string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	ready = true
	for _, need := range step.Action.Needs {
		usable, over := e.done[need]
		switch {
		case !over:
			ready = false
		case !usable:
			return false, need
		}
	}
	return ready, ""
}

// usable tells whether an action is over and its outputs can be used.
func (e *execution) usable(action string) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.done[action]
}

// settle ends a job that is not run, or not any more.
func (e *execution) settle(step *Step, code record.Code, message string) {
	job := e.jobs[step.Action.Name]
	job.State, job.Code, job.Message = record.Failed, code, message
	e.finish(step, Progress{}, nil)
}

// fail keeps the first fault that is not a job's.
func (e *execution) fail(err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.fault == nil {
		e.fault = err
	}
}
