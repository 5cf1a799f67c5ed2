package extract

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// engine is a database that runs a plan.
type engine interface {
	dialect() dialect
	// place is the database, for messages; it holds no secret.
	place() string
	// describe finds a table; ok is false when it is not there.
	describe(ctx context.Context, table string) (s stored, ok bool, err error)
	// load makes the tables ready that the engine cannot read where they lie.
	// It takes the place of their source.
	load(ctx context.Context, t *tableNeed, s stored) (stored, error)
	// query runs a query without parameters and gives its one row.
	one(ctx context.Context, sql string, columns int) ([]any, error)
	// fit makes a script one that the engine takes, however much is handed over
	// with it.
	fit(ctx context.Context, s *script) error
	// text is what run does, as SQL to print.
	text(s *script) string
	// run makes the relations of a script and starts its final query.
	run(ctx context.Context, s *script) (rows, error)
	close() error
}

// rows are the answer of a query, read to their end or closed before.
type rows interface {
	// next fills one row, with int64, float64, string or nil; io.EOF comes
	// after the last.
	next(row []any) error
	close() error
}

// catalogOf finds the tables and columns that a plan needs. Every fault is told,
// each once, with the first variable that needs what is not there.
func catalogOf(ctx context.Context, e engine, needs *needs) (catalog, error) {
	found := catalog{}
	var problems problem.List
	for _, t := range needs.tables {
		s, ok, err := e.describe(ctx, t.table.name)
		if err != nil {
			return nil, t.fault(err)
		}
		if !ok {
			problems.Add(needed(t.by, fmt.Sprintf("needs table %s, not found in %s", t.table.name, e.place())))
			continue
		}
		for _, c := range t.columns {
			typeName, ok := s.types[c.name]
			if !ok {
				problems.Add(needed(c.by, fmt.Sprintf("needs column %s of table %s, not found in %s", c.name, t.table.name, e.place())))
				continue
			}
			if _, ok := read(e.dialect(), c.kind, c.name, typeName); !ok {
				problems.Add(needed(c.by, fmt.Sprintf("needs column %s of table %s to hold %s, but in %s it has the type %s",
					c.name, t.table.name, c.kind.describe(), e.place(), typeName)))
			}
		}
		found[t.table.name] = s
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	for _, t := range needs.tables {
		s, err := e.load(ctx, t, found[t.table.name])
		if err != nil {
			return nil, t.fault(err)
		}
		found[t.table.name] = s
	}
	return found, nil
}

// check reads the tables that were found for what they may not hold.
func (found catalog) check(ctx context.Context, e engine, needs *needs) error {
	var problems problem.List
	for _, t := range needs.tables {
		faults, err := checkValues(ctx, e, t, found[t.table.name])
		if err != nil {
			return t.fault(err)
		}
		problems = append(problems, faults...)
	}
	return problems.Err()
}

// fault is an error of reading the table.
func (t *tableNeed) fault(err error) error { return fmt.Errorf("table %s: %w", t.table.name, err) }

// needed is the problem that a variable cannot have what it needs.
func needed(v *study.Variable, what string) problem.Problem {
	function := v.Function
	if function == "" {
		return problem.Problem{What: v.Name + ": " + what} // the cohort itself
	}
	return problem.Problem{File: v.Position.File, Line: v.Position.Line, Column: v.Position.Column, What: v.Name + ": " + function + " " + what}
}

// checkValues looks for values that cannot be read, nulls where there may be
// none, and patients who are twice in a table with one row for each. A table
// whose types leave no doubt is not read.
func checkValues(ctx context.Context, e engine, t *tableNeed, s stored) (problem.List, error) {
	var problems problem.List
	fault := func(format string, args ...any) {
		problems.Add(problem.Problem{File: e.place(), What: "table " + t.table.name + ": " + fmt.Sprintf(format, args...)})
	}
	var checks, faults []string
	for _, c := range t.columns {
		r, _ := read(e.dialect(), c.kind, c.name, s.types[c.name])
		if r.bad != "" {
			checks = append(checks, "count_if("+r.bad+")")
			faults = append(faults, fmt.Sprintf("column %s, of type %s, holds a value that is not %s", c.name, s.types[c.name], c.kind.describe()))
		}
		if c.required {
			checks = append(checks, "count_if(("+r.sql+") IS NULL)")
			faults = append(faults, fmt.Sprintf("column %s is empty in some row; it may not be", c.name))
		}
	}
	if len(checks) > 0 {
		counts, err := e.one(ctx, "SELECT "+strings.Join(checks, ",\n  ")+"\nFROM "+s.source, len(checks))
		if err != nil {
			return nil, err
		}
		for i, n := range counts {
			if n, _ := n.(int64); n > 0 {
				fault("%s", faults[i])
			}
		}
	}
	if !t.table.onePerPatient || len(problems) > 0 {
		return problems, nil
	}
	id, _ := read(e.dialect(), kindInt, "patient_id", s.types["patient_id"])
	twice, err := e.one(ctx, `SELECT min(id) FROM (
  SELECT `+id.sql+` AS id FROM `+s.source+` GROUP BY `+id.sql+` HAVING count(*) > 1
) t`, 1)
	if err != nil {
		return nil, err
	}
	if id, ok := twice[0].(int64); ok {
		fault("patient_id %d is there more than once; the table must have one row for each patient", id)
	}
	return problems, nil
}

// patientValue is what in a message of a database may be a patient's value: what
// is quoted, and numbers.
var patientValue = regexp.MustCompile(`'[^']*'|"[^"]*"|[-+]?\b[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\b`)

// withoutValues is the first line of such a message, without them.
func withoutValues(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	return patientValue.ReplaceAllString(line, "…")
}

// sqlType is the type of a column that is handed over.
func sqlType(k kind) string {
	switch k {
	case kindInt, kindBool: // a flag of a file is 1 or 0
		return "BIGINT"
	case kindFloat:
		return "DOUBLE"
	case kindDate:
		return "DATE"
	}
	return "VARCHAR"
}
