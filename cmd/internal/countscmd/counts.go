// Package countscmd is the command counts, for its own program and for the
// driver.
package countscmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cohortcounts/analysis"
	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cohort"
	"cohortcounts/counts"
	"cohortcounts/disclosure"
	"cohortcounts/internal/atomicfile"
)

// options is what the flags say.
type options struct {
	inputs  []string
	output  string
	spec    string
	workers int
	quiet   bool
}

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "counts",
		Short: "count the events of a cohort per week",
		Long: `counts counts the events of a cohort (one row per patient) per week and
codelist, withholds small numbers, rounds the others, and writes a CSV table.

Events of a codelist are the columns <codelist>_X1_date, <codelist>_X2_date, …
of the cohort. Which codelists, which period and which disclosure rule says the
analysis spec.`,
		Example: "  counts --input output/input.feather --output output/caseness/codecounts_week.csv",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&o.inputs, "input", []string{"output/input.feather"}, "the cohort")
	flags.StringVar(&o.output, "output", "output/caseness/codecounts_week.csv", "the table to write")
	flags.StringVar(&o.spec, "spec", "", "analysis spec (YAML); the built-in one when left out")
	flags.IntVar(&o.workers, "workers", 0, "how many processors to use; 0: all")
	flags.BoolVar(&o.quiet, "quiet", false, "print errors only")
	return cmd
}

func (o options) run(ctx context.Context, stderr io.Writer) error {
	spec := analysis.Original()
	if o.spec != "" {
		var err error
		if spec, err = analysis.Load(o.spec); err != nil {
			return err
		}
	}
	raw, summary, err := counts.Weekly(ctx, cohort.Files(o.inputs...), spec, counts.Options{Workers: o.workers})
	if err != nil {
		return err
	}
	table := disclosure.Release(raw, spec.Disclosure)
	err = atomicfile.Write(o.output, 0o666, func(w io.Writer) error {
		return disclosure.WriteCSV(w, table, disclosure.Wide)
	})
	if err != nil || o.quiet {
		return err
	}
	fmt.Fprintf(stderr, "counted %d events of %d patients; dropped %d outside %s to %s\n", summary.Inside(), summary.Rows,
		summary.Outside(), spec.Period.Start.Format("2006-01-02"), spec.Period.End.Format("2006-01-02"))
	return nil
}
