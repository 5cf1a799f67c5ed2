// Package countscmd is the command counts, for its own program and for the
// driver.
package countscmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/analysis"
	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cohort"
	"cohortcounts/counts"
	"cohortcounts/disclosure"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/progress"
)

// options is what the flags say.
type options struct {
	inputs  []string
	output  string
	spec    specFlags
	layout  string
	totals  bool
	workers int
	memory  string
	verify  bool
	json    bool
	summary string // path
	quiet   bool

	database      databaseFlags
	countDatabase Database // nil: another program does it

	stdin          io.Reader
	stdout, stderr io.Writer
}

// New is the command. database counts in a database; without it, the program
// cohortcounts is asked to, with the arguments of this one.
func New(database Database) *cobra.Command {
	o := options{countDatabase: database}
	cmd := &cobra.Command{
		Use:   "counts",
		Short: "count the events of a cohort per week",
		Long: `counts counts the events of a cohort (one row per patient) per week and
codelist, withholds small numbers, rounds the others, and writes a CSV table.

The cohort is feather, Arrow, Parquet, CSV or gzip-compressed CSV, whatever its
name; several inputs, or a folder of part files, are one cohort. Events of a
codelist are the columns <codelist>_X1_date, <codelist>_X2_date, … of it.

With --database-url the cohort is a table of a database (--table), or is made from
the records of one in the query itself (--study, in the folder of the study). The
database counts: no row of a patient leaves it.

Which codelists, which period and which disclosure rule says the analysis spec
(see 'cohortcounts spec'); flags override it. Beside the table a report is
written, <output>.disclosure.json, that says what disclosure control did.`,
		Example: `  counts --input output/input.feather --output output/caseness/codecounts_week.csv
  counts --input parts/ --spec analysis.yaml --interval month --output months.csv
  counts --database-url duckdb:tables --study study_definition --output counts.csv
  zcat cohort.csv.gz | counts --input - --output counts.csv`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.stdin, o.stdout, o.stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
			o.spec.changed = cmd.Flags().Changed
			if err := o.database.check(cmd.Flags().Changed, os.Getenv); err != nil {
				return err
			}
			if o.database.asked() && o.countDatabase == nil {
				return handOver(cmd.Context(), os.Args[1:], &o)
			}
			return o.run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&o.inputs, "input", []string{"output/input.feather"}, "the cohort: a file, a folder of part files, or - for standard input; may be given several times")
	flags.StringVar(&o.output, "output", "output/caseness/codecounts_week.csv", "the table to write, or - for standard output")
	o.database.add(flags)
	o.spec.add(flags)
	flags.StringVar(&o.layout, "layout", "wide", "wide (a column for each codelist) or long (a row for each count)")
	flags.BoolVar(&o.totals, "totals", false, "end with the totals of the released counts")
	flags.IntVar(&o.workers, "workers", 0, "how many processors to use; 0: all")
	flags.StringVar(&o.memory, "memory", "128MiB", "the most memory to use for a cohort in files, as the system counts it; what does not fit is refused")
	flags.BoolVar(&o.verify, "verify", false, "first compare the cohort with the digest that it carries")
	flags.BoolVar(&o.json, "json", false, "print a summary as JSON; its numbers are under the disclosure rule")
	flags.StringVar(&o.summary, "summary", "", "also write the summary as it was counted to this file: highly sensitive, like the cohort")
	flags.BoolVar(&o.quiet, "quiet", false, "print errors only")
	return cmd
}

// thousandths are the unit of the progress that is told: how many rows a
// cohort has is not known before it was read.
const thousandths = 1000

func (o options) run(ctx context.Context) (err error) {
	spec, err := o.spec.load()
	if err != nil {
		return err
	}
	layout, err := disclosure.ParseLayout(o.layout)
	if err != nil {
		return exit.UsageError(fmt.Errorf("--layout: %w", err))
	}
	if o.workers < 0 {
		return exit.Usagef("--workers cannot be negative")
	}
	memory, err := limitMemory(o.memory)
	if err != nil {
		return err
	}
	if o.summary != "" && filepath.Clean(o.summary) == filepath.Clean(o.output) {
		return exit.Usagef("--summary and --output name one file")
	}
	if o.json && o.output == standardOutput {
		return exit.Usagef("--json and the table would both be standard output; name a file for one of them")
	}
	if err := o.keepInputs(); err != nil {
		return err
	}
	bar := cli.NewBar(o.stderr, "counting", o.quiet)
	driver := progress.Open(os.Getenv(progress.Variable), time.Now)
	defer driver.Close()
	raw, summary, err := o.count(ctx, spec, counts.Options{
		Workers: o.workers, Memory: memory, Verify: o.verify, Progress: func(done float64) {
			bar.Show(int64(done*thousandths), thousandths)
			driver.Tell(int64(done*thousandths), thousandths)
		},
	})
	bar.End()
	if err != nil {
		return err
	}
	table := disclosure.Release(raw, spec.Disclosure)
	var outputs atomicfile.Set
	defer func() { err = errors.Join(err, outputs.Close()) }()
	if o.summary != "" {
		if err := writeExact(&outputs, o.summary, spec, summary); err != nil {
			return err
		}
	}
	if err := o.write(&outputs, table, disclosure.WriteOptions{Layout: layout, Totals: o.totals}); err != nil {
		return err
	}
	if err := outputs.Commit(); err != nil {
		return err
	}
	// What is printed ends in the log of a job, which more people may see than
	// the cohort: it is under the table's rule.
	released := table.Summarise(summary)
	if !o.quiet {
		o.tell(spec, released)
	}
	if o.json {
		return writeSummary(o.stdout, spec, released)
	}
	return nil
}

// patience is how long an interrupted count may take to end by itself.
const patience = time.Second

// count is counts.Weekly, but does not wait for it when it was interrupted
// while it reads from a pipe into which nothing comes: such a read cannot be
// broken off. Nothing is written before the count has ended, so nothing is
// left half.
func (o options) count(ctx context.Context, spec *analysis.Spec, opts counts.Options) (*counts.Raw, *counts.Summary, error) {
	type outcome struct {
		raw     *counts.Raw
		summary *counts.Summary
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		var r outcome
		if o.database.asked() {
			r.raw, r.summary, r.err = o.countDatabase(ctx, o.database.request(spec, o.stderr))
		} else {
			r.raw, r.summary, r.err = counts.Weekly(ctx, cohort.Source{Paths: o.inputs, Stdin: o.stdin}, spec, opts)
		}
		done <- r
	}()
	select {
	case r := <-done:
		return r.raw, r.summary, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.raw, r.summary, r.err
	case <-time.After(patience):
		return nil, nil, ctx.Err()
	}
}

// tell says on standard error what a user should know of the table.
func (o options) tell(spec *analysis.Spec, s *disclosure.Summary) {
	fmt.Fprintf(o.stderr, "%s: %s %s to %s\n", o.named(), s,
		spec.Period.Start.Format(time.DateOnly), spec.Period.End.Format(time.DateOnly))
	var missing []string
	for _, c := range s.Codelists {
		if c.Columns == 0 {
			missing = append(missing, c.Name)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(o.stderr, "%s: the cohort has no column for %s: counted as zero\n", o.named(), strings.Join(missing, ", "))
	}
	if warning := disclosure.Warning(spec.Disclosure); warning != "" {
		fmt.Fprintf(o.stderr, "%s: %s\n", o.named(), warning)
	}
}

// keepInputs refuses to replace a cohort by what is written.
func (o options) keepInputs() error {
	for flag, path := range map[string]string{"output": o.output, "summary": o.summary} {
		written, err := os.Stat(path)
		if err != nil || !written.Mode().IsRegular() {
			continue // nothing is there that could be lost
		}
		for _, input := range o.inputs {
			if read, err := os.Stat(input); err == nil && os.SameFile(read, written) {
				return exit.Usagef("--%s: %s is the cohort to be read; name another file", flag, path)
			}
		}
	}
	return nil
}
