package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
)

// options is what the flags say.
type options struct {
	rows    []string
	runs    int
	python  string
	dir     string
	write   bool
	formats []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(exit.Report(os.Stderr, "benchmarks", err))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o options
	flags := pflag.NewFlagSet("benchmarks", pflag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.StringSliceVar(&o.rows, "rows", []string{"10000", "100000", "1000000", "10000000"}, "patients of each cohort")
	flags.StringSliceVar(&o.formats, "formats", []string{"feather", arrowFeather, "parquet"}, "forms of cohort; arrow-feather needs a Python with pyarrow")
	flags.IntVar(&o.runs, "runs", 5, "runs of each engine; two at most above 2 million patients")
	flags.StringVar(&o.python, "python", "python3", "the Python that has the peers")
	flags.StringVar(&o.dir, "dir", "", "folder to keep the cohorts in; a temporary one when left out")
	flags.BoolVar(&o.write, "write", false, "write benchmarks/RESULTS.md and its chart")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil
		}
		return exit.UsageError(err)
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "cohortcounts-benchmarks-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		o.dir = dir
	}
	program := filepath.Join(o.dir, "counts")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/counts").CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./cmd/counts: %w: %s", err, out)
	}
	engines, err := findEngines(ctx, program, o)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(engines, func(e engine) bool { return e.name == "pyarrow" }) && slices.Contains(o.formats, arrowFeather) {
		fmt.Fprintf(stderr, "%s is left out: %s has no pyarrow to write it\n", arrowFeather, o.python)
		o.formats = slices.DeleteFunc(o.formats, func(f string) bool { return f == arrowFeather })
	}
	var results []result
	for _, text := range o.rows {
		rows, err := strconv.Atoi(text)
		if err != nil || rows < 1 {
			return exit.Usagef("--rows: want numbers of patients, found %q", text)
		}
		for _, format := range o.formats {
			path, err := makeCohort(ctx, o, rows, format, stderr)
			if err != nil {
				return err
			}
			measured, err := measure(ctx, engines, path, rows, format, o, stderr)
			if err != nil {
				return err
			}
			results = append(results, measured...)
		}
	}
	table := markdown(results)
	if _, err := io.WriteString(stdout, table); err != nil {
		return err
	}
	if !o.write {
		return nil
	}
	drawn, err := chart(results)
	if err != nil {
		return err
	}
	for path, text := range map[string]string{
		"benchmarks/RESULTS.md":  document(table, engines, o),
		"benchmarks/results.svg": string(drawn),
	} {
		err := atomicfile.Write(path, 0o666, func(w io.Writer) error {
			_, err := io.Copy(w, strings.NewReader(text))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
