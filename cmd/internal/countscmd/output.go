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

// write writes the table and its report. The report is written first but put
// in its place last: a fault of either leaves both as they were.
func (o options) write(table *disclosure.Table, opts disclosure.WriteOptions) error {
	writeTable := func() error {
		return atomicfile.Write(o.output, 0o666, func(w io.Writer) error {
			return disclosure.WriteCSV(w, table, opts)
		})
	}
	switch info, err := os.Stat(o.output); {
	case o.output == standardOutput:
		return disclosure.WriteCSV(o.stdout, table, opts)
	case err == nil && !info.Mode().IsRegular(), strings.HasPrefix(filepath.Clean(o.output), "/dev/"):
		return writeTable() // a device or pipe, or /dev/stdout that is a file, has nothing beside it
	}
	// A place that cannot be written to is told by the name the user gave.
	probe, err := atomicfile.Create(o.output, 0o666)
	if err == nil {
		err = probe.Close()
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(o.output+reportSuffix, 0o666, func(w io.Writer) error {
		if err := table.Report().WriteJSON(w); err != nil {
			return err
		}
		return writeTable()
	})
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
func writeExact(path string, spec *analysis.Spec, s *counts.Summary) error {
	out := exactSummary{
		Rows: s.Rows, Columns: s.Columns, Inside: s.Inside(), Outside: s.Outside(),
		Start: spec.Period.Start.Format(time.DateOnly), End: spec.Period.End.Format(time.DateOnly),
		Interval: spec.Period.Interval.String(),
	}
	for _, c := range s.Codelists {
		out.Codelists = append(out.Codelists, exactCodelist(c))
	}
	return atomicfile.Write(path, 0o600, func(w io.Writer) error {
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
