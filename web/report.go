package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path"
	"strconv"
	"strings"

	"cohortcounts/pipeline/record"
)

// ReportOptions say what is in a report.
type ReportOptions struct {
	Request int64
	// Outputs puts the content of the outputs that may be looked at into the
	// report, which then is as sensitive as they are.
	Outputs bool
}

// reportModel is a report: the page of a request with those of its jobs.
type reportModel struct {
	requestModel
	Style    template.CSS
	Logs     []jobModel
	Contents []reportContent
}

// reportContent is an output in a report.
type reportContent struct {
	page
	content
	Data  template.URL // of an image or a frame
	Fault string       // why it is not there
}

// WriteReport writes a request as one HTML file that needs no server, no other
// file and no script. Of the options it takes what a page shows; nothing is
// served.
func WriteReport(ctx context.Context, w io.Writer, o Options, r ReportOptions) (err error) {
	s := &Server{options: o}
	if s.templates, err = parseTemplates(); err != nil {
		return err
	}
	defer func() {
		if closeErr := s.close(); err == nil {
			err = closeErr
		}
	}()
	var m reportModel
	if m.requestModel, err = s.requestModel(ctx, r.Request); err != nil {
		return err
	}
	m.page = s.plainPage("Job request: " + strconv.FormatInt(r.Request, 10))
	m.Report, m.CanStart = true, false
	for i := range m.Versus {
		s.compare(ctx, m.R.Request, &m.Versus[i])
	}
	for _, job := range m.R.Jobs {
		model, err := s.jobModel(ctx, job.Identifier)
		if err != nil {
			return err
		}
		model.page = m.page
		m.Logs = append(m.Logs, model)
	}
	if r.Outputs {
		if m.Contents, err = s.contents(ctx, m); err != nil {
			return err
		}
	}
	style, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	m.Style = template.CSS(style) //nolint:gosec // it is our own
	return s.templates.ExecuteTemplate(w, "report", m)
}

// contents are the outputs of a report, each noted in the audit before it is
// read (H2).
func (s *Server) contents(ctx context.Context, m reportModel) ([]reportContent, error) {
	book, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	var all []reportContent
	for _, o := range m.Outputs {
		v, ok := o.Viewable()
		if !ok {
			continue
		}
		err := book.Note(ctx, record.Event{
			At: s.options.Now(), Who: s.options.Who, What: "opened", Request: m.R.ID, Detail: o.Path + " sha256:" + o.Hash + " (report)",
		})
		if err != nil {
			return nil, fmt.Errorf("the audit cannot be written to, so no output is put into the report: %w", err)
		}
		c := reportContent{page: m.page, content: content{Output: o.Output, Kind: kindOf(o.Path)}}
		data, err := v.Read()
		switch {
		case err != nil:
			c.Fault = err.Error()
		case c.Kind == "table":
			c.fillTable(data, tableView{All: true})
		case c.Kind == "image", c.Kind == "frame":
			c.fillImage(data)
			kind := contentTypes[strings.ToLower(path.Ext(o.Path))]
			c.Data = template.URL("data:" + strings.ReplaceAll(kind, " ", "") + ";base64," + base64.StdEncoding.EncodeToString(data)) //nolint:gosec // shown as an image or in a frame that may do nothing
		}
		all = append(all, c)
	}
	return all, nil
}
