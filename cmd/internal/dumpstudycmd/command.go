// Package dumpstudycmd is the command dump_study_yaml, which prints a study
// definition, evaluated, as YAML.
package dumpstudycmd

import (
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// New makes the command.
func New() *cobra.Command {
	var name string
	var params map[string]string
	o := study.Options{}
	cmd := &cobra.Command{
		Use:   "dump_study_yaml",
		Short: "Print a study definition, evaluated, as YAML",
		Long: `Evaluate the study definition analysis/NAME.py of the project in the current
folder and print its variables as YAML, in the form of cohortextractor
dump_study_yaml. Saved as analysis/NAME.yaml it is a study definition too.`,
		Example: `  cohortcounts dump_study_yaml --study-definition study_definition > study.yaml`,
		Args:    cli.NoArguments,
	}
	f := cmd.Flags()
	f.StringVar(&name, "study-definition", "", "`name` of the study definition in analysis/")
	f.StringToStringVar(&params, "param", nil, "`name=value` that the study finds in params; may be repeated")
	f.StringVar(&o.Python, "python", "", "`path` of a Python to run the study with")
	f.DurationVar(&o.Timeout, "study-timeout", study.DefaultTimeout, "how long the study may take to declare itself")
	f.BoolVar(&o.NoSandbox, "no-sandbox", false, "let the study's Python do all that you may do")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if name == "" {
			return exit.Usagef("--study-definition is needed")
		}
		o.Params, o.Prints = params, cmd.ErrOrStderr()
		now := time.Now()
		o.Today = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		recording, err := study.Record(cmd.Context(), ".", name, o)
		if err != nil {
			return err
		}
		return recording.WriteYAML(cmd.OutOrStdout(), time.Time{})
	}
	return cmd
}
