package web

import (
	"context"
	"net/http"
	"strconv"
)

// listed is how many requests the workspace's page has.
const listed = 50

// workspaceModel is the page of all requests.
type workspaceModel struct {
	page
	Requests []requestView
	Older    int64 // the page of older ones begins before this request; 0: there are none
	Present  bool  // these are the newest
}

func (s *Server) workspacePage(w http.ResponseWriter, r *http.Request) {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // what is no number asks for the newest
	m, err := s.workspaceModel(r.Context(), before)
	if err != nil {
		s.fail(w, r, http.StatusInternalServerError, "the record cannot be read")
		return
	}
	m.page = s.page(r, m.Title)
	if m.Present {
		m.Topics = "workspace"
	}
	s.render(w, r, http.StatusOK, "workspace", m)
}

func (s *Server) workspaceModel(ctx context.Context, before int64) (workspaceModel, error) {
	m := workspaceModel{Present: before <= 0}
	m.Now = s.options.Now()
	m.CanStart = s.options.Start != nil && !s.options.ReadOnly
	all, err := s.requests(ctx, before, listed+1)
	if err != nil {
		return m, err
	}
	m.Requests = all
	if len(all) > listed {
		m.Requests = all[:listed]
		m.Older = all[listed-1].ID
	}
	return m, nil
}
