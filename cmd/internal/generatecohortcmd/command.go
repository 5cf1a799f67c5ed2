// Package generatecohortcmd is the command generate_cohort, which takes the
// flags of `cohortextractor generate_cohort` and writes the same files.
package generatecohortcmd

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/progress"
)

// flags are the command line as given; request is what it means.
type flags struct {
	studyDefinition string
	population      wholeNumber
	dummyDataFile   string
	databaseURL     string
	scratch         string
	printSQL        bool
	flowcharts      []string
	disclosure      string
	memoryLimit     string
	threads         int
	outputDir       string
	outputFormat    string
	outputFile      string
	indexDateRange  string
	skipExisting    bool
	seed            uint64
	independent     bool
	applyPopulation bool
	compression     string
	study           studyflags.Flags
	quiet           bool
	verbose         bool
}

// New makes the command.
func New() *cobra.Command {
	cmd, f := newCommand()
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		done, err := studyflags.Parse(cmd, args)
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

func newCommand() (*cobra.Command, *flags) {
	f := &flags{}
	cmd := &cobra.Command{
		Use:   "generate_cohort",
		Short: "make a cohort from a study definition: dummy patients, or those of real tables",
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
		// The original's parser takes what pflag does not: studyflags.Parse.
		DisableFlagParsing: true,
	}
	o := cmd.Flags()
	o.SortFlags = false
	o.StringVar(&f.studyDefinition, "study-definition", "all", "`name` of a study definition in analysis/, or all")
	o.Var(&f.population, "expectations-population", "make dummy data for so many `patients`")
	o.StringVar(&f.dummyDataFile, "dummy-data-file", "", "use this `file` as the cohort, after checking it against the study")
	o.StringVar(&f.databaseURL, "database-url", "", "read the cohort from the tables at this `URL` (default: $DATABASE_URL)")
	o.BoolVar(&f.printSQL, "print-sql", false, "print the SQL that would be run over the tables, and run nothing")
	o.IntVar(&f.threads, "threads", 0, "`number` of threads of DuckDB (default: one per core)")
	o.StringVar(&f.memoryLimit, "memory-limit", "", "`size` of memory that DuckDB may take, such as 4GB; the rest goes to disk")
	o.StringArrayVar(&f.flowcharts, "flowchart", nil, "also write to this `file`, .csv or .svg, how many patients each part of the population leaves; may be repeated")
	o.StringVar(&f.disclosure, "disclosure", "opensafely", "disclosure `profile` of the flowchart: original, opensafely or midpoint6")
	o.StringVar(&f.outputDir, "output-dir", "output", "`folder` for the cohort files")
	o.StringVar(&f.outputFormat, "output-format", "csv", "`format`: one of "+cohort.FormatNames())
	o.StringVar(&f.outputFile, "output-file", "", "`path` of the cohort file: folder, name and format in one")
	o.StringVar(&f.indexDateRange, "index-date-range", "", "make a file for each index `date`: \"2020-01-01 to 2020-12-01 by month\" (or week)")
	o.BoolVar(&f.skipExisting, "skip-existing", false, "leave files that are there already as they are")
	o.Bool("with-end-date-fix", false, "accepted and ignored, as in the original")
	o.StringVar(&f.scratch, "temp-database-name", "", "`schema` of Trino, as CATALOG.SCHEMA, for a table of codes that are too many for a query (default: $TEMP_DATABASE_NAME)")
	o.Uint64Var(&f.seed, "seed", 1, "`number` that the dummy data follows from")
	o.BoolVar(&f.independent, "independent", false, "draw each variable by itself, as the original does")
	o.BoolVar(&f.applyPopulation, "apply-population", false, "draw dummy patients until so many belong to the study's population")
	o.StringVar(&f.compression, "compression", string(cohort.LZ4), "of feather files: lz4, zstd or none")
	f.study.AddTo(o)
	o.BoolVar(&f.quiet, "quiet", false, "say nothing unless something is wrong")
	o.BoolVar(&f.verbose, "verbose", false, "add Python's traceback to errors of a study, and tell each note, not one line for each kind")
	return cmd, f
}

// mostPatients is above any population there is to describe; a larger number
// is a slip of the keyboard.
const mostPatients = 100_000_000

// request checks the flags and gives what they ask for.
func (f *flags) request(changed func(name string) bool, getenv func(string) string) (*request, error) {
	r := &request{
		name: f.studyDefinition, patients: int(f.population), dummyDataFile: f.dummyDataFile,
		seed: f.seed, independent: f.independent, applyPopulation: f.applyPopulation, skipExisting: f.skipExisting, quiet: f.quiet, verbose: f.verbose,
		progress: getenv(progress.Variable),
	}
	if err := f.checkSource(getenv); err != nil {
		return nil, err
	}
	var err error
	if r.study, err = f.study.Options(getenv, time.Now()); err != nil {
		return nil, exit.UsageError(err)
	}
	r.study.Traceback = f.verbose
	if err := r.useDatabase(f, getenv); err != nil {
		return nil, err
	}
	if err := r.useFlowcharts(f); err != nil {
		return nil, err
	}
	if r.compression, err = cohort.ParseCompression(f.compression); err != nil {
		return nil, exit.UsageError(err)
	}
	if r.output, err = f.output(changed); err != nil {
		return nil, exit.UsageError(err)
	}
	if f.indexDateRange != "" {
		if r.indexDates, err = indexDates(f.indexDateRange, r.study.Today); err != nil {
			return nil, exit.UsageError(err)
		}
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
