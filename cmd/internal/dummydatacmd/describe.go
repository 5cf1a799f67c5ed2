package dummydatacmd

import (
	"context"
	"io"

	"github.com/spf13/pflag"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/dummydata"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// describeOptions is what the flags of dummydata --describe say.
type describeOptions struct {
	tablesOptions        // how the study is loaded
	describe      string // the cohort's file
	svg           string
}

func (o *describeOptions) flags(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringVar(&o.describe, "describe", "", "compare the dummy cohort in `file` (feather, Parquet, CSV or CSV.gz) with what its study expects")
	flags.StringVar(&o.svg, "svg", "", "write small plots of the comparison to `file`, too")
	flags.StringVar(&o.project, "project", ".", "the study's main `folder`")
	flags.StringVar(&o.study, "study-definition", "study_definition", "`name` of the study definition in analysis/")
	o.how.AddTo(flags)
	flags.BoolVar(&o.json, "json", false, "print the comparison as JSON")
}

func (o *describeOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	o.Patients, o.output = 1, "." // which only dummydata tables asks for
	how, err := o.check()
	if err != nil {
		return exit.UsageError(err)
	}
	if err := cli.CheckSVG("svg", o.svg); err != nil {
		return err
	}
	how.Prints = stderr
	def, err := study.Load(ctx, o.project, o.study, how)
	if err != nil {
		return err
	}
	description, err := dummydata.Describe(ctx, def, o.describe)
	if err != nil {
		return err
	}
	if o.svg != "" {
		if err := atomicfile.Write(o.svg, 0o666, description.WriteSVG); err != nil {
			return err
		}
	}
	if o.json {
		return writeJSON(stdout, description)
	}
	return description.WriteText(stdout)
}
