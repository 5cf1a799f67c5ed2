package study

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cohortcounts/internal/problem"
	"cohortcounts/internal/suggest"
)

// Define gives the recorded declarations their meaning, for one index date:
// the study's own when indexDate is zero. Every fault found is returned at
// once, as a [problem.List].
func (r *Recording) Define(indexDate time.Time) (*Definition, error) {
	d, err := r.define(indexDate)
	if err != nil {
		return nil, err
	}
	definition := &Definition{
		Name:       r.name,
		File:       r.file,
		IndexDate:  d.scope.index,
		Population: "population",
		Measures:   d.readMeasures,
	}
	for _, c := range d.columns {
		definition.Variables = append(definition.Variables, c.variable)
	}
	return definition, nil
}

func (r *Recording) define(indexDate time.Time) (*definer, error) {
	d := &definer{recording: r, byName: map[string]*column{}}
	d.scope.today = r.options.Today
	if !r.given {
		what := "does not define `study`"
		if r.other != "" {
			what = fmt.Sprintf("`study` is a %s, not a StudyDefinition", r.other)
		}
		return nil, problem.List{{File: r.file, What: what, Remedy: "write study = StudyDefinition(population=…, …)"}}
	}
	d.readIndexDate(indexDate)
	d.readDefaults()
	d.flatten()
	for _, c := range d.columns {
		d.resolve(c)
	}
	for _, c := range d.columns {
		d.evaluate(c)
	}
	d.readMeasures = d.measures()
	return d, d.problems.Err()
}

// definer turns a recording into a definition.
type definer struct {
	recording *Recording
	problems  problem.List
	scope     dateScope // without variables
	defaults  dict      // default_expectations; nil when the study gives none
	columns   []*column // in definition order, the population last
	byName    map[string]*column

	readMeasures []Measure
}

// column is a variable in the making.
type column struct {
	variable  Variable
	call      *call
	function  *function // nil when it is not known: the fault has been told
	order     int       // place in definer.columns
	arguments map[string]any
	given     map[string]bool
	names     []any // what an aggregate compares
	format    any   // date_format as declared: nil is not the same as "YYYY" to an aggregate
	feeds     bool  // an aggregate compares it
	derived   bool  // added by include_date_of_match or include_measurement_date
	broken    bool  // a fault has been told that leaves its type unknown
}

// fault adds a problem of a variable, at the place of its call.
func (d *definer) fault(c *column, format string, args ...any) {
	d.problems.Add(problem.Problem{
		File:   c.variable.Position.File,
		Line:   c.variable.Position.Line,
		Column: c.variable.Position.Column,
		What:   c.variable.Name + ": " + fmt.Errorf(format, args...).Error(),
	})
}

// studyFault adds a problem of the StudyDefinition itself.
func (d *definer) studyFault(format string, args ...any) {
	at := d.recording.at
	d.problems.Add(problem.Problem{File: at.File, Line: at.Line, Column: at.Column, What: fmt.Sprintf(format, args...)})
}

func (d *definer) readIndexDate(given time.Time) {
	value, _ := d.recording.arguments.get("index_date")
	if value != nil {
		text, _ := value.(string)
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			d.studyFault("index_date must be a date as text, such as \"2020-02-01\", got %s", quote(value))
		}
		d.scope.index = date
	}
	// As in the original, a study whose expressions use index_date must give
	// one of its own, also where another replaces it.
	if !given.IsZero() && value != nil {
		d.scope.index = given
	}
}

func (d *definer) readDefaults() {
	value, _ := d.recording.arguments.get("default_expectations")
	if value == nil {
		return
	}
	defaults, ok := value.(dict)
	if !ok {
		d.studyFault("default_expectations must be a dict, got %s", quote(value))
	}
	d.defaults = defaults
}

// Measures are the study's Measures, which need nothing else of it; none when it
// has no global `measures`. Every fault found is returned at once, as a
// [problem.List].
func (r *Recording) Measures() ([]Measure, error) {
	d := &definer{recording: r}
	measures := d.measures()
	return measures, d.problems.Err()
}

// File is the path of the study, for messages.
func (r *Recording) File() string { return r.file }

// measures checks and gives the study's Measures.
func (d *definer) measures() []Measure {
	var out []Measure
	for _, m := range d.recording.measures {
		fault := func(format string, args ...any) {
			d.problems.Add(problem.Problem{File: m.at.File, Line: m.at.Line, Column: m.at.Column, What: fmt.Sprintf(format, args...)})
		}
		text := func(name string) string {
			value, _ := m.arguments.get(name)
			s, ok := value.(string)
			if !ok {
				fault("the %s of a Measure must be text, got %s", name, quote(value))
			}
			return s
		}
		measure := Measure{ID: text("id"), Numerator: text("numerator"), Denominator: text("denominator")}
		group, _ := m.arguments.get("group_by")
		switch group := group.(type) {
		case nil:
		case string:
			measure.GroupBy = []string{group}
		case []any:
			for _, name := range group {
				s, ok := name.(string)
				if !ok {
					fault("group_by of measure %q must hold names, got %s", measure.ID, quote(name))
				}
				measure.GroupBy = append(measure.GroupBy, s)
			}
		default:
			fault("group_by of measure %q must be a name or a list of names, got %s", measure.ID, quote(group))
		}
		suppress, _ := m.arguments.get("small_number_suppression")
		measure.SmallNumberSuppression = truthy(suppress)
		if !slices.Equal(measure.GroupBy, []string{"population"}) {
			for _, role := range []struct{ name, column string }{{"numerator", measure.Numerator}, {"denominator", measure.Denominator}} {
				if slices.Contains(measure.GroupBy, role.column) {
					fault("measure %q has the column %q both as %s and in group_by", measure.ID, role.column, role.name)
				}
			}
		}
		out = append(out, measure)
	}
	return out
}

// source is the earlier column of the given name; a fault is told when there
// is none.
func (d *definer) source(c *column, name any, role string) *column {
	text, ok := name.(string)
	if !ok {
		d.fault(c, "%s must be the name of a column, got %s", role, quote(name))
		return nil
	}
	found := d.byName[text]
	switch {
	case found == nil:
		d.fault(c, "unknown column %q in %s%s", text, role, suggest.DidYouMean(text, d.names(c)))
	case found.order >= c.order:
		d.fault(c, "column %q, used in %s, must be defined before it", text, role)
	default:
		return found
	}
	return nil
}

// names are those of the columns before c, which c may refer to.
func (d *definer) names(c *column) []string {
	var names []string
	for _, earlier := range d.columns[:c.order] {
		names = append(names, earlier.variable.Name)
	}
	return names
}

// period reads the two ends of a time limit.
func (d *definer) period(c *column) Period {
	after, before, between := c.arguments["on_or_after"], c.arguments["on_or_before"], c.arguments["between"]
	if between != nil {
		if after != nil || before != nil {
			d.fault(c, "between cannot be given together with on_or_after or on_or_before")
			return Period{}
		}
		pair, ok := between.([]any)
		if !ok || len(pair) != 2 {
			d.fault(c, "between must be a pair of dates, got %s", quote(between))
			return Period{}
		}
		return Period{From: d.date(c, "between", pair[0]), To: d.date(c, "between", pair[1])}
	}
	return Period{From: d.date(c, "on_or_after", after), To: d.date(c, "on_or_before", before)}
}

// date reads a date expression of an argument; nil stays nil.
func (d *definer) date(c *column, role string, value any) *DateExpression {
	if value == nil {
		return nil
	}
	text, ok := value.(string)
	if !ok {
		d.fault(c, "%s must be a date as text, such as \"2020-02-01\" or \"index_date\", got %s", role, quote(value))
		return nil
	}
	scope := d.scope
	scope.variables = map[string]bool{}
	for _, earlier := range d.columns[:c.order] {
		scope.variables[earlier.variable.Name] = true
	}
	expression, err := parseDate(text, scope)
	var unknown unknownNameError
	switch {
	case errors.As(err, &unknown) && d.byName[unknown.name] != nil:
		d.fault(c, "column %q, used in %s, must be defined before it", unknown.name, role)
		return nil
	case errors.As(err, &unknown):
		d.fault(c, "unknown column %q in %s%s", unknown.name, role, unknown.hint)
		return nil
	case err != nil:
		d.fault(c, "%s: %w", role, err)
		return nil
	case expression.Variable == "":
		return expression
	}
	from := d.byName[expression.Variable]
	switch {
	case from.broken:
	case from.variable.Type != Date:
		d.fault(c, "%s: column %q is not a date", role, from.variable.Name)
	case from.variable.DateFormat == Year:
		d.fault(c, "%s: column %q has only the year; give it date_format=\"YYYY-MM-DD\" to count from it", role, from.variable.Name)
	}
	return expression
}
