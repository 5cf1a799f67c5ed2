package web

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// compareTime is how long two commits are compared at most.
const compareTime = 20 * time.Second

// codeModel is the page of a code comparison.
type codeModel struct {
	page
	R requestView
	C comparison
}

func (s *Server) codePage(w http.ResponseWriter, r *http.Request) {
	q, ok := s.requestOf(w, r)
	if !ok {
		return
	}
	both, err := s.versus(r.Context(), q.Request)
	if err != nil {
		s.failRecord(w, r, err, "job request")
		return
	}
	at := slices.IndexFunc(both, func(c comparison) bool { return c.Name == r.URL.Query().Get("with") })
	m := codeModel{page: s.page(r, "Code of job request "+strconv.FormatInt(q.ID, 10)), R: q, C: both[max(at, 0)]}
	s.compare(r.Context(), q.Request, &m.C)
	s.render(w, r, http.StatusOK, "code-page", m)
}

// compare fills in how the code differs, or why that cannot be told.
func (s *Server) compare(ctx context.Context, q record.Request, c *comparison) {
	switch {
	case c.Against == nil:
		c.Problem = "There is no such job request."
		return
	case q.Commit == "":
		c.Problem = "It is not known at which commit this job request ran: the project was no git checkout."
		return
	case c.Against.Commit == "":
		c.Problem = "It is not known at which commit job request " + strconv.FormatInt(c.Against.ID, 10) + " ran."
		return
	}
	ctx, cancel := context.WithTimeout(ctx, compareTime)
	defer cancel()
	var err error
	c.Diff, err = compareCode(ctx, s.options.Workspace.Project(), c.Against.Commit, q.Commit, s.hiddenPaths(ctx, q, *c.Against))
	if err != nil {
		c.Problem = "The code cannot be compared: " + err.Error() + "."
	}
}

// hiddenPaths tells which paths of the repository are outputs: somebody may
// have committed one, and the comparison must not show what is in it (H1).
func (s *Server) hiddenPaths(ctx context.Context, requests ...record.Request) func(string) bool {
	var patterns []string
	for _, q := range requests {
		if p := definition(q); p != nil {
			for _, action := range p.Actions {
				for _, output := range action.Outputs {
					patterns = append(patterns, output.Pattern)
				}
			}
		}
	}
	written := map[string]bool{}
	if outputs, err := s.outputs(ctx); err == nil {
		for _, o := range outputs {
			written[o.Path] = true
		}
	}
	return func(name string) bool {
		top, _, _ := strings.Cut(name, "/")
		if name == "" {
			return false
		}
		if written[name] || top == project.MetadataDir || strings.HasPrefix(top, ".cohortcounts") {
			return true
		}
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			match, err := path.Match(pattern, name)
			return err != nil || match
		})
	}
}
