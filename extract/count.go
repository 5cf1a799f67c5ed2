package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/counts"
	"cohortcounts/study"
)

// CountTable counts the events of a cohort that is a table of a database, as
// [counts.Weekly] counts those of a cohort in files. Of o it needs what says
// where the database is.
func CountTable(ctx context.Context, table string, spec *analysis.Spec, o Options) (*counts.Raw, *counts.Summary, error) {
	e, err := open(ctx, o.URL, o)
	if err != nil {
		return nil, nil, err
	}
	raw, summary, err := countTable(ctx, e, table, spec)
	return raw, summary, errors.Join(err, e.close())
}

func countTable(ctx context.Context, e engine, name string, spec *analysis.Spec) (*counts.Raw, *counts.Summary, error) {
	s, ok, err := e.describe(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, fmt.Errorf("%s: has no table %s; name the table that holds the cohort", e.place(), name)
	}
	c := &counting{d: e.dialect(), place: e.place() + ": table " + name, spec: spec}
	if err := c.choose(s.columns); err != nil {
		return nil, nil, err
	}
	need := &tableNeed{table: &table{name: name}}
	for _, name := range c.stored {
		need.columns = append(need.columns, columnNeed{column: column{name: name}})
	}
	if s, err = e.load(ctx, need, s); err != nil {
		return nil, nil, err
	}
	for _, column := range c.stored {
		c.add(column, quote(column), s.types[column])
	}
	if err := c.problems.Err(); err != nil {
		return nil, nil, err
	}
	counted := &script{}
	c.finish(counted, s.source)
	return c.run(ctx, e, counted)
}

// CountStudy counts the events of the cohort that [Write] would extract,
// straight from the records: the cohort is part of the query and never comes
// into being. What the counts do not follow from is not worked out.
func CountStudy(ctx context.Context, def *study.Definition, spec *analysis.Spec, o Options) (*counts.Raw, *counts.Summary, error) {
	// What the study has wrong is told whether it is counted or not.
	if _, err := compile(def, duckDialect{}); err != nil {
		return nil, nil, err
	}
	c := &counting{place: def.File, spec: spec}
	if err := c.choose(visible(def)); err != nil {
		return nil, nil, err
	}
	e, err := open(ctx, o.URL, o)
	if err != nil {
		return nil, nil, err
	}
	raw, summary, err := c.countStudy(ctx, e, def, o)
	return raw, summary, errors.Join(err, e.close())
}

func (c *counting) countStudy(ctx context.Context, e engine, def *study.Definition, o Options) (*counts.Raw, *counts.Summary, error) {
	c.d = e.dialect()
	compiled, err := plan(ctx, e, onlyFor(def, c.stored), o)
	if err != nil {
		return nil, nil, err
	}
	s := compiled.levelsOver()
	var columns []string
	for _, name := range c.stored {
		outcome := compiled.columns[name]
		columns = append(columns, "  "+compiled.use(name)+" AS "+outcome.column)
		c.add(name, outcome.column, map[study.Type]string{study.Date: "DATE", study.String: "VARCHAR"}[outcome.variable.Type])
	}
	if err := c.problems.Err(); err != nil {
		return nil, nil, err
	}
	s.add("cohort", "SELECT\n"+strings.Join(columns, ",\n")+"\n"+compiled.members())
	c.finish(s, "cohort")
	if err := compiled.ready(ctx, e, s); err != nil {
		return nil, nil, err
	}
	return c.run(ctx, e, s)
}

// visible are the columns that the cohort of a study would have.
func visible(def *study.Definition) []string {
	names := []string{"patient_id"}
	for i := range def.Variables {
		if v := &def.Variables[i]; !v.Hidden && v.Name != def.Population {
			names = append(names, v.Name)
		}
	}
	return names
}
