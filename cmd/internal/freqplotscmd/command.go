// Package freqplotscmd is the command freq_plots, for its own program and for
// the driver.
package freqplotscmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"cohortcounts/analysis"
	"cohortcounts/cmd/internal/cli"
	"cohortcounts/disclosure"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/problem"
	"cohortcounts/plots"
)

// options is what the flags say.
type options struct {
	input   string
	outputs []string
	spec    string
	all     bool
	quiet   bool
}

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "freq_plots",
		Short: "draw the frequency plots of a counts table",
		Long: `freq_plots draws the panels of the analysis spec from a table of released
counts (the CSV that counts writes).`,
		Example: "  freq_plots --input output/caseness/codecounts_week.csv --output output/caseness/plots.svg",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.input, "input", "output/caseness/codecounts_week.csv", "the counts table to draw")
	flags.StringArrayVar(&o.outputs, "output", []string{"output/caseness/plots.svg"}, "the file to write")
	flags.StringVar(&o.spec, "spec", "", "analysis spec (YAML) with the panels; the built-in one when left out")
	flags.BoolVar(&o.all, "all", false, "also draw a panel for each column that is in no panel of the spec")
	flags.BoolVar(&o.quiet, "quiet", false, "print errors only")
	return cmd
}

func (o options) run(stderr io.Writer) error {
	formats := make([]plots.Format, len(o.outputs))
	for i, output := range o.outputs {
		var err error
		if formats[i], err = plots.FormatOf(output); err != nil {
			return exit.UsageError(err)
		}
	}
	spec := analysis.Original()
	if o.spec != "" {
		var err error
		if spec, err = analysis.Load(o.spec); err != nil {
			return err
		}
	}
	table, err := readTable(o.input)
	if err != nil {
		return err
	}
	figure, err := plots.New(table, spec.Panels, plots.Options{All: o.all, RoundedTo: spec.Disclosure.RoundTo})
	if err != nil {
		return fmt.Errorf("%s: %w", o.input, err)
	}
	for i, output := range o.outputs {
		err = atomicfile.Write(output, 0o666, func(w io.Writer) error { return figure.Write(w, formats[i]) })
		if err != nil {
			return err
		}
	}
	if !o.quiet {
		for _, note := range figure.Notes() {
			fmt.Fprintf(stderr, "%s: %s\n", o.input, note)
		}
	}
	return nil
}

func readTable(path string) (*disclosure.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, problem.List{{File: path, What: "is a folder", Remedy: "name a counts table (CSV)"}}
	}
	return disclosure.ReadCSV(f, path)
}

// unreadable says why a file cannot be opened, without the name twice.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return problem.List{{File: path, What: "no such file", Remedy: "name the counts table with --input, or run counts first"}}
	}
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err
	}
	return fmt.Errorf("%s: cannot read: %w", path, err)
}
