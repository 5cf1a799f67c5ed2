package dummydatacmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/dummydata/tables"
)

// tablesOptions is what the flags of dummydata tables say.
type tablesOptions struct {
	tables.Options
	studyOptions
	output  string
	json    bool
	quiet   bool
	verbose bool
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
	o.addNames(flags)
	flags.IntVar(&o.Patients, "patients", 0, "make so many `patients`")
	flags.StringVar(&o.output, "output", "", "`folder` for the tables: new, empty, or made by this command before")
	flags.Uint64Var(&o.Seed, "seed", 1, "`number` that all follows from; that of generate_cohort gives its cohort")
	flags.Float64Var(&o.noise, "noise-events", 0, "mean `number` of clinical events per patient beside the study's (default: what makes 50 of all)")
	flags.IntVar(&o.Workers, "workers", 0, "how many processors to use; 0: all, up to 8")
	o.how.AddTo(flags)
	flags.BoolVar(&o.json, "json", false, "print what was made as JSON")
	flags.BoolVar(&o.verbose, "verbose", false, "tell each note, not one line for each kind")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return cmd
}

func (o *tablesOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	def, err := o.load(ctx, stderr, o.faults()...)
	if err != nil {
		return err
	}
	o.Root = o.project
	start := time.Now()
	bar := cli.NewBar(stderr, "making tables", o.quiet)
	o.Progress = func(patients, of int) { bar.Show(int64(patients), int64(of)) }
	report, err := tables.Write(ctx, def, o.output, o.Options)
	bar.End()
	if err != nil {
		return err
	}
	if !o.quiet {
		tellNotes(stderr, def.File, report.Notes, o.verbose)
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

// faults are all that is wrong with the flags but those of the study.
func (o *tablesOptions) faults() (faults []error) {
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
	return faults
}
