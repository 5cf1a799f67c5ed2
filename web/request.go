package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// requestModel is the page of one request.
type requestModel struct {
	page
	R       requestView
	Wide    *graph // from left to right
	Narrow  *graph // from top to bottom
	Source  [][]span
	Beside  int // actions of the project that are not part of this request
	Versus  []comparison
	Outputs []outputView
}

// comparison is one of the two code comparisons.
type comparison struct {
	Name    string // in the address
	Title   string
	Against *record.Request // nil: there is none
	Diff    *codeDiff       // of a report
	Problem string
}

func (s *Server) requestPage(w http.ResponseWriter, r *http.Request) {
	id, ok := s.requestNumber(w, r)
	if !ok {
		return
	}
	m, err := s.requestModel(r.Context(), id)
	if err != nil {
		s.failRecord(w, r, err, "job request")
		return
	}
	m.page = s.page(r, "Job request: "+strconv.FormatInt(id, 10))
	m.Topics = "request-" + strconv.FormatInt(id, 10)
	s.render(w, r, http.StatusOK, "request", m)
}

// requestNumber is the request of the address.
func (s *Server) requestNumber(w http.ResponseWriter, r *http.Request) (int64, bool) {
	id, err := strconv.ParseInt(r.PathValue("request"), 10, 64)
	if err != nil || id < 1 {
		s.fail(w, r, http.StatusNotFound, "that is no number of a job request")
		return 0, false
	}
	return id, true
}

// requestOf is the request of the address. Where there is none, that was said.
func (s *Server) requestOf(w http.ResponseWriter, r *http.Request) (q requestView, ok bool) {
	id, ok := s.requestNumber(w, r)
	if !ok {
		return q, false
	}
	q, err := s.request(r.Context(), id)
	if err != nil {
		s.failRecord(w, r, err, "job request")
	}
	return q, err == nil
}

// failRecord answers that what was asked for is not in the record, or that this
// cannot be read.
func (s *Server) failRecord(w http.ResponseWriter, r *http.Request, err error, asked string) {
	if errors.Is(err, record.ErrNone) || errors.Is(err, record.ErrNoRequest) || errors.Is(err, record.ErrNoJob) {
		s.fail(w, r, http.StatusNotFound, "there is no such "+asked)
		return
	}
	s.fail(w, r, http.StatusInternalServerError, "the record cannot be read")
}

func (s *Server) requestModel(ctx context.Context, id int64) (requestModel, error) {
	var m requestModel
	var err error
	if m.R, err = s.request(ctx, id); err != nil {
		return m, err
	}
	m.Now = s.options.Now()
	m.CanStart = s.options.Start != nil && !s.options.ReadOnly
	m.Source = highlight(&yamlText, m.R.Project)
	s.drawPipeline(&m)
	if m.Outputs, err = s.outputsOf(ctx, func(o outputView) bool { return o.Request == id }); err != nil {
		return m, err
	}
	m.Versus, err = s.versus(ctx, m.R.Request)
	return m, err
}

// drawPipeline draws the actions that the request asked for and all that they
// need, with the states of its jobs.
func (s *Server) drawPipeline(m *requestModel) {
	p := definition(m.R.Request)
	if p == nil {
		return
	}
	part := map[string]bool{}
	var include func(name string)
	include = func(name string) {
		action, known := p.Action(name)
		if part[name] || !known {
			return
		}
		part[name] = true
		for _, need := range action.Needs {
			include(need)
		}
	}
	for _, name := range m.R.Actions {
		if name == project.RunAll {
			for _, action := range p.Runnable() {
				include(action.Name)
			}
		}
		include(name)
	}
	for _, job := range m.R.Jobs {
		include(job.Action)
	}
	actions := slices.DeleteFunc(slices.Clone(p.Runnable()), func(a project.Action) bool { return !part[a.Name] })
	m.Beside = len(p.Runnable()) - len(actions)
	state := map[string]string{}
	for _, job := range m.R.Jobs {
		state[job.Action] = string(job.State)
	}
	stateOf := func(name string) string {
		if word, found := state[name]; found {
			return word
		}
		return "up to date"
	}
	m.Wide, m.Narrow = drawGraph(actions, false, stateOf), drawGraph(actions, true, stateOf)
}

// versus are the requests whose code this one's is compared with.
func (s *Server) versus(ctx context.Context, q record.Request) ([]comparison, error) {
	both := []comparison{
		{Name: "previous", Title: "the previous job request"},
		{Name: "succeeded", Title: "the previous that succeeded"},
	}
	book, err := s.book(ctx)
	if err != nil || book == nil {
		return both, err
	}
	// The one that succeeded is looked for among the latest thousand.
	const pages, perPage = 10, 100
	at := q.ID
	for range pages {
		older, err := book.Before(ctx, at, perPage)
		if err != nil {
			return both, err
		}
		for i := range older {
			if both[0].Against == nil {
				both[0].Against = &older[i]
			}
			if status := older[i].Status(); both[1].Against == nil && status == string(record.Succeeded) {
				both[1].Against = &older[i]
			}
			at = older[i].ID
		}
		if both[1].Against != nil || len(older) < perPage {
			break
		}
	}
	return both, nil
}

// fragments are the parts of a page that change, rendered. going is whether
// they may change without the record changing.
func (s *Server) fragments(ctx context.Context, topic string) (parts map[string]string, going bool, err error) {
	var model any
	var names []string
	kind, id, _ := cutTopic(topic)
	switch kind {
	case "workspace":
		m, err := s.workspaceModel(ctx, 0)
		if err != nil {
			return nil, true, err
		}
		model, names = m, []string{"requests"}
		going = slices.ContainsFunc(m.Requests, func(q requestView) bool { return q.Running })
	case "request":
		number, _ := strconv.ParseInt(id, 10, 64) // 0 is no request
		m, err := s.requestModel(ctx, number)
		if err != nil {
			return nil, true, err
		}
		model, names = m, []string{"request-status", "request-state", "request-jobs", "request-graph", "request-statistics", "request-timeline", "request-outputs"}
		going = m.R.Running
	case "job":
		m, err := s.jobModel(ctx, id)
		if err != nil {
			return nil, true, err
		}
		model, names = m, []string{"job-status", "job-timeline", "job-metrics", "job-outputs", "job-log-state"}
		going = m.R.Running
	}
	parts = map[string]string{}
	for _, name := range names {
		text, err := execute(s.templates, name, model)
		if err != nil {
			return nil, true, err
		}
		parts[name] = text
	}
	return parts, going, nil
}

func execute(t *template.Template, name string, model any) (string, error) {
	var text strings.Builder
	err := t.ExecuteTemplate(&text, name, model)
	return text.String(), err
}
