package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/internal/suggest"
)

// function is one function of `patients`: what it takes and what it gives.
// The table of all of them is in function_table.go.
type function struct {
	name       string
	parameters []parameter
	names      bool // takes any number of variables' names, without a keyword
	columns    bool // all other keywords declare variables of their own
	// result is the type of what it gives; empty where `returning` or the
	// category labels decide.
	result Type
	// returning are the accepted values of the argument `returning`; empty
	// where the function has no such argument.
	returning []string
	// codelists are the arguments that hold codelists, with the coding systems
	// each accepts; none means that any will do.
	codelists map[string][]string
}

type parameter struct {
	name     string
	required bool
	value    any // the default of one that is not required
}

// has tells whether the function has the named parameter.
func (f *function) has(name string) bool {
	return slices.ContainsFunc(f.parameters, func(p parameter) bool { return p.name == name })
}

// parseSignature reads a signature in Python's own form, such as
// "date_of(source, date_format=None)". Only the table uses it.
func parseSignature(text string) function {
	name, rest, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	f := function{name: name}
	for _, field := range strings.Split(rest, ",") {
		field = strings.TrimSpace(field)
		key, value, optional := strings.Cut(field, "=")
		switch {
		case field == "":
		case strings.HasPrefix(field, "**"):
			f.columns = true
		case strings.HasPrefix(field, "*"):
			f.names = true
		case optional:
			f.parameters = append(f.parameters, parameter{name: key, value: literal(value)})
		default:
			f.parameters = append(f.parameters, parameter{name: field, required: true})
		}
	}
	return f
}

// literal is the value of a Python literal as the signatures use them.
func literal(text string) any {
	switch text {
	case "None":
		return nil
	case "True", "False":
		return text == "True"
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	return strings.Trim(text, "'")
}

// bound are a call's arguments by name.
type bound struct {
	arguments map[string]any // every parameter, defaults filled in
	given     map[string]bool
	names     []any // of a function that takes variables' names
	columns   dict  // the keywords that declare variables
}

// bind gives each argument of a call to a parameter, as Python would. All
// faults are returned; the arguments they concern have their defaults.
func (f *function) bind(c *call) (bound, []string) {
	b := bound{arguments: map[string]any{}, given: map[string]bool{}}
	var faults []string
	for _, p := range f.parameters {
		b.arguments[p.name] = p.value
	}
	switch {
	case f.names:
		b.names = c.positional
	case len(c.positional) > len(f.parameters):
		faults = append(faults, fmt.Sprintf("%s takes at most %d arguments, got %d", f.name, len(f.parameters), len(c.positional)))
		fallthrough
	default:
		for i, value := range c.positional[:min(len(c.positional), len(f.parameters))] {
			b.arguments[f.parameters[i].name] = value
			b.given[f.parameters[i].name] = true
		}
	}
	for _, e := range c.keyword {
		key, _ := e.key.(string)
		switch {
		case f.has(key) && b.given[key]:
			faults = append(faults, fmt.Sprintf("%s got the argument %s twice", f.name, key))
		case f.has(key):
			b.arguments[key], b.given[key] = e.value, true
		case f.names && key == "return_expectations":
			faults = append(faults, f.name+" takes no return_expectations: its values follow from those it compares")
		case f.columns:
			b.columns = append(b.columns, e)
		default:
			faults = append(faults, fmt.Sprintf("%s has no argument %q%s", f.name, key, suggest.DidYouMean(key, f.parameterNames())))
		}
	}
	for _, p := range f.parameters {
		if p.required && !b.given[p.name] {
			faults = append(faults, fmt.Sprintf("%s needs the argument %s", f.name, p.name))
		}
	}
	return b, faults
}

func (f *function) parameterNames() []string {
	names := make([]string, len(f.parameters))
	for i, p := range f.parameters {
		names[i] = p.name
	}
	return names
}
