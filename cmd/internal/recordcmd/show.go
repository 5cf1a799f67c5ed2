package recordcmd

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// commit is a request's commit in short, marked when there were changes.
func commit(q record.Request) string {
	if q.Commit == "" {
		return "unknown"
	}
	short := q.Commit[:min(7, len(q.Commit))]
	if q.Dirty != nil && *q.Dirty {
		return short + "+changes"
	}
	return short
}

func took(from, to *time.Time) string {
	if from == nil || to == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f s", to.Sub(*from).Seconds())
}

// NewShow is the command that shows a job request.
func NewShow() *cobra.Command {
	var o pipeline.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show REQUEST",
		Short:   "show a job request and its jobs",
		Example: "  cohortcounts show 1",
		Args:    oneArgument("the number of a request"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return withRecord(cmd.Context(), o, func(r *record.Record) error {
				q, err := r.Request(cmd.Context(), id)
				if err != nil {
					return err
				}
				events, err := r.EventsOf(cmd.Context(), id)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), shown{listed{q, q.Status()}, events})
				}
				if err := printRequest(cmd.OutOrStdout(), q); err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout())
				return printEvents(cmd.OutOrStdout(), events, false)
			})
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printRequest(out io.Writer, q record.Request) error {
	branch := q.Branch
	if branch == "" {
		branch = "unknown"
	}
	fmt.Fprintf(out, "Job request: %d (%s)\nStatus: %s\nRequested by: %s\nBranch: %s\nCommit: %s\nActions: %s\nForce run dependencies: %s\n",
		q.ID, q.Identifier, q.Status(), q.RequestedBy, branch, commit(q), strings.Join(q.Actions, " "), yesNo(q.Force))
	fmt.Fprintf(out, "Created: %s\nTook: %s\n\n", q.CreatedAt.UTC().Format("2006-01-02 15:04:05 UTC"), took(q.StartedAt, q.FinishedAt))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ACTION\tSTATUS\tCODE\tJOB\tTOOK\tCPU\tPEAK MEMORY\tMESSAGE")
	for _, j := range q.Jobs {
		message := j.Message
		if message == "" {
			message = "ran because: " + j.Why
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.2f s\t%.1f MB\t%s\n", j.Action, j.State, j.Code, j.Identifier,
			took(j.StartedAt, j.FinishedAt), j.CPU.Seconds(), float64(j.PeakMemory)/1e6, message)
	}
	return table.Flush()
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}
