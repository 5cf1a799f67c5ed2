package countscmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/counts"
	"cohortcounts/disclosure"
	"cohortcounts/internal/atomicfile"
)

// reportSuffix is added to the table's name for the report beside it.
const reportSuffix = ".disclosure.json"

// standardOutput is the name of an output that is written there.
const standardOutput = "-"

// write writes the table and its report to a set.
func (o options) write(set *atomicfile.Set, table *disclosure.Table, opts disclosure.WriteOptions) error {
	if o.output == standardOutput {
		return disclosure.WriteCSV(o.stdout, table, opts)
	}
	err := set.Write(o.output, 0o666, func(w io.Writer) error { return disclosure.WriteCSV(w, table, opts) })
	if err != nil {
		return err
	}
	if o.besideOutput() {
		return set.Write(o.output+reportSuffix, 0o666, table.Report().WriteJSON)
	}
	return nil
}

// besideOutput tells whether the output has a place beside it: a device or
// pipe has none, nor has /dev/stdout that is a file.
func (o options) besideOutput() bool {
	info, err := os.Stat(o.output)
	return (err != nil || info.Mode().IsRegular()) && !strings.HasPrefix(filepath.Clean(o.output), "/dev/")
}

// writeSummary is what --json prints.
func writeSummary(w io.Writer, spec *analysis.Spec, released *disclosure.Summary) error {
	out := struct {
		Start    string `json:"start"`
		End      string `json:"end"`
		Interval string `json:"interval"`
		*disclosure.Summary
	}{spec.Period.Start.Format(time.DateOnly), spec.Period.End.Format(time.DateOnly), spec.Period.Interval.String(), released}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// exactSummary is what --summary writes. Its numbers are those of the cohort,
// neither withheld nor rounded.
type exactSummary struct {
	Rows      int64           `json:"rows"`
	Columns   int             `json:"columns"`
	Start     string          `json:"start"`
	End       string          `json:"end"`
	Interval  string          `json:"interval"`
	Inside    int64           `json:"events_in_period"`
	Outside   int64           `json:"events_outside_period"`
	Codelists []exactCodelist `json:"codelists"`
}

type exactCodelist struct {
	Name    string `json:"name"`
	Columns int    `json:"columns"`
	Inside  int64  `json:"events_in_period"`
	Outside int64  `json:"events_outside_period"`
}

// writeExact writes a file that is as sensitive as the cohort is: for its
// owner only.
func writeExact(set *atomicfile.Set, path string, spec *analysis.Spec, s *counts.Summary) error {
	out := exactSummary{
		Rows: s.Rows, Columns: s.Columns, Inside: s.Inside(), Outside: s.Outside(),
		Start: spec.Period.Start.Format(time.DateOnly), End: spec.Period.End.Format(time.DateOnly),
		Interval: spec.Period.Interval.String(),
	}
	for _, c := range s.Codelists {
		out.Codelists = append(out.Codelists, exactCodelist(c))
	}
	return set.Write(path, 0o600, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(out)
	})
}

// named is the table's place in messages.
func (o options) named() string {
	if o.output == standardOutput {
		return "standard output"
	}
	return o.output
}
