package runcmd

import (
	"github.com/spf13/pflag"

	"cohortcounts/pipeline"
)

// WorkspaceFlags adds the flags that say which workspace a command is about.
func WorkspaceFlags(flags *pflag.FlagSet, o *pipeline.Options) {
	flags.StringVar(&o.Project, "project", ".", "the folder that holds project.yaml")
	flags.StringVar(&o.HighPrivacyDir, "high-privacy-dir", "", "folder of highly_sensitive outputs; the project when left out")
	flags.StringVar(&o.MediumPrivacyDir, "medium-privacy-dir", "", "folder of the other outputs; the project when left out")
}
