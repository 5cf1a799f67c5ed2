// Package dummydatacmd is the command dummydata: what there is to do with
// dummy data beside making a cohort, which is generate_cohort.
package dummydatacmd

import (
	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
)

// New is the command.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dummydata",
		Short: "make dummy data other than a cohort",
		Args:  cli.NoArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTables())
	return cmd
}
