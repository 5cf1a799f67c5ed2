// Package dummydatacmd is the command dummydata: what there is to do with
// dummy data beside making a cohort, which is generate_cohort.
package dummydatacmd

import (
	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
)

// New is the command.
func New() *cobra.Command {
	var o describeOptions
	cmd := &cobra.Command{
		Use:   "dummydata",
		Short: "compare a dummy cohort with its study, or make event tables behind one",
		Long: `dummydata --describe compares a dummy cohort with what its study expects:
how many rows have a value, which dates, labels and numbers there are. The
numbers are as they are, without disclosure control: use it on dummy data only.`,
		Example: "  cohortcounts dummydata --describe output/input.feather --svg described.svg",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.describe == "" {
				return cmd.Help()
			}
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.flags(cmd.Flags())
	cmd.AddCommand(newTables())
	return cmd
}
