package generatecohortcmd

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/extract"
	"cohortcounts/flowchart"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
)

// flowcharts are the files that show what each part of the population leaves.
type flowcharts struct {
	paths []string
	rule  analysis.Rule
}

// useFlowcharts checks the flags of flowcharts.
func (r *request) useFlowcharts(f *flags) error {
	if len(f.flowcharts) == 0 {
		return nil
	}
	if r.database == nil || r.printSQL {
		return exit.Usagef("--flowchart counts the patients of real tables; give a --database-url, without --print-sql")
	}
	for _, path := range f.flowcharts {
		if drawer(path) == nil {
			return exit.Usagef("--flowchart: %q must end in .csv or .svg", path)
		}
	}
	rule, err := analysis.Profile(f.disclosure)
	if err != nil {
		return exit.Usagef("--disclosure: %w", err)
	}
	rule.Marker = analysis.Redacted
	r.flowcharts = flowcharts{paths: f.flowcharts, rule: rule}
	return nil
}

// drawer is how a flowchart is written to a path; nil where none is known.
func drawer(path string) func(*flowchart.Chart, io.Writer) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return (*flowchart.Chart).WriteCSV
	case ".svg":
		return (*flowchart.Chart).WriteSVG
	}
	return nil
}

// prepare makes the flowcharts of a study, to be put in their places when the
// cohort is.
func (f flowcharts) prepare(ctx context.Context, j job, o extract.Options, charts *atomicfile.Set) error {
	if len(f.paths) == 0 {
		return nil
	}
	raw, err := extract.Flowchart(ctx, j.definition, o)
	if err != nil {
		return err
	}
	chart := flowchart.Release(raw, f.rule)
	for _, path := range f.paths {
		err := charts.Write(path, 0o666, func(w io.Writer) error { return drawer(path)(chart, w) })
		if err != nil {
			return err
		}
	}
	return nil
}
