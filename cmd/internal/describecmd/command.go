// Package describecmd is the command describe, which shows a study definition
// as a table or a graph.
package describecmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// New makes the command.
func New() *cobra.Command {
	var project, graph, indexDate string
	var how studyflags.Flags
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "describe [STUDY]",
		Short: "show what a study definition declares",
		Long: `Evaluate the study definition analysis/STUDY.py (study_definition when none is
named) and show its variables: where each is taken from, its type, the dates that
limit it, its codelists with their numbers of codes, and what it depends on.
Hidden variables stand in brackets, before the one they belong to.`,
		Example: `  cohortcounts describe
  cohortcounts describe study_definition --graph study.svg`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usagef("describe takes one study, got %d", len(args))
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&project, "project", ".", "`folder` of the study")
	f.StringVar(&graph, "graph", "", "write what depends on what to this SVG `file`")
	f.BoolVar(&asJSON, "json", false, "print all that is known of the study as JSON")
	f.StringVar(&indexDate, "index-date", "", "`date` to use instead of the study's index date")
	how.AddTo(f)
	f.BoolVar(&quiet, "quiet", false, "do not show what the study prints")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		name := "study_definition"
		if len(args) == 1 {
			name = args[0]
		}
		o, err := how.Options(os.Getenv, time.Now())
		if err != nil {
			return exit.UsageError(err)
		}
		if !quiet {
			o.Prints = cmd.ErrOrStderr()
		}
		if err := cli.CheckSVG("graph", graph); err != nil {
			return err
		}
		if indexDate != "" {
			date, err := time.Parse(time.DateOnly, indexDate)
			if err != nil {
				return exit.Usagef("--index-date must be a date in YYYY-MM-DD form, got %q", indexDate)
			}
			o.IndexDate = date
		}
		definition, err := study.Load(cmd.Context(), project, name, o)
		if err != nil {
			return err
		}
		if graph != "" {
			err = atomicfile.Write(graph, 0o666, func(w io.Writer) error { return drawGraph(w, definition) })
			if err == nil && !quiet {
				fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s\n", graph)
			}
			return err
		}
		if asJSON {
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetIndent("", "  ")
			return e.Encode(definition)
		}
		return table(cmd.OutOrStdout(), definition)
	}
	return cmd
}
