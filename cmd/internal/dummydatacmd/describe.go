package dummydatacmd

import (
	"context"
	"io"

	"github.com/spf13/pflag"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/dummydata"
	"cohortcounts/internal/atomicfile"
)

// describeOptions is what the flags of dummydata --describe say.
type describeOptions struct {
	studyOptions
	describe string // the cohort's file
	svg      string
	json     bool
}

func (o *describeOptions) flags(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringVar(&o.describe, "describe", "", "compare the dummy cohort in `file` (feather, Parquet, CSV or CSV.gz) with what its study expects")
	flags.StringVar(&o.svg, "svg", "", "write small plots of the comparison to `file`, too")
	o.addNames(flags)
	o.how.AddTo(flags)
	flags.BoolVar(&o.json, "json", false, "print the comparison as JSON")
}

func (o *describeOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	if err := cli.CheckSVG("svg", o.svg); err != nil {
		return err
	}
	def, err := o.load(ctx, stderr)
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
