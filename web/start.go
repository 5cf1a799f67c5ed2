package web

import (
	"net/http"
	"slices"
	"strconv"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

// startModel is the page from which a run is started: the actions to choose
// from, then what would run and why.
type startModel struct {
	page
	Actions []startAction
	Force   bool
	All     bool
	Chosen  []string // in the plan
	Plan    *pipeline.Plan
	Fault   string // why there is no plan
}

type startAction struct {
	project.Action
	Chosen bool
}

func (s *Server) startPage(w http.ResponseWriter, r *http.Request) {
	if s.options.Start == nil || s.options.ReadOnly {
		s.fail(w, r, http.StatusForbidden, "nothing can be started from this page")
		return
	}
	query := r.URL.Query()
	m := startModel{page: s.page(r, "New job request"), Force: query.Get("force") != "", Chosen: query["action"]}
	m.All = slices.Contains(m.Chosen, project.RunAll)
	p, err := project.Load(s.options.Pipeline.Project)
	if err != nil {
		m.Fault = err.Error()
		s.render(w, r, http.StatusOK, "start", m)
		return
	}
	for _, action := range p.Runnable() {
		m.Actions = append(m.Actions, startAction{action, slices.Contains(m.Chosen, action.Name)})
	}
	if len(m.Chosen) > 0 {
		o := s.options.Pipeline
		o.Actions, o.Force = m.Chosen, m.Force
		s.planning.Lock()
		m.Plan, err = pipeline.Explain(r.Context(), o)
		s.planning.Unlock()
		if err != nil {
			m.Fault = err.Error()
		}
	}
	s.render(w, r, http.StatusOK, "start", m)
}

// start begins a run and leads to its page.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	actions := r.PostForm["action"] // the guard has read the form
	if s.options.Start == nil || len(actions) == 0 {
		s.fail(w, r, http.StatusBadRequest, "choose an action to run")
		return
	}
	id, err := s.options.Start(r.Context(), actions, r.PostFormValue("force") != "")
	if err != nil {
		s.fail(w, r, http.StatusConflict, err.Error())
		return
	}
	http.Redirect(w, r, "/requests/"+strconv.FormatInt(id, 10), http.StatusSeeOther)
}

// cancelModel is the page that asks whether a run shall really end.
type cancelModel struct {
	page
	R requestView
}

func (s *Server) cancelPage(w http.ResponseWriter, r *http.Request) {
	q, ok := s.requestOf(w, r)
	if !ok {
		return
	}
	if s.options.ReadOnly {
		s.fail(w, r, http.StatusForbidden, "this page was started with --read-only: it changes nothing")
		return
	}
	s.render(w, r, http.StatusOK, "cancel", cancelModel{page: s.page(r, "Cancel job request "+strconv.FormatInt(q.ID, 10)), R: q})
}

// cancel asks whoever runs a request to stop it.
func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	id, ok := s.requestNumber(w, r)
	if !ok {
		return
	}
	book, err := s.book(r.Context())
	if err == nil && book == nil {
		s.fail(w, r, http.StatusNotFound, "there is no such job request")
		return
	}
	if err == nil {
		if _, err = book.Request(r.Context(), id); err == nil {
			_, err = book.Cancel(r.Context(), id, s.options.Who, s.options.Now())
		}
	}
	if err != nil {
		s.failRecord(w, r, err, "job request")
		return
	}
	http.Redirect(w, r, "/requests/"+strconv.FormatInt(id, 10), http.StatusSeeOther)
}
