package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"

	"cohortcounts/disclosure"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

// outputView is an output as pages list it.
type outputView struct {
	pipeline.Output
	Shown         bool // it may be looked at
	Rows, Columns *int64
}

// outputsModel is the page of all present outputs.
type outputsModel struct {
	page
	Outputs []outputView
}

func (s *Server) outputsPage(w http.ResponseWriter, r *http.Request) {
	outputs, err := s.outputsOf(r.Context(), func(outputView) bool { return true })
	if err != nil {
		s.fail(w, r, http.StatusInternalServerError, "the record cannot be read")
		return
	}
	s.render(w, r, http.StatusOK, "outputs", outputsModel{page: s.page(r, "Outputs"), Outputs: outputs})
}

// outputsOf are the present outputs that are wanted.
func (s *Server) outputsOf(ctx context.Context, wanted func(outputView) bool) ([]outputView, error) {
	all, err := s.outputs(ctx)
	if err != nil {
		return nil, err
	}
	var views []outputView
	for _, o := range all {
		v := outputView{Output: o}
		if !wanted(v) {
			continue
		}
		_, v.Shown = o.Viewable()
		if rows, columns, ok := s.shape(ctx, o); ok {
			v.Rows, v.Columns = &rows, &columns
		}
		views = append(views, v)
	}
	return views, nil
}

// content is what a page shows of an output.
type content struct {
	Output pipeline.Output
	Kind   string // table, image, frame, or other
	Table  *table
	Check  *disclosure.Check
	Alt    string // of an image
	Adapts bool   // the image has colours for a dark screen
}

// outputModel is the page of one output.
type outputModel struct {
	page
	content
}

// contentTypes are the types of files that are shown as they are: images,
// which browsers draw without running anything in them, and texts in a frame.
var contentTypes = map[string]string{
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".log": "text/plain; charset=utf-8",
	".md": "text/plain; charset=utf-8", ".json": "text/plain; charset=utf-8",
}

// kindOf is how a file is shown.
func kindOf(name string) string {
	suffix := strings.ToLower(path.Ext(name))
	kind := contentTypes[suffix]
	switch {
	case suffix == ".csv":
		return "table"
	case strings.HasPrefix(kind, "image/"):
		return "image"
	case kind != "":
		return "frame"
	}
	return "other"
}

// viewable finds the output that an address names. The path of the address is
// only compared with those that the record knows: it never reaches the file
// system.
func (s *Server) viewable(w http.ResponseWriter, r *http.Request) (pipeline.Viewable, bool) {
	all, err := s.outputs(r.Context())
	if err != nil {
		s.fail(w, r, http.StatusInternalServerError, "the record cannot be read")
		return pipeline.Viewable{}, false
	}
	for _, o := range all {
		if o.Path != r.PathValue("path") {
			continue
		}
		v, ok := o.Viewable()
		switch {
		case o.Level == project.HighlySensitive:
			s.fail(w, r, http.StatusForbidden, "this output is highly_sensitive: nobody can view it, only actions can read it")
		case !ok:
			s.fail(w, r, http.StatusForbidden, "this output was withheld: "+o.Withheld)
		}
		return v, ok
	}
	s.fail(w, r, http.StatusNotFound, "there is no such output")
	return pipeline.Viewable{}, false
}

// open reads an output and notes that before anything of it is sent (H2).
func (s *Server) open(w http.ResponseWriter, r *http.Request, v pipeline.Viewable) ([]byte, bool) {
	o := v.Output()
	if err := s.note(r, "opened", o.Request, o.Path+" sha256:"+o.Hash); err != nil {
		s.fail(w, r, http.StatusForbidden, notNoted)
		return nil, false
	}
	data, err := v.Read()
	switch {
	case errors.Is(err, pipeline.ErrChanged):
		s.fail(w, r, http.StatusConflict, pipeline.ErrChanged.Error())
	case err != nil:
		s.fail(w, r, http.StatusNotFound, "the file cannot be read; run its action again")
	}
	return data, err == nil
}

func (s *Server) outputPage(w http.ResponseWriter, r *http.Request) {
	v, ok := s.viewable(w, r)
	if !ok {
		return
	}
	o := v.Output()
	m := outputModel{page: s.page(r, path.Base(o.Path)), content: content{Output: o, Kind: kindOf(o.Path)}}
	switch m.Kind {
	case "table":
		data, ok := s.open(w, r, v)
		if !ok {
			return
		}
		query := r.URL.Query()
		view := tableView{Down: query.Get("order") == "down"}
		view.Sort, _ = strconv.Atoi(query.Get("sort")) // what is no number asks for the file's order
		view.Page, _ = strconv.Atoi(query.Get("page"))
		m.fillTable(data, view)
	case "image":
		// The page tells the figure's title in words, which is an opening too.
		data, ok := s.open(w, r, v)
		if !ok {
			return
		}
		m.fillImage(data)
	}
	s.render(w, r, http.StatusOK, "output", m)
}

func (c *content) fillImage(data []byte) {
	c.Alt = figureTitle(c.Output.Path, data)
	c.Adapts = bytes.Contains(data, []byte("prefers-color-scheme"))
}

func (c *content) fillTable(data []byte, view tableView) {
	var err error
	if c.Table, err = readTable(data, view); err != nil {
		c.Kind = "other"
	}
	c.Check = disclosure.CheckData(c.Output.Path, data)
}

// outputContent is the bytes of an image or of what is framed.
func (s *Server) outputContent(w http.ResponseWriter, r *http.Request) {
	v, ok := s.viewable(w, r)
	if !ok {
		return
	}
	kind, shown := contentTypes[strings.ToLower(path.Ext(v.Output().Path))]
	if !shown {
		s.fail(w, r, http.StatusForbidden, "this type of file is not shown")
		return
	}
	data, ok := s.open(w, r, v)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // who asked may have gone
}

// figureTitle is what an image shows, in words: the titles that an SVG has, or
// else its name.
func figureTitle(name string, data []byte) string {
	alt := "Figure " + path.Base(name)
	if strings.ToLower(path.Ext(name)) != ".svg" {
		return alt
	}
	const most = 2000
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	var titles []string
	inside := ""
	for {
		token, err := d.RawToken()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" && (inside == "title" || inside == "desc") {
				titles = append(titles, text)
			}
		}
	}
	if len(titles) > 0 {
		alt += ". " + strings.Join(titles, ". ")
	}
	return shorten(alt, most)
}
