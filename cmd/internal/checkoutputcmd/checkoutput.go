// Package checkoutputcmd is the command check-output of the driver.
package checkoutputcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cohortcounts/disclosure"
	"cohortcounts/internal/exit"
	"cohortcounts/internal/problem"
)

// New is the command.
func New() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check-output FILE...",
		Short: "show what an output checker sees of files before their release",
		Long: `check-output shows, for each column of each table, its type, how many cells are
withheld ([REDACTED]) or missing (empty), the smallest number, and which share of
the numbers is divisible by 5 or is one that midpoint 6 rounding gives.

It refuses, with exit status 1, what may not be released: files of rows of
patients, a patient_id column, more than 5,000 rows, more than 16 MiB.`,
		Example: "  cohortcounts check-output output/caseness/codecounts_week.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("no file is named")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(cmd.OutOrStdout(), args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func run(stdout io.Writer, paths []string, asJSON bool) error {
	checks := make([]*disclosure.Check, 0, len(paths))
	var problems problem.List
	var faults []error
	for _, path := range paths {
		check, err := disclosure.CheckFile(path)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		checks = append(checks, check)
		problems = append(problems, check.Problems...)
	}
	show := showText
	if asJSON {
		show = showJSON
	}
	if err := show(stdout, checks); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return errors.Join(append(faults, problems.Err())...)
}

func showJSON(w io.Writer, checks []*disclosure.Check) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(checks)
}

func showText(w io.Writer, checks []*disclosure.Check) error {
	for i, c := range checks {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if !c.Table {
			fmt.Fprintf(w, "%s: %d bytes, not a table\n", c.File, c.Bytes)
			continue
		}
		fmt.Fprintf(w, "%s: %d rows, %d columns, %d bytes\n", c.File, c.Rows, len(c.Columns), c.Bytes)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  column\ttype\twithheld\tmissing\tsmallest\tdivisible by 5\tmidpoint 6")
		for _, column := range c.Columns {
			name := column.Name
			if name == "" {
				name = "(no name)"
			}
			fmt.Fprintf(table, "  %q\t%s\t%d\t%d\t%s\t%s\t%s\n", name, column.Type, column.Withheld, column.Missing,
				number(column.Smallest), share(column.DivisibleBy5), share(column.Midpoint6))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func share(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100**v)
}
