package dummydatacmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/dummydata/tables"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// tablesOptions is what the flags of dummydata tables say.
type tablesOptions struct {
	tables.Options
	project string
	study   string
	output  string
	params  map[string]string
	today   string
	python  string
	timeout time.Duration
	open    bool // no sandbox
	json    bool
	quiet   bool
	noise   float64
}

func newTables() *cobra.Command {
	var o tablesOptions
	cmd := &cobra.Command{
		Use:   "tables",
		Short: "make the event tables behind a dummy cohort",
		Long: `tables draws a study's dummy cohort and writes the records that it could have
come from: Parquet tables in the schema of ehrQL's TPP tables, a folder of part
files for each (clinical_events/part-0000.parquet). The study, extracted from
them, has the incidences that it expects.

Among the records are others, with codes that the study does not look for. What
cannot be had is told in notes, which are in tables.json too.`,
		Example: `  cohortcounts dummydata tables --study-definition study_definition --patients 10000 --output tables
  generate_cohort --study-definition study_definition --database-url duckdb:tables`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("noise-events") {
				o.NoiseEvents = o.noise
				if o.noise == 0 {
					o.NoiseEvents = -1
				}
			}
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.project, "project", ".", "the study's main `folder`")
	flags.StringVar(&o.study, "study-definition", "study_definition", "`name` of the study definition in analysis/")
	flags.IntVar(&o.Patients, "patients", 0, "make so many `patients`")
	flags.StringVar(&o.output, "output", "", "`folder` for the tables: new, empty, or made by this command before")
	flags.Uint64Var(&o.Seed, "seed", 1, "`number` that all follows from; that of generate_cohort gives its cohort")
	flags.Float64Var(&o.noise, "noise-events", 0, "mean `number` of clinical events per patient beside the study's (default: what makes 50 of all)")
	flags.IntVar(&o.Workers, "workers", 0, "how many processors to use; 0: all, up to 8")
	flags.StringToStringVar(&o.params, "param", nil, "`name=value` that the study finds in params; may be repeated")
	flags.StringVar(&o.today, "today", "", "`date` that \"today\" means (default: $SOURCE_DATE_EPOCH, or the clock's)")
	flags.StringVar(&o.python, "python", "", "`path` of a Python to run the study with (default: the one built in)")
	flags.DurationVar(&o.timeout, "study-timeout", study.DefaultTimeout, "how long a study may take to declare itself")
	flags.BoolVar(&o.open, "no-sandbox", false, "let the study's Python do all that you may do")
	flags.BoolVar(&o.json, "json", false, "print what was made as JSON")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return cmd
}

func (o *tablesOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	today, err := o.check()
	if err != nil {
		return exit.UsageError(err)
	}
	def, err := study.Load(ctx, o.project, o.study, study.Options{
		Params: o.params, Today: today, Prints: stderr, Python: o.python, Timeout: o.timeout, NoSandbox: o.open,
	})
	if err != nil {
		return err
	}
	o.Root = o.project
	start := time.Now()
	bar := newBar(stderr, o.quiet)
	o.Progress = bar.show
	report, err := tables.Write(ctx, def, o.output, o.Options)
	bar.end()
	if err != nil {
		return err
	}
	if !o.quiet {
		for _, note := range report.Notes {
			fmt.Fprintf(stderr, "%s: note: %v\n", def.File, note)
		}
		rows := int64(0)
		for _, t := range report.Tables {
			rows += t.Rows
		}
		fmt.Fprintf(stderr, "wrote %s: %d patients, %d clinical events, %d rows in %d tables, in %.1f s\n",
			o.output, report.Patients, report.Rows("clinical_events"), rows, len(report.Tables), time.Since(start).Seconds())
	}
	if o.json {
		return writeJSON(stdout, report)
	}
	return nil
}

// mostPatients is above any population there is; a larger number is a slip of
// the keyboard.
const mostPatients = 100_000_000

// check finds all that is wrong with the flags, and what "today" is.
func (o *tablesOptions) check() (today time.Time, err error) {
	var faults []error
	if o.Patients < 1 || o.Patients > mostPatients {
		faults = append(faults, fmt.Errorf("--patients must be from 1 to %d, got %d", mostPatients, o.Patients))
	}
	if o.output == "" {
		faults = append(faults, errors.New("--output must name a folder"))
	}
	if !(o.noise >= 0 && o.noise <= 10_000) {
		faults = append(faults, fmt.Errorf("--noise-events must be from 0 to 10000, got %v", o.noise))
	}
	if o.Workers < 0 {
		faults = append(faults, errors.New("--workers cannot be negative"))
	}
	if o.timeout <= 0 {
		faults = append(faults, fmt.Errorf("--study-timeout must be above 0, got %v", o.timeout))
	}
	if o.today != "" {
		if today, err = time.Parse(time.DateOnly, o.today); err != nil {
			faults = append(faults, fmt.Errorf("--today must be a date in YYYY-MM-DD form, got %q", o.today))
		}
	} else if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			faults = append(faults, fmt.Errorf("SOURCE_DATE_EPOCH must be a number of seconds, got %q", epoch))
		}
		today = time.Unix(seconds, 0).UTC().Truncate(24 * time.Hour)
	}
	return today, errors.Join(faults...)
}
