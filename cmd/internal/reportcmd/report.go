// Package reportcmd is the command cohortcounts report.
package reportcmd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/cmd/internal/servecmd"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
	"cohortcounts/web"
)

// New is the command.
func New() *cobra.Command {
	var o pipeline.Options
	var report web.ReportOptions
	var output, organisation string
	cmd := &cobra.Command{
		Use:   "report REQUEST",
		Short: "write a job request as one HTML file",
		Long: `report writes what the page of a job request shows into one HTML file that needs
no server, no other file and no script. With --with-outputs it holds the content
of the moderately_sensitive outputs too, and is as sensitive as they are; each is
then noted in the audit. Of highly_sensitive outputs it has the name, size, rows
and columns.`,
		Example: "  cohortcounts report 1 -o request-1.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return exit.Usagef("name the number of a request")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if report.Request, err = strconv.ParseInt(args[0], 10, 64); err != nil || report.Request < 1 {
				return exit.Usagef("%q is no number of a request", args[0])
			}
			if err := runcmd.Surroundings(&o); err != nil {
				return err
			}
			return write(cmd.Context(), cmd.OutOrStdout(), o, report, output, organisation)
		},
	}
	runcmd.WorkspaceFlags(cmd.Flags(), &o)
	cmd.Flags().StringVarP(&output, "output", "o", "-", "file to write; - is standard output")
	cmd.Flags().BoolVar(&report.Outputs, "with-outputs", false, "put the content of moderately_sensitive outputs in")
	cmd.Flags().StringVar(&organisation, "organisation", "", "shown before the workspace's name; that of the git remote when left out")
	return cmd
}

func write(ctx context.Context, stdout io.Writer, o pipeline.Options, report web.ReportOptions, output, organisation string) error {
	workspace, err := pipeline.OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return err
	}
	if organisation == "" {
		organisation = web.OrganisationOf(workspace.Project())
	}
	options := web.Options{
		Workspace: workspace, Pipeline: o, Organisation: organisation, Who: o.Who, Now: time.Now, Version: o.Version, Shape: servecmd.Shape,
	}
	writeTo := func(w io.Writer) error {
		if err := web.WriteReport(ctx, w, options, report); err != nil {
			return fmt.Errorf("report of request %d: %w", report.Request, err)
		}
		return nil
	}
	if output == "-" {
		return writeTo(stdout)
	}
	const mode = 0o600 // who may read it is for its owner to say
	return atomicfile.Write(output, mode, writeTo)
}
