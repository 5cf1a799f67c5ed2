package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Recording is what one run of a study's Python declared, before any meaning
// is given to it. One recording can be turned into a [Definition] for any
// number of index dates.
type Recording struct {
	name      string
	root      string // the project's folder
	file      string // the study's file, for faults without a place of their own
	given     bool   // the module has a global `study` made by StudyDefinition
	other     string // the Python type of a global `study` that is not one
	at        Position
	arguments dict // of StudyDefinition(…), in the order written
	measures  []measureCall
	hidden    map[string]bool // the hidden variables of a study given as YAML, where none is inside another
	options   Options
}

type measureCall struct {
	at        Position
	arguments dict
}

// A value of Python is, in Go, one of: nil, bool, int64, float64, string,
// []any, dict, *call, *Codelist, and opaque for all else.
type (
	// dict keeps the order in which it was written.
	dict  []entry
	entry struct{ key, value any }
	// opaque is a Python object that a declaration cannot hold; the text is
	// the name of its type.
	opaque string
)

// get is the value of a text key, and whether it is there.
func (d dict) get(key string) (any, bool) {
	for _, e := range d {
		if e.key == key {
			return e.value, true
		}
	}
	return nil, false
}

// call is one call of a function of `patients`.
type call struct {
	function   string
	positional []any
	keyword    dict
	at         Position
}

// answer is what python/recorder.py writes.
type answer struct {
	Study *struct {
		Arguments [][2]any `json:"arguments"`
		At        [3]any   `json:"at"`
		Object    string   `json:"object"`
	} `json:"study"`
	Measures []struct {
		Arguments [][2]any `json:"arguments"`
		At        [3]any   `json:"at"`
	} `json:"measures"`
	Calls []struct {
		Function   string   `json:"function"`
		Positional []any    `json:"positional"`
		Keyword    [][2]any `json:"keyword"`
		At         [3]any   `json:"at"`
	} `json:"calls"`
	Codelists []struct {
		System     any      `json:"system"`
		Codes      []string `json:"codes"`
		Categories []string `json:"categories"`
		File       string   `json:"file"`
	} `json:"codelists"`
	Today   string   `json:"today"`
	Failure *failure `json:"failure"`
}

// decode reads the recorder's answer into r.
func (r *Recording) decode(data []byte) (*failure, error) {
	var a answer
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&a); err != nil {
		return nil, fmt.Errorf("read what the study declared: %w", err)
	}
	if a.Failure != nil {
		return a.Failure, nil
	}
	w := wire{}
	for _, c := range a.Codelists {
		system, _ := c.System.(string)
		w.codelists = append(w.codelists, &Codelist{System: system, Codes: c.Codes, Categories: c.Categories, File: c.File})
	}
	// Calls refer only to calls before them: an inner call is numbered first.
	for _, c := range a.Calls {
		w.calls = append(w.calls, &call{
			function:   c.Function,
			positional: w.list(c.Positional),
			keyword:    w.dict(c.Keyword),
			at:         position(c.At),
		})
	}
	if r.options.Today.IsZero() {
		today, err := time.Parse(time.DateOnly, a.Today)
		if err != nil {
			return nil, fmt.Errorf("read what the study declared: %w", err)
		}
		r.options.Today = today
	}
	if a.Study != nil {
		r.other = a.Study.Object
		r.given = r.other == ""
		r.at = position(a.Study.At)
		r.arguments = w.dict(a.Study.Arguments)
	}
	for _, m := range a.Measures {
		r.measures = append(r.measures, measureCall{at: position(m.At), arguments: w.dict(m.Arguments)})
	}
	return nil, w.err
}

// wire resolves the numbered calls and codelists of an answer.
type wire struct {
	calls     []*call
	codelists []*Codelist
	err       error // the first fault; an answer of our own recorder has none
}

func (w *wire) list(raw []any) []any {
	out := make([]any, len(raw))
	for i, item := range raw {
		out[i] = w.value(item)
	}
	return out
}

func (w *wire) dict(raw [][2]any) dict {
	out := make(dict, len(raw))
	for i, pair := range raw {
		out[i] = entry{w.value(pair[0]), w.value(pair[1])}
	}
	return out
}

func (w *wire) value(raw any) any {
	switch v := raw.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		return number(v)
	case []any:
		return w.list(v)
	case map[string]any:
		return w.tagged(v)
	}
	return w.fault("a value of type %T", raw)
}

// tagged resolves an object, whose one key says what it is.
func (w *wire) tagged(object map[string]any) any {
	for tag, content := range object {
		switch tag {
		case "dict":
			pairs, _ := content.([]any)
			out := make(dict, 0, len(pairs))
			for _, p := range pairs {
				pair, ok := p.([]any)
				if !ok || len(pair) != 2 {
					return w.fault("a dict with a broken pair")
				}
				out = append(out, entry{w.value(pair[0]), w.value(pair[1])})
			}
			return out
		case "call":
			if i := index(content); i >= 0 && i < len(w.calls) {
				return w.calls[i]
			}
		case "codelist":
			if i := index(content); i >= 0 && i < len(w.codelists) {
				return w.codelists[i]
			}
		case "object":
			name, _ := content.(string)
			return opaque(name)
		}
		return w.fault("an object tagged %q", tag)
	}
	return w.fault("an object without a tag")
}

func (w *wire) fault(format string, args ...any) any {
	if w.err == nil {
		w.err = fmt.Errorf("read what the study declared: "+format, args...)
	}
	return nil
}

// number is an int64 where Python wrote an integer that fits, else a float64.
func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || math.IsInf(f, 0) {
		return opaque("a number out of range")
	}
	return f
}

func index(v any) int {
	n, ok := v.(json.Number)
	if !ok {
		return -1
	}
	i, err := strconv.Atoi(n.String())
	if err != nil {
		return -1
	}
	return i
}

func position(at [3]any) Position {
	file, _ := at[0].(string)
	return Position{File: file, Line: max(0, index(at[1])), Column: max(0, index(at[2]))}
}
