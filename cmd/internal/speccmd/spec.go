// Package speccmd is the command spec of the driver.
package speccmd

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cohortcounts/analysis"
	"cohortcounts/cmd/internal/cli"
)

// New is the command.
func New() *cobra.Command {
	var check string
	cmd := &cobra.Command{
		Use:   "spec",
		Short: "print the built-in analysis spec, or check one",
		Long: `spec prints the analysis spec that counts and freq_plots use when none is
given: the period, the codelists, the disclosure rule and the panels. Save it,
change it, and give it with --spec.

With --check FILE it says what is wrong with a spec, all at once, or nothing.`,
		Example: `  cohortcounts spec > analysis.yaml
  cohortcounts spec --check analysis.yaml`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if check != "" {
				_, err := analysis.Load(check)
				return err
			}
			if _, err := io.WriteString(cmd.OutOrStdout(), analysis.OriginalText()); err != nil {
				return fmt.Errorf("standard output: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&check, "check", "", "say what is wrong with this spec")
	return cmd
}
