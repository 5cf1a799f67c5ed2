package study

import (
	"fmt"
	"slices"
	"strings"

	"cohortcounts/internal/problem"
)

// failure is a Python error that ended a study; python/failure.py makes it.
type failure struct {
	Type      string `json:"type"`
	Message   string `json:"message"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Name      string `json:"name"`    // the module of a failed import
	Missing   string `json:"missing"` // what a stand-in lacks, such as "pandas.merge"
	Path      string `json:"path"`    // of an OSError, relative to the study's root where it lies below
	Traceback string `json:"traceback"`
}

// MissingParamError is a parameter that the study asks for and was not given.
type MissingParamError struct {
	Name string
	problem.Problem
}

// Unwrap gives the place.
func (e MissingParamError) Unwrap() error { return e.Problem }

// NoStudyError says that there is no module of the wanted name.
type NoStudyError struct{ problem.Problem }

// Unwrap gives the place.
func (e NoStudyError) Unwrap() error { return e.Problem }

// nameStudy is how a study definition is named.
const nameStudy = "name a file of analysis/ without its folder and ending, such as study_definition"

// explain says what a researcher can do about a Python error.
func (r *Recording) explain(f *failure) error {
	p := problem.Problem{File: f.File, Line: f.Line, Column: f.Column}
	if p.File == "" {
		p.File = r.file
	}
	message := strings.TrimSpace(f.Message)
	switch {
	case f.Missing != "":
		p.What = fmt.Sprintf("uses %s, which is not built in", f.Missing)
		p.Remedy = "do without it, or run the study with a Python that has the package: --python PATH"
	case f.Type == "MissingParam":
		p.What = fmt.Sprintf("asks for the parameter %q, which was not given", f.Message)
		p.Remedy = fmt.Sprintf("add --param %s=VALUE", f.Message)
		return MissingParamError{f.Message, p}
	case f.Type == "ModuleNotFoundError" && f.Name == r.name && f.Line == 0:
		p.What = "there is no such study definition"
		p.Remedy = nameStudy
		return NoStudyError{p}
	case f.Type == "ModuleNotFoundError":
		p.What = fmt.Sprintf("imports %q, which is neither in the study nor built in", f.Name)
		p.Remedy = "do without it, or run the study with a Python that has the package: --python PATH"
	case slices.Contains([]string{"SyntaxError", "IndentationError", "TabError"}, f.Type):
		p.What = "Python cannot read this: " + message
	case f.Type == "SystemExit":
		p.What = "the study ends Python before it defines `study`"
	case f.Type == "MemoryError":
		p.What = "the study needs more memory than it is allowed"
		p.Remedy = "read less at once; --no-sandbox lifts this, for a study that you trust"
	case f.Type == "RecursionError":
		p.What = "a function calls itself without end"
	case f.Type == "FileNotFoundError" && f.Path != "":
		p.What = fmt.Sprintf("there is no file %q", f.Path)
		p.Remedy = "put it there; paths are relative to the project's folder, and what an action writes is there only after it has run"
	case f.Type == "PermissionError" && !r.options.NoSandbox && f.Path != "":
		p.What = fmt.Sprintf("the study may not open %q", f.Path)
		p.Remedy = "it can read its project only, and write nothing; --no-sandbox lifts this, for a study that you trust"
	case f.Type == "PermissionError" && !r.options.NoSandbox:
		p.What = "the study does what it may not: it can start no process and open no socket"
		p.Remedy = "do without it; --no-sandbox lifts this, for a study that you trust"
	case message == "":
		p.What = f.Type
	default:
		p.What = f.Type + ": " + message
	}
	if r.options.Traceback {
		return tracedError{p, f.Traceback}
	}
	return p
}

// tracedError adds Python's own account.
type tracedError struct {
	problem.Problem
	traceback string
}

func (e tracedError) Error() string { return e.Problem.Error() + "\n" + strings.TrimSpace(e.traceback) }
func (e tracedError) Unwrap() error { return e.Problem }
