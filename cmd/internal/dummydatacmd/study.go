package dummydatacmd

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// studyOptions is what the flags say of the study.
type studyOptions struct {
	project string
	study   string
	how     studyflags.Flags
}

// addNames defines the flags that say which study it is.
func (o *studyOptions) addNames(flags *pflag.FlagSet) {
	flags.StringVar(&o.project, "project", ".", "the study's main `folder`")
	flags.StringVar(&o.study, "study-definition", "study_definition", "`name` of the study definition in analysis/")
}

// load evaluates the study, unless there is something wrong with flags: these
// faults and those of its own are told together.
func (o *studyOptions) load(ctx context.Context, stderr io.Writer, faults ...error) (*study.Definition, error) {
	how, err := o.how.Options(os.Getenv, time.Now())
	if err := errors.Join(append(faults, err)...); err != nil {
		return nil, exit.UsageError(err)
	}
	how.Prints = stderr
	return study.Load(ctx, o.project, o.study, how)
}
