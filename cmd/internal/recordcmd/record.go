// Package recordcmd holds the commands that look at what was run, and that end
// or remove it: status, show, log, cancel, prune.
package recordcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
)

// withRecord opens the record of a workspace for a command that looks at it.
// What a killed run left open is closed first.
func withRecord(ctx context.Context, o pipeline.Options, use func(*record.Record) error) error {
	if err := runcmd.Surroundings(&o); err != nil {
		return err
	}
	if err := pipeline.Repair(ctx, o); err != nil {
		return err
	}
	w, err := pipeline.OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return err
	}
	r, err := record.OpenExisting(ctx, w.RecordPath())
	if errors.Is(err, record.ErrNone) {
		return fmt.Errorf("%s: nothing has been run here yet", w.Project())
	}
	if err != nil {
		return err
	}
	return errors.Join(use(r), r.Close())
}

// printJSON prints a value as indented JSON.
func printJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// listed is a request as --json prints it.
type listed struct {
	record.Request
	Status string `json:"status"`
}

// shown is a request with what was done with it, as show --json prints it.
type shown struct {
	listed
	Audit []record.Event `json:"audit"`
}

// NewStatus is the command that lists job requests.
func NewStatus() *cobra.Command {
	var o pipeline.Options
	var asJSON bool
	var audit bool
	var most int
	cmd := &cobra.Command{
		Use:   "status",
		Short: "list past and present job requests, or who did what",
		Example: `  cohortcounts status
  cohortcounts status --audit --json`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if most < 1 {
				return exit.Usagef("--most must be above 0, got %d", most)
			}
			return withRecord(cmd.Context(), o, func(r *record.Record) error {
				if audit {
					events, err := r.Events(cmd.Context(), most)
					if err != nil {
						return err
					}
					return printEvents(cmd.OutOrStdout(), events, asJSON)
				}
				requests, err := r.Requests(cmd.Context(), most)
				if err != nil {
					return err
				}
				return printRequests(cmd.OutOrStdout(), requests, asJSON)
			})
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&audit, "audit", false, "list who ran, opened, cancelled and removed what")
	cmd.Flags().IntVar(&most, "most", 20, "how many lines to list, the newest first")
	return cmd
}

func printRequests(out io.Writer, requests []record.Request, asJSON bool) error {
	if asJSON {
		all := make([]listed, len(requests))
		for i, q := range requests {
			all[i] = listed{q, q.Status()}
		}
		return printJSON(out, all)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "REQUEST\tSTATUS\tACTIONS\tBY\tCOMMIT\tCREATED (UTC)\tTOOK")
	for _, q := range requests {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", q.ID, q.Status(), strings.Join(q.Actions, " "), q.RequestedBy,
			commit(q), q.CreatedAt.UTC().Format(time.DateTime), took(q.StartedAt, q.FinishedAt))
	}
	return table.Flush()
}

func printEvents(out io.Writer, events []record.Event, asJSON bool) error {
	if asJSON {
		return printJSON(out, events)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHEN (UTC)\tWHO\tWHAT\tREQUEST\tDETAIL")
	for _, e := range events {
		request := "-"
		if e.Request != 0 {
			request = strconv.FormatInt(e.Request, 10)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", e.At.UTC().Format(time.DateTime), e.Who, e.What, request, strings.ReplaceAll(e.Detail, "\n", ", "))
	}
	return table.Flush()
}

// NewLog is the command that prints the log of an action.
func NewLog() *cobra.Command {
	var o pipeline.Options
	cmd := &cobra.Command{
		Use:     "log ACTION",
		Short:   "print the log of an action's last job",
		Example: "  cohortcounts log counts",
		Args:    oneArgument("an action"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := runcmd.Surroundings(&o); err != nil {
				return err
			}
			f, err := pipeline.OpenLog(cmd.Context(), o, args[0])
			if err != nil {
				return err
			}
			_, err = io.Copy(cmd.OutOrStdout(), f)
			return errors.Join(err, f.Close())
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o)
	return cmd
}

// mostDays is a century. What the clock can count ends after three, and a
// longer time must not be taken for one that is over.
const mostDays = 36500

// oneArgument wants exactly one argument.
func oneArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return exit.Usagef("name %s", what)
		}
		return nil
	}
}

func number(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, exit.Usagef("%q is no number of a request", text)
	}
	return id, nil
}
