// Package freqplotscmd is the command freq_plots, for its own program and for
// the driver.
package freqplotscmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/internal/exit"
	"cohortcounts/plots"
)

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "freq_plots",
		Short: "draw the frequency plots of a counts table",
		Long: `freq_plots draws the panels of the analysis spec from a table of released
counts (the CSV that counts writes). A codelist that the table lacks is left
out, and said. A withheld week is a gap in the line, with a bar under the plot.

A length is a number with a unit: 15in, 38cm, 380mm, 1080pt or 1440px (96 to
the inch). A bare number is inches when it is below 100, otherwise pixels.`,
		Example: `  freq_plots --input output/caseness/codecounts_week.csv --output output/caseness/plots.svg
  freq_plots --output plots.svg --output plots.pdf --data plots.csv
  freq_plots --output plots.png --width 1500px --dpi 192 --all`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			job, err := o.check()
			if err != nil {
				return exit.UsageError(err)
			}
			return job.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.input, "input", "output/caseness/codecounts_week.csv", "the counts table to draw")
	flags.StringArrayVar(&o.outputs, "output", []string{"output/caseness/plots.svg"},
		"the file to write, as SVG, PNG or PDF by its suffix; may be given several times")
	flags.StringVar(&o.spec, "spec", "", "analysis spec (YAML) with the panels; the built-in one when left out")
	flags.BoolVar(&o.all, "all", false, "also draw a panel for each column that is in no panel of the spec")
	flags.BoolVar(&o.separate, "separate", false, "write a file for each panel, named after its title: plots-sgss-tests.svg")
	flags.StringVar(&o.data, "data", "", "also write the drawn numbers to this CSV, a row for each series and date")
	flags.StringVar(&o.ticks, "ticks", "months", "labels of the time axis: months, or original (every third week's date, turned)")
	flags.StringVar(&o.width, "width", "", "width of the page (15in for two columns of panels)")
	flags.StringVar(&o.height, "height", "", "height of the page (as much as the panels need)")
	flags.IntVar(&o.dpi, "dpi", plots.DefaultDPI, "pixels to the inch in a PNG")
	flags.BoolVar(&o.quiet, "quiet", false, "print errors only")
	return cmd
}

// options is what the flags say.
type options struct {
	input, spec, data string
	outputs           []string
	ticks             string
	width, height     string
	dpi               int
	all, separate     bool
	quiet             bool
}

// check turns flags into a job; its errors are wrong usage.
func (o options) check() (job, error) {
	j := job{input: o.input, spec: o.spec, data: o.data, separate: o.separate, quiet: o.quiet}
	j.options = plots.Options{All: o.all, DPI: o.dpi}
	for _, path := range o.outputs {
		format, err := plots.FormatOf(path)
		if err != nil {
			return job{}, fmt.Errorf("--output %w", err)
		}
		j.outputs = append(j.outputs, output{path, format})
	}
	if o.dpi < 1 {
		return job{}, fmt.Errorf("--dpi %d: want 1 or more", o.dpi)
	}
	switch o.ticks {
	case "months":
	case "original":
		j.options.Ticks = plots.OriginalTicks
	default:
		return job{}, fmt.Errorf("--ticks %q: want months or original", o.ticks)
	}
	var err error
	if j.options.Width, err = length(o.width); err != nil {
		return job{}, fmt.Errorf("--width %w", err)
	}
	if j.options.Height, err = length(o.height); err != nil {
		return job{}, fmt.Errorf("--height %w", err)
	}
	if err := j.options.Validate(); err != nil {
		return job{}, err
	}
	return j, nil
}
