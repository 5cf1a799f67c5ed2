// Package versioncmd is the command cohortcounts version: what this program
// is, and what is off in it and why.
package versioncmd

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/extract"
	"cohortcounts/internal/sandbox"
)

// New is the command.
func New() *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version, and what is off on this platform",
		Long: `version prints the version of the program. With --verbose it also says, a line
each, whether DuckDB and the sandbox are there, and why when one is not.`,
		Example: "  cohortcounts version --verbose",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			fmt.Fprintln(out, "cohortcounts", cli.Version())
			if verbose {
				fmt.Fprintf(out, "built by %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
				fmt.Fprintln(out, "DuckDB:", DuckDB())
				fmt.Fprintln(out, "sandbox:", Sandbox())
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&verbose, "verbose", false, "say what is off on this platform, and why")
	return cmd
}

// DuckDB says whether this program has DuckDB.
func DuckDB() string {
	if extract.HasDuckDB {
		return "on"
	}
	return "off: this program was built without cgo; cohorts come from dummy data and Trino. Take an archive with duckdb in its name, or build with a C compiler"
}

// Sandbox says whether programs are confined on this machine.
func Sandbox() string {
	if err := sandbox.Available(); err != nil {
		return "off: " + err.Error() + "; run only studies that you trust"
	}
	return "on"
}
