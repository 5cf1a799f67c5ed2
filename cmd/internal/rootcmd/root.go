// Package rootcmd is the driver's command tree: its own commands and the
// stages, which are the same code as the stage programs.
package rootcmd

import (
	"strings"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/checkcmd"
	"cohortcounts/cmd/internal/checkoutputcmd"
	"cohortcounts/cmd/internal/countdatabase"
	"cohortcounts/cmd/internal/countscmd"
	"cohortcounts/cmd/internal/describecmd"
	"cohortcounts/cmd/internal/doctorcmd"
	"cohortcounts/cmd/internal/dummydatacmd"
	"cohortcounts/cmd/internal/dumpstudycmd"
	"cohortcounts/cmd/internal/freqplotscmd"
	"cohortcounts/cmd/internal/generatecohortcmd"
	"cohortcounts/cmd/internal/generatemeasurescmd"
	"cohortcounts/cmd/internal/initcmd"
	"cohortcounts/cmd/internal/recordcmd"
	"cohortcounts/cmd/internal/reportcmd"
	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/cmd/internal/schemacmd"
	"cohortcounts/cmd/internal/servecmd"
	"cohortcounts/cmd/internal/speccmd"
	"cohortcounts/cmd/internal/versioncmd"
	"cohortcounts/internal/exit"
)

// New is the command cohortcounts.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:   "cohortcounts",
		Short: "run an OpenSAFELY study: make a cohort, count events per week, draw the counts",
		Long: `cohortcounts runs the actions of a project.yaml: it makes a cohort from a study
definition, counts coded events per week with disclosure control, and draws
frequency plots. Each stage is also a command of its own.`,
		Example: `  cohortcounts init my-study
  cohortcounts run --project my-study run_all
  cohortcounts counts --input my-study/output/input.feather --output counts.csv`,
		Args: known,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.AddGroup(
		&cobra.Group{ID: "project", Title: "Commands for a project:"},
		&cobra.Group{ID: "stage", Title: "Stages:"},
		&cobra.Group{ID: "tool", Title: "Beside the stages:"},
	)
	add(root, "project", runcmd.New(), checkcmd.New(), initcmd.New())
	add(root, "project", recordcmd.NewStatus(), recordcmd.NewShow(), recordcmd.NewLog(), recordcmd.NewCancel(), recordcmd.NewPrune())
	add(root, "project", servecmd.New(), reportcmd.New())
	add(root, "stage", generatecohortcmd.New(), generatemeasurescmd.New(), countscmd.New(countdatabase.Count), freqplotscmd.New())
	add(root, "stage", dummydatacmd.New())
	add(root, "tool", describecmd.New(), schemacmd.New(), dumpstudycmd.New())
	add(root, "tool", speccmd.New(), checkoutputcmd.New(), doctorcmd.New(), versioncmd.New())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	lowerShort(root)
	return root
}

// lowerShort gives cobra's own commands help lines like those of ours.
func lowerShort(cmd *cobra.Command) {
	if cmd.Short != "" {
		cmd.Short = strings.ToLower(cmd.Short[:1]) + cmd.Short[1:]
	}
	for _, c := range cmd.Commands() {
		lowerShort(c)
	}
}

// known refuses a command that there is not: a usage error, as other wrong
// arguments.
func known(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	for _, name := range cmd.SuggestionsFor(args[0]) {
		return exit.Usagef("there is no command %q; did you mean %s?", args[0], name)
	}
	return exit.Usagef("there is no command %q", args[0])
}

// add adds commands to a group of the help text.
func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, cmd := range commands {
		cmd.GroupID = group
		root.AddCommand(cmd)
	}
}
