package web

import (
	"context"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// page is what every page has.
type page struct {
	Title        string
	Workspace    string
	Organisation string
	FormToken    string // empty: this page has no form that changes anything
	ReadOnly     bool
	CanStart     bool
	Password     bool
	Problem      string
	Topics       string // what is live on it, for the script
	Report       bool   // it is a file that stands alone, not a page of a server
	Version      string
	Now          time.Time
}

func (s *Server) page(r *http.Request, title string) page {
	p := s.plainPage(title)
	if session := s.keeper.session(r); session != "" {
		p.FormToken = s.keeper.formToken(session)
	}
	return p
}

// plainPage is a page that nobody in particular looks at.
func (s *Server) plainPage(title string) page {
	o := s.options
	return page{
		Title: title, Workspace: filepath.Base(o.Workspace.Project()), Organisation: o.Organisation, ReadOnly: o.ReadOnly, Password: o.Password,
		CanStart: o.Start != nil && !o.ReadOnly, Version: o.Version, Now: o.Now(),
	}
}

// requestView is a request with what is worked out about it.
type requestView struct {
	record.Request
	Status  string
	Jobs    []jobView
	Killed  bool // whoever ran it has ended without saying so
	States  [4]stateCount
	Done    int           // jobs that are over
	Percent int           // of all jobs
	Runtime time.Duration // sum of the jobs'
	Wall    time.Duration // from start to end, or until now
	Running bool          // it can be cancelled
}

type stateCount struct {
	State string
	Count int
}

// Uncommitted tells whether it ran with changes that no commit has.
func (v requestView) Uncommitted() bool { return v.Dirty != nil && *v.Dirty }

// jobView is a job with how far it is.
type jobView struct {
	record.Job
	Live    pipeline.Live
	Telling bool // Live is known
	Percent int
	Took    time.Duration // until now, of one that runs
	Left    time.Duration // a guess from how far it is; 0: none
}

// requests are the latest requests as they are at this moment, or those
// before a number, if that is above 0.
func (s *Server) requests(ctx context.Context, before int64, most int) ([]requestView, error) {
	r, err := s.book(ctx)
	if err != nil || r == nil {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	all, err := r.Before(ctx, before, most)
	if err != nil {
		return nil, err
	}
	open := func(q record.Request) bool { return q.FinishedAt == nil }
	killed := false
	if slices.ContainsFunc(all, open) && !s.options.Workspace.Busy() {
		// Only what is unfinished still, after nobody runs, was killed.
		if all, err = r.Before(ctx, before, most); err != nil {
			return nil, err
		}
		killed = true
	}
	views := make([]requestView, len(all))
	for i, q := range all {
		views[i] = s.view(q, killed && open(q))
	}
	return views, nil
}

// request is one request as it is at this moment.
func (s *Server) request(ctx context.Context, id int64) (requestView, error) {
	r, err := s.book(ctx)
	if err != nil {
		return requestView{}, err
	}
	if r == nil {
		return requestView{}, record.ErrNone
	}
	q, err := r.Request(ctx, id)
	if err != nil {
		return requestView{}, err
	}
	killed := false
	if q.FinishedAt == nil && !s.options.Workspace.Busy() {
		if q, err = r.Request(ctx, id); err != nil {
			return requestView{}, err
		}
		killed = q.FinishedAt == nil
	}
	return s.view(q, killed), nil
}

// view works out what the pages show of a request.
func (s *Server) view(q record.Request, killed bool) requestView {
	now := s.options.Now()
	v := requestView{Request: q, Killed: killed, Running: q.FinishedAt == nil && !killed}
	v.States = [4]stateCount{{State: "pending"}, {State: "running"}, {State: "succeeded"}, {State: "failed"}}
	for i, job := range q.Jobs {
		if killed && !job.State.Final() {
			// What the next run will record.
			job.Message = "the driver ended while this job was running"
			if job.State == record.Pending {
				job.Message = "the driver ended before this job could start"
			}
			job.State, job.Code = record.Failed, record.InternalError
			q.Jobs[i].State = job.State
		}
		if v.Running && job.State == record.Pending {
			job.Code = waitingFor(job, q.Jobs)
		}
		v.Jobs = append(v.Jobs, s.jobView(job, now))
		for k := range v.States {
			if v.States[k].State == string(job.State) {
				v.States[k].Count++
			}
		}
		if job.State.Final() {
			v.Done++
		}
	}
	v.Status = q.Status()
	v.Percent = 100
	if len(q.Jobs) > 0 {
		v.Percent = 100 * v.Done / len(q.Jobs)
	}
	v.Runtime = q.Runtime(now)
	if q.StartedAt != nil {
		end := now
		if q.FinishedAt != nil {
			end = *q.FinishedAt
		}
		if !killed {
			v.Wall = max(0, end.Sub(*q.StartedAt))
		}
	}
	if v.Running {
		v.Runtime, v.Wall = v.Runtime.Truncate(time.Second), v.Wall.Truncate(time.Second)
	}
	return v
}

// waitingFor is what a job of a running request has not started for.
func waitingFor(job record.Job, all []record.Job) record.Code {
	for _, other := range all {
		if slices.Contains(job.Needs, other.Action) && !other.State.Final() {
			return record.WaitingOnDependencies
		}
	}
	return record.WaitingOnWorkers
}

func (s *Server) jobView(job record.Job, now time.Time) jobView {
	v := jobView{Job: job}
	if job.StartedAt != nil {
		switch {
		case job.FinishedAt != nil:
			v.Took = max(0, job.FinishedAt.Sub(*job.StartedAt))
		case job.State == record.Running:
			v.Took = max(0, now.Sub(*job.StartedAt)).Truncate(time.Second) // nobody reads hundredths that run
		}
	}
	if job.State != record.Running {
		return v
	}
	if v.Live, v.Telling = s.options.Workspace.Live(job.Identifier); v.Telling {
		v.Percent = int(100 * v.Live.Done / v.Live.Total)
		if v.Live.Done > 0 && v.Took > time.Second {
			v.Left = time.Duration(float64(v.Took) * float64(v.Live.Total-v.Live.Done) / float64(v.Live.Done)).Round(time.Second)
		}
	}
	return v
}

// outputs are the present outputs.
func (s *Server) outputs(ctx context.Context) ([]pipeline.Output, error) {
	r, err := s.book(ctx)
	if err != nil || r == nil {
		return nil, err
	}
	return s.options.Workspace.Outputs(ctx, r)
}

// definition is a request's project.yaml; nil where it cannot be read any more.
func definition(q record.Request) *project.Project {
	p, err := project.Parse(project.FileName, []byte(q.Project))
	if err != nil {
		return nil
	}
	return p
}

// note writes a line into the audit.
func (s *Server) note(r *http.Request, what string, request int64, detail string) error {
	book, err := s.book(r.Context())
	if err != nil {
		return err
	}
	if book == nil {
		return os.ErrNotExist
	}
	return book.Note(r.Context(), record.Event{At: s.options.Now(), Who: s.options.Who, What: what, Request: request, Detail: detail + " (page, from " + peer(r) + ")"})
}

// peer is the address that a request came from, without its port.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	return host
}
