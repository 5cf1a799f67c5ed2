// Package dumpstudycmd is the command dump_study_yaml, which prints a study
// definition, evaluated, as YAML.
package dumpstudycmd

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// New makes the command.
func New() *cobra.Command {
	var name string
	var how studyflags.Flags
	cmd := &cobra.Command{
		Use:   "dump_study_yaml",
		Short: "print a study definition, evaluated, as YAML",
		Long: `Evaluate the study definition analysis/NAME.py of the project in the current
folder and print its variables as YAML, in the form of cohortextractor
dump_study_yaml. Saved as analysis/NAME.yaml it is a study definition too.`,
		Example: `  cohortcounts dump_study_yaml --study-definition study_definition > study.yaml`,
		// --param is read as generate_cohort's.
		DisableFlagParsing: true,
	}
	cmd.Flags().StringVar(&name, "study-definition", "", "`name` of the study definition in analysis/")
	how.AddTo(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if done, err := studyflags.Parse(cmd, args); err != nil || done {
			return err
		}
		if name == "" {
			return exit.Usagef("--study-definition is needed")
		}
		o, err := how.Options(os.Getenv, time.Now())
		if err != nil {
			return exit.UsageError(err)
		}
		o.Prints = cmd.ErrOrStderr()
		recording, err := study.Record(cmd.Context(), ".", name, o)
		if err != nil {
			return err
		}
		return recording.WriteYAML(cmd.OutOrStdout(), time.Time{})
	}
	return cmd
}
