// Package generatemeasurescmd is the command generate_measures, which takes the
// flags of `cohortextractor generate_measures` and writes the same files.
package generatemeasurescmd

import (
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/progress"
	"cohortcounts/study"
)

// options are what the command line asks for.
type options struct {
	name         string // of a study, or "all"
	dir          string
	skipExisting bool
	quiet        bool
	how          studyflags.Flags
	study        study.Options
	progress     string // path of the file to tell the driver in; see package progress
	stderr       io.Writer
}

// New makes the command.
func New() *cobra.Command {
	o := &options{}
	var verbose bool
	cmd := &cobra.Command{
		Use:   "generate_measures",
		Short: "work out a study's measures over its cohorts of several dates",
		Long: `Evaluate analysis/study_definition*.py of the project in the current folder and
work out its measures over the cohorts input_DATE.* that generate_cohort
--index-date-range has written: for each Measure and date the sum of the
numerator, the sum of the denominator and their quotient, in each group.

Flags are those of cohortextractor generate_measures, and the files have the
same names and bytes: measure_ID_DATE.csv for each date, and measure_ID.csv with
all. Numbers are exact, small ones too, unless the Measure has
small_number_suppression=True.`,
		Example: `  cohortcounts generate_cohort --expectations-population 1000 --output-format feather --index-date-range "2020-01-01 to 2020-03-01 by month"
  cohortcounts generate_measures --study-definition study_definition --output-dir output`,
		// The original's parser takes what pflag does not: studyflags.Parse.
		DisableFlagParsing: true,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.name, "study-definition", "all", "`name` of a study definition in analysis/, or all")
	f.StringVar(&o.dir, "output-dir", "output", "`folder` with the cohort files, and for the measures")
	f.BoolVar(&o.skipExisting, "skip-existing", false, "leave tables of one date that are there already as they are")
	o.how.AddTo(f)
	f.BoolVar(&o.quiet, "quiet", false, "say nothing unless something is wrong")
	f.BoolVar(&verbose, "verbose", false, "add Python's traceback to errors of a study")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		done, err := studyflags.Parse(cmd, args)
		if err != nil || done {
			return err
		}
		if o.study, err = o.how.Options(os.Getenv, time.Now()); err != nil {
			return exit.UsageError(err)
		}
		o.stderr, o.progress = cmd.ErrOrStderr(), os.Getenv(progress.Variable)
		o.study.Traceback = verbose
		if !o.quiet {
			o.study.Prints = o.stderr
		}
		return o.run(cmd.Context())
	}
	return cmd
}
