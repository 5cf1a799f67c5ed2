// Package generatecohortcmd is the command generate_cohort, which takes the
// flags of `cohortextractor generate_cohort` and writes the same files.
package generatecohortcmd

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/progress"
	"cohortcounts/study"
)

// flags are the command line as given; request is what it means.
type flags struct {
	studyDefinition string
	population      int
	dummyDataFile   string
	databaseURL     string
	printSQL        bool
	memoryLimit     string
	threads         int
	outputDir       string
	outputFormat    string
	outputFile      string
	indexDateRange  string
	skipExisting    bool
	params          []string
	seed            uint64
	independent     bool
	applyPopulation bool
	compression     string
	today           string
	python          string
	studyTimeout    time.Duration
	noSandbox       bool
	quiet           bool
	verbose         bool
}

// New makes the command.
func New() *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "generate_cohort",
		Short: "Make a cohort from a study definition: dummy patients, or those of real tables",
		Long: `Evaluate analysis/study_definition*.py of the project in the current folder and
write, for each, a cohort: of dummy patients drawn from its expectations, or of
the patients in the tables at --database-url (or $DATABASE_URL): a folder with
one file per table or a DuckDB file (duckdb:PATH), or a Trino schema
(trino://user@host:port/catalog/schema; its password or token is read from
$TRINO_PASSWORD or $TRINO_TOKEN, and asks for TLS).

Flags are those of cohortextractor generate_cohort, and the files have the same
names, columns and types.`,
		Example: `  generate_cohort --study-definition study_definition --output-format feather --expectations-population 10000
  generate_cohort --expectations-population 1000 --index-date-range "2020-01-01 to 2020-12-01 by month"
  generate_cohort --study-definition study_definition --output-format feather --database-url duckdb:tables`,
		// The original's parser takes what pflag does not: see argparse.go.
		DisableFlagParsing: true,
	}
	o := cmd.Flags()
	o.SortFlags = false
	o.StringVar(&f.studyDefinition, "study-definition", "all", "`name` of a study definition in analysis/, or all")
	o.IntVar(&f.population, "expectations-population", 0, "make dummy data for so many `patients`")
	o.StringVar(&f.dummyDataFile, "dummy-data-file", "", "use this `file` as the cohort, after checking it against the study")
	o.StringVar(&f.databaseURL, "database-url", "", "read the cohort from the tables at this `URL` (default: $DATABASE_URL)")
	o.BoolVar(&f.printSQL, "print-sql", false, "print the SQL that would be run over the tables, and run nothing")
	o.IntVar(&f.threads, "threads", 0, "`number` of threads of DuckDB (default: one per core)")
	o.StringVar(&f.memoryLimit, "memory-limit", "", "`size` of memory that DuckDB may take, such as 4GB; the rest goes to disk")
	o.StringVar(&f.outputDir, "output-dir", "output", "`folder` for the cohort files")
	o.StringVar(&f.outputFormat, "output-format", "csv", "`format`: csv, csv.gz, feather, dta, dta.gz or parquet")
	o.StringVar(&f.outputFile, "output-file", "", "`path` of the cohort file: folder, name and format in one")
	o.StringVar(&f.indexDateRange, "index-date-range", "", "make a file for each index `date`: \"2020-01-01 to 2020-12-01 by month\" (or week)")
	o.BoolVar(&f.skipExisting, "skip-existing", false, "leave files that are there already as they are")
	o.Bool("with-end-date-fix", false, "accepted and ignored, as in the original")
	o.String("temp-database-name", "", "accepted and ignored: dummy data needs no database")
	o.StringArrayVar(&f.params, "param", nil, "`name=value` that the study finds in params; may be repeated")
	o.Uint64Var(&f.seed, "seed", 1, "`number` that the dummy data follows from")
	o.BoolVar(&f.independent, "independent", false, "draw each variable by itself, as the original does")
	o.BoolVar(&f.applyPopulation, "apply-population", false, "draw dummy patients until so many belong to the study's population")
	o.StringVar(&f.compression, "compression", string(cohort.LZ4), "of feather files: lz4, zstd or none")
	o.StringVar(&f.today, "today", "", "`date` that \"today\" means (default: $SOURCE_DATE_EPOCH, or the clock's)")
	o.StringVar(&f.python, "python", "", "`path` of a Python to run the study with, for its packages (default: the one built in)")
	o.DurationVar(&f.studyTimeout, "study-timeout", study.DefaultTimeout, "how long a study may take to declare itself")
	o.BoolVar(&f.noSandbox, "no-sandbox", false, "let the study's Python do all that you may do")
	o.BoolVar(&f.quiet, "quiet", false, "say nothing unless something is wrong")
	o.BoolVar(&f.verbose, "verbose", false, "add Python's traceback to errors of a study")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		done, err := parse(cmd, args)
		if err != nil || done {
			return err
		}
		request, err := f.request(cmd.Flags().Changed, os.Getenv)
		if err != nil {
			return err
		}
		request.stdout = cmd.OutOrStdout()
		return request.run(cmd.Context(), cmd.ErrOrStderr())
	}
	return cmd
}

// parse reads the arguments as the original would. It is done when they only
// ask for help or the version.
func parse(cmd *cobra.Command, args []string) (done bool, err error) {
	args, err = likeArgparse(cmd.Flags(), args)
	if err != nil {
		return false, exit.UsageError(err)
	}
	if err := cmd.Flags().Parse(args); err != nil {
		return false, exit.UsageError(err)
	}
	if help, _ := cmd.Flags().GetBool("help"); help {
		return true, cmd.Help()
	}
	if version, _ := cmd.Flags().GetBool("version"); version {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), cmd.Name(), cli.Version())
		return true, err
	}
	return false, cli.NoArguments(cmd, cmd.Flags().Args())
}

// mostPatients is above any population there is to describe; a larger number
// is a slip of the keyboard.
const mostPatients = 100_000_000

// request checks the flags and gives what they ask for.
func (f *flags) request(changed func(name string) bool, getenv func(string) string) (*request, error) {
	r := &request{
		name: f.studyDefinition, patients: f.population, dummyDataFile: f.dummyDataFile,
		seed: f.seed, independent: f.independent, applyPopulation: f.applyPopulation, skipExisting: f.skipExisting, quiet: f.quiet,
		progress: getenv(progress.Variable),
		study: study.Options{
			Params: params(f.params), Python: f.python, Timeout: f.studyTimeout,
			NoSandbox: f.noSandbox, Traceback: f.verbose,
		},
	}
	if err := f.checkSource(getenv); err != nil {
		return nil, err
	}
	if err := r.useDatabase(f, getenv); err != nil {
		return nil, err
	}
	var err error
	if r.study.Today, err = today(f.today, getenv("SOURCE_DATE_EPOCH")); err != nil {
		return nil, exit.UsageError(err)
	}
	if r.compression, err = cohort.ParseCompression(f.compression); err != nil {
		return nil, exit.UsageError(err)
	}
	if r.output, err = f.output(changed); err != nil {
		return nil, exit.UsageError(err)
	}
	if f.indexDateRange != "" {
		now := r.study.Today
		if now.IsZero() {
			now = dayOf(time.Now())
		}
		if r.indexDates, err = indexDates(f.indexDateRange, now); err != nil {
			return nil, err
		}
	}
	if f.studyTimeout <= 0 {
		return nil, exit.Usagef("--study-timeout must be above 0, got %v", f.studyTimeout)
	}
	return r, nil
}

// checkSource asks that the patients come from exactly one place. A population
// of 0 counts as not given, as in the original.
func (f *flags) checkSource(getenv func(string) string) error {
	switch {
	case f.population < 0 || f.population > mostPatients:
		return exit.Usagef("--expectations-population must be from 1 to %d, got %d", mostPatients, f.population)
	case f.population != 0 && f.dummyDataFile != "":
		return exit.Usagef("--dummy-data-file: not allowed with --expectations-population")
	case f.databaseURL != "" && (f.population != 0 || f.dummyDataFile != ""):
		return exit.Usagef("--database-url: not allowed with --expectations-population or --dummy-data-file")
	case f.population != 0 || f.dummyDataFile != "":
		return nil
	case f.databaseURL != "" || getenv("DATABASE_URL") != "":
		return nil
	}
	return exit.Usagef("one of --expectations-population, --dummy-data-file and --database-url is needed")
}

// today is the date that --today gives, or the environment variable
// SOURCE_DATE_EPOCH; zero leaves it to the clock.
func today(text, epoch string) (time.Time, error) {
	switch {
	case text != "":
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return time.Time{}, fmt.Errorf("--today must be a date in YYYY-MM-DD form, got %q", text)
		}
		return date, nil
	case epoch != "":
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH must be a number of seconds, got %q", epoch)
		}
		return dayOf(time.Unix(seconds, 0).UTC()), nil
	}
	return time.Time{}, nil
}

// dayOf is midnight UTC of a time's own calendar day.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
