// Package runcmd is the command cohortcounts run.
package runcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

// options is what the flags say.
type options struct {
	pipeline.Options
	backend string
	dryRun  bool
	explain bool
	quiet   bool
	json    bool
	memory  string
}

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "run ACTION...",
		Short: "run actions of a project.yaml and all that they need",
		Long: `run runs the named actions of a project.yaml, and before them the actions that
they need, each as a process of its own in a fresh folder. An action whose
command, files and inputs are what they were when it last ran is not run again.

The name run_all stands for all actions.

With --backend the actions that make a cohort extract it from that database; no
other action is told of it. Passwords are taken from $TRINO_PASSWORD, $TRINO_TOKEN
and $TRINO_CA_FILE and handed to them in the same way.`,
		Example: `  cohortcounts run freq_plots
  cohortcounts run --project my-study --explain --dry-run run_all`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("name an action, or %s for all", project.RunAll)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Actions = args
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	WorkspaceFlags(flags, &o.Options)
	flags.StringVar(&o.backend, "backend", "", "where patients come from: dummy, duckdb:PATH or trino://user@host:port/catalog/schema (default: $DATABASE_URL, else dummy)")
	flags.BoolVarP(&o.Force, "force-run-dependencies", "f", false, "run the actions and all that they need, though nothing changed")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be run, and run nothing")
	flags.BoolVar(&o.explain, "explain", false, "say for each action why it is run")
	flags.IntVar(&o.Jobs, "jobs", 0, "how many actions run at once; 0: two")
	flags.BoolVar(&o.ContinueOnError, "continue-on-error", false, "after a failure run what does not need the failed action")
	flags.StringVar(&o.memory, "memory", "4GiB", "how much memory an action and all that it starts may use")
	flags.DurationVar(&o.Timeout, "timeout", 0, "end an action after this time (such as 30m); 0: never")
	flags.BoolVar(&o.AllowLocalCommands, "allow-local-commands", false, "run actions that no native stage is known for as processes of this machine")
	flags.BoolVar(&o.NoSandbox, "no-sandbox", false, "let actions read and write whatever you may, instead of their own folders only")
	flags.BoolVar(&o.json, "json", false, "print the plan (with --dry-run) or the job request as JSON, instead of lines")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	flags.StringVar(&o.Identifier, "identifier", "", "the request's identifier, by which whoever starts this program finds it")
	cobra.CheckErr(flags.MarkHidden("identifier"))
	return cmd
}

func (o *options) run(ctx context.Context, stdout, stderr io.Writer) error {
	if o.Jobs < 0 || o.Timeout < 0 {
		return exit.Usagef("--jobs and --timeout cannot be negative")
	}
	var err error
	if o.Memory, err = cli.ParseSize("memory", o.memory); err != nil {
		return err
	}
	if err := Surroundings(&o.Options); err != nil {
		return err
	}
	if err := o.setBackend(os.Getenv); err != nil {
		return err
	}
	printer := &printer{
		out: stdout, err: stderr, explain: o.explain, dryRun: o.dryRun, quiet: o.quiet,
		groups: os.Getenv("GITHUB_ACTIONS") == "true", held: map[string][]string{},
	}
	switch {
	case o.quiet || o.json:
		printer.out = io.Discard
	case isTerminal(stderr) && !printer.groups:
		printer.progress.out, printer.progress.now = stderr, time.Now
	}
	if o.dryRun {
		plan, err := pipeline.Explain(ctx, o.Options)
		if err == nil {
			printer.Planned(plan)
		}
		if err == nil && o.json {
			err = printJSON(stdout, planned(plan))
		}
		return err
	}
	o.Listener = printer
	result, err := pipeline.Run(ctx, o.Options)
	printer.progress.end()
	if o.json && result != nil {
		if err := printJSON(stdout, finished{result.Request, result.Request.Status()}); err != nil {
			return err
		}
	}
	if errors.Is(err, pipeline.ErrFailed) {
		return errors.New("") // the printer has told which and why
	}
	if err != nil && ctx.Err() != nil {
		fmt.Fprintln(stderr, "the run was stopped; outputs are those of the actions that had finished")
		return exit.WithStatus(exit.Interrupted, errors.New("")) // it has been told
	}
	return err
}

// version is that of this program.
func version() string { return cli.Version() }
