package recordcmd

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// NewCancel is the command that ends a running request.
func NewCancel() *cobra.Command {
	var o pipeline.Options
	cmd := &cobra.Command{
		Use:     "cancel REQUEST",
		Short:   "end a job request that is running",
		Example: "  cohortcounts cancel 1",
		Args:    oneArgument("the number of a request"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			if err := runcmd.Surroundings(&o); err != nil {
				return err
			}
			return withRecord(cmd.Context(), o, func(r *record.Record) error {
				running, err := r.Cancel(cmd.Context(), id, o.Who, o.Now())
				if err != nil {
					return err
				}
				if !running {
					return fmt.Errorf("request %d is over already", id)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "request %d is told to end\n", id)
				return nil
			})
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o)
	return cmd
}

// NewPrune is the command that removes what is not needed any more.
func NewPrune() *cobra.Command {
	var o pipeline.PruneOptions
	var days int
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "remove old job folders and, when told to, highly_sensitive outputs",
		Long: `prune removes the folders of jobs that ended some days ago (their logs remain in
metadata/) and, with --highly-sensitive, the highly_sensitive outputs. The audit
keeps who removed what, and when.`,
		Example: "  cohortcounts prune --older-than-days 7\n  cohortcounts prune --highly-sensitive",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 0 || days > mostDays {
				return exit.Usagef("--older-than-days must be from 0 to %d, got %d", mostDays, days)
			}
			if err := runcmd.Surroundings(&o.Options); err != nil {
				return err
			}
			o.OlderThan = time.Duration(days) * 24 * time.Hour
			removed, err := pipeline.Prune(cmd.Context(), o)
			for _, path := range removed {
				fmt.Fprintln(cmd.OutOrStdout(), "removed "+path)
			}
			if err == nil && len(removed) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "nothing to remove")
			}
			return err
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o.Options)
	cmd.Flags().IntVar(&days, "older-than-days", 30, "how long ago a job must have ended")
	cmd.Flags().BoolVar(&o.HighlySensitive, "highly-sensitive", false, "remove highly_sensitive outputs too")
	return cmd
}
