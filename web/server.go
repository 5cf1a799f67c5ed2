package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// Options describe a server fully.
type Options struct {
	Workspace    *pipeline.Workspace
	Pipeline     pipeline.Options // how actions are planned; Actions and Force come from the page
	Organisation string           // shown above the workspace's name; empty: none
	Who          string           // is noted in the audit
	Now          func() time.Time // the clock
	Version      string           // of this program

	Secret   string   // lets in who has it; a token or a password
	Password bool     // the secret is a password: it is typed, and never part of an address
	Hosts    []string // further names that the server answers to
	TLS      bool     // the listener speaks TLS: cookies are for that only
	ReadOnly bool     // nothing can be started or cancelled

	// Start begins a run and tells the number of its request. Nil: the page
	// cannot start runs.
	Start func(ctx context.Context, actions []string, force bool) (request int64, err error)
	// Shape reads the rows and columns of a file of patients. Its error is not
	// shown. Nil: they are not told.
	Shape func(ctx context.Context, path string) (rows, columns int64, err error)
	// Log is where faults of the server itself go; nil: nowhere.
	Log io.Writer
}

// Limits of connections (H6).
const (
	maxConnections = 1024
	maxStreams     = 512 // of them live
	writeTimeout   = 30 * time.Second
)

// Server is the pages of one workspace.
type Server struct {
	options   Options
	keeper    *keeper
	hosts     []string
	templates *template.Template
	handler   http.Handler
	live      *hub
	planning  sync.Mutex // a plan reads all files: one at a time
	shapes    shapes

	mutex      sync.Mutex
	record     *record.Record // nil until there is one
	recordFile os.FileInfo    // of the record's file
}

//go:embed templates/*.html style.css live.js worker.js
var files embed.FS

// New is a server for a listener's address.
func New(o Options, address net.Addr) (*Server, error) {
	_, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, keeper: newKeeper(o.Secret, port, o.TLS, o.Now), hosts: hostsOf(address, o.Hosts)}
	if s.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	s.live = newHub(s)
	s.handler = s.guard(s.routes())
	return s, nil
}

// routes are all addresses that there are.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /enter", s.enter)
	mux.HandleFunc("POST /enter", s.enter)
	for _, name := range []string{"style.css", "live.js", "worker.js"} {
		mux.HandleFunc("GET /"+name, s.asset(name))
	}
	mux.HandleFunc("GET /{$}", s.workspacePage)
	mux.HandleFunc("GET /requests/{request}", s.requestPage)
	mux.HandleFunc("GET /requests/{request}/code", s.codePage)
	mux.HandleFunc("GET /requests/{request}/cancel", s.cancelPage)
	mux.HandleFunc("POST /requests/{request}/cancel", s.cancel)
	mux.HandleFunc("GET /jobs/{job}", s.jobPage)
	mux.HandleFunc("GET /jobs/{job}/log", s.jobLog)
	mux.HandleFunc("GET /outputs", s.outputsPage)
	mux.HandleFunc("GET /outputs/view/{path...}", s.outputPage)
	mux.HandleFunc("GET /outputs/content/{path...}", s.outputContent)
	mux.HandleFunc("GET /start", s.startPage)
	mux.HandleFunc("POST /start", s.start)
	mux.HandleFunc("GET /live", s.live.serve)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, http.StatusNotFound, "there is no such page")
	})
	return mux
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers until ctx ends; then it closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	sink := s.options.Log
	if sink == nil {
		sink = io.Discard
	}
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: writeTimeout,
		IdleTimeout: 60 * time.Second, MaxHeaderBytes: maxHeaderBytes, ErrorLog: log.New(sink, "", 0),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			_ = server.Close() // whoever is still reading had time
		}
	}()
	err := server.Serve(netutil.LimitListener(listener, maxConnections))
	if errors.Is(err, http.ErrServerClosed) {
		<-over
		err = nil
	}
	return errors.Join(err, s.close())
}

func (s *Server) close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.record == nil {
		return nil
	}
	return s.record.Close()
}

// book is the record; nil where nothing was run yet. Somebody may remove a
// project's record and begin a new one: a file that is another than the one
// that was opened is opened anew.
func (s *Server) book(ctx context.Context) (*record.Record, error) {
	path := s.options.Workspace.RecordPath()
	info, err := os.Stat(path)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.record != nil && (err != nil || !os.SameFile(info, s.recordFile)) {
		// Requests that use it get an error; whoever loads the page again does not.
		err := s.record.Close()
		s.record = nil
		if err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, nil //nolint:nilnil // an empty workspace is no fault, and has no record
	}
	if s.record == nil {
		opened, err := record.OpenExisting(ctx, path)
		if err != nil {
			return nil, err
		}
		s.record, s.recordFile = opened, info
	}
	return s.record, nil
}

func (s *Server) asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, name)
	}
}

// render answers with a page. A fault of a template is found before anything
// is sent.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, model any) {
	var page bytes.Buffer
	if err := s.templates.ExecuteTemplate(&page, name, model); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page.Bytes()) // who asked may have gone
	}
}

// fail answers with a page that says what is wrong.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, what string) {
	p := s.page(r, http.StatusText(status))
	p.Problem = what
	s.render(w, r, status, "problem", p)
}
