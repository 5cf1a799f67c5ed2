package countscmd

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/pflag"

	"cohortcounts/analysis"
	"cohortcounts/counts"
	"cohortcounts/internal/exit"
)

// Database counts a cohort that lies in a database.
type Database func(context.Context, DatabaseRequest) (*counts.Raw, *counts.Summary, error)

// DatabaseRequest is what to count, and where. One of Table and Study is set.
type DatabaseRequest struct {
	URL             string
	Password, Token string // of a Trino user, from the environment
	CAFile          string // of the authority that Trino's certificate is by, from the environment; may be empty
	Scratch         string // a schema of Trino for a table of what is too long for a query, from the environment; may be empty
	Table           string // that holds a cohort
	Study           string // name of a study definition in the current folder
	IndexDate       string // of the study, as a user writes it; empty: its own
	Params          []string
	NoSandbox       bool // let the study's Python do all that the user may do
	Threads         int
	MemoryLimit     string
	Spec            *analysis.Spec
	Stderr          io.Writer // for what the study prints; may be nil
}

// databaseFlags are the flags of counting in a database.
type databaseFlags struct {
	DatabaseRequest
}

func (d *databaseFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&d.URL, "database-url", "", "count in the database at this `URL`: duckdb:PATH or trino://user@host:port/catalog/schema (default: $DATABASE_URL, with --table or --study)")
	flags.StringVar(&d.Table, "table", "", "`name` of the table that holds the cohort")
	flags.StringVar(&d.Study, "study", "", "`name` of a study definition in analysis/: count the cohort that it would have, straight from the records")
	flags.StringVar(&d.IndexDate, "index-date", "", "index `date` of the study, YYYY-MM-DD (default: its own)")
	flags.StringArrayVar(&d.Params, "param", nil, "`name=value` that the study finds in params; may be repeated")
	flags.BoolVar(&d.NoSandbox, "no-sandbox", false, "let the study's Python do all that you may do")
	flags.IntVar(&d.Threads, "threads", 0, "`number` of threads of DuckDB (default: one per core)")
	flags.StringVar(&d.MemoryLimit, "memory-limit", "", "`size` of memory that DuckDB may take, such as 4GB; the rest goes to disk")
}

// asked tells whether the cohort lies in a database.
func (d *databaseFlags) asked() bool { return d.Table != "" || d.Study != "" }

// check refuses flags that do not go together, and takes from the environment
// what was not given.
func (d *databaseFlags) check(changed func(flag string) bool, getenv func(string) string) error {
	if !d.asked() {
		for _, flag := range []string{"database-url", "table", "study", "index-date", "param", "no-sandbox", "threads", "memory-limit"} {
			if changed(flag) {
				return exit.Usagef("--%s is for a cohort in a database; name its --table, or the --study to count", flag)
			}
		}
		return nil
	}
	if d.URL == "" {
		d.URL = getenv("DATABASE_URL")
	}
	d.Password, d.Token, d.CAFile = getenv("TRINO_PASSWORD"), getenv("TRINO_TOKEN"), getenv("TRINO_CA_FILE")
	d.Scratch = getenv("TEMP_DATABASE_NAME")
	d.MemoryLimit = cmp.Or(d.MemoryLimit, getenv("COHORTCOUNTS_MEMORY_LIMIT"))
	switch {
	case d.Table != "" && d.Study != "":
		return exit.Usagef("--table: not allowed with --study")
	case changed("input"), changed("verify"):
		return exit.Usagef("--input and --verify are for files; leave them out with --table or --study")
	case d.URL == "":
		return exit.Usagef("--table and --study need a --database-url")
	case d.Threads < 0:
		return exit.Usagef("--threads must be 0 (one per core) or more, got %d", d.Threads)
	}
	for _, flag := range []string{"index-date", "param", "no-sandbox"} {
		if d.Study == "" && changed(flag) {
			return exit.Usagef("--%s is for a --study", flag)
		}
	}
	return nil
}

func (d *databaseFlags) request(spec *analysis.Spec, stderr io.Writer) DatabaseRequest {
	r := d.DatabaseRequest
	r.Spec, r.Stderr = spec, stderr
	return r
}

// driver is the program that holds all commands, and the engines of databases.
const driver = "cohortcounts"

// handOver runs the driver's command counts in place of this program, which is
// small because it holds no database (docs/decisions/0001-programs.md).
func handOver(ctx context.Context, args []string, o *options) error {
	program, err := findDriver()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"counts"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.stdin, o.stdout, o.stderr
	// It ends by itself on the signal, and says so; a query is then cancelled.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err = cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() > 0 {
		return exit.WithStatus(ended.ExitCode(), errors.New("")) // it has told why
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// findDriver looks beside this program, then where programs are.
func findDriver() (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), driver+filepath.Ext(self))
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	found, err := exec.LookPath(driver)
	if err != nil {
		return "", errors.New("counting in a database needs the program " + driver + ", which is neither beside this one nor on the PATH; install it there")
	}
	return found, nil
}
