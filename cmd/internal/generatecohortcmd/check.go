package generatecohortcmd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/study"
)

// A Check is what can be known to be wrong with a generate_cohort before it
// runs.
type Check struct{ request *request }

// NewCheck reads the arguments of a generate_cohort, as the command does. It is
// nil when these only ask for help.
func NewCheck(args []string, getenv func(string) string) (*Check, error) {
	cmd, f := newCommand()
	cmd.InitDefaultHelpFlag()
	cmd.SetOut(io.Discard)
	done, err := studyflags.Parse(cmd, args)
	if err != nil || done {
		return nil, err
	}
	r, err := f.request(cmd.Flags().Changed, getenv)
	if err != nil {
		return nil, err
	}
	return &Check{r}, nil
}

// Key is the same for checks that evaluate the same studies in the same way.
func (c *Check) Key() string {
	r := c.request
	return fmt.Sprint(r.name, r.study.Params, r.indexDates, r.study.Python, r.study.Today, r.study.RealTables)
}

// Evaluate evaluates the studies of the project at root for all their index
// dates, and gives the faults of all. That a promised file is not there is none.
func (c *Check) Evaluate(ctx context.Context, root string, promised func(path string) bool) error {
	c.request.study.Promised = promised
	names, err := studyflags.Studies(root, c.request.name)
	if err != nil {
		return err
	}
	var faults error
	for _, name := range names {
		recording, err := study.Record(ctx, root, name, c.request.study)
		if err != nil {
			faults = errors.Join(faults, err)
			continue
		}
		for _, date := range c.request.dates() {
			if _, err := recording.Define(date); err != nil {
				faults = errors.Join(faults, err)
				break // those of the other dates are much the same
			}
		}
	}
	return faults
}
