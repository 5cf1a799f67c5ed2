package generatemeasurescmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/internal/progress"
	"cohortcounts/measures"
	"cohortcounts/study"
)

// job is the measures of one study and the cohorts to work them out on.
type job struct {
	study    string
	measures []study.Measure
	cohorts  []measures.Cohort
}

func (o *options) say(format string, args ...any) {
	if !o.quiet {
		fmt.Fprintf(o.stderr, format+"\n", args...)
	}
}

// run evaluates all studies and finds all files first, so that every fault is
// told and nothing is written when there is one.
func (o *options) run(ctx context.Context) error {
	names, err := studyflags.Studies(".", o.name)
	if err != nil {
		return err
	}
	var jobs []job
	var faults error
	var without []string
	for _, name := range names {
		j, err := o.plan(ctx, name)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errNone):
			without = append(without, name)
		case err != nil:
			faults = errors.Join(faults, err)
		default:
			jobs = append(jobs, j)
		}
	}
	switch {
	case faults != nil:
		return faults
	case len(jobs) == 0:
		return fmt.Errorf("analysis/%s.py: has no measures; write measures = [Measure(id=…, numerator=…, denominator=…, group_by=…)]", strings.Join(without, ".py, analysis/"))
	}
	for _, name := range without {
		o.say("%s: has no measures: left out", name)
	}
	for _, j := range jobs {
		if err := o.write(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// errNone is a study without measures.
var errNone = errors.New("no measures")

// plan is what is to be done for one study.
func (o *options) plan(ctx context.Context, name string) (job, error) {
	recording, err := study.Record(ctx, ".", name, o.study)
	if err != nil {
		return job{}, err
	}
	declared, err := recording.Measures()
	if err != nil {
		return job{}, err
	}
	if len(declared) == 0 {
		return job{}, errNone
	}
	j := job{study: name}
	var repeated []string
	if j.measures, repeated, err = measures.Check(declared); err != nil {
		return job{}, fmt.Errorf("%s: %w", recording.File(), err)
	}
	for _, id := range repeated {
		o.say("%s: more than one measure has the id %q: the last counts", recording.File(), id)
	}
	suffix := strings.TrimPrefix(name, "study_definition")
	var left int
	if j.cohorts, left, err = measures.Find(o.dir, suffix); err != nil {
		return job{}, err
	}
	if left > 0 {
		o.say("%s: %d cohort files of other studies are left out", o.dir, left)
	}
	return j, nil
}

// write makes the measures of one study.
func (o *options) write(ctx context.Context, j job) error {
	driver := progress.Open(o.progress, time.Now)
	defer driver.Close()
	bar := cli.NewBar(o.stderr, "measuring", o.quiet)
	paths, err := measures.Write(ctx, o.dir, j.measures, j.cohorts, measures.Options{
		SkipExisting: o.skipExisting,
		Progress: func(done, of int) {
			bar.Show(int64(done), int64(of))
			driver.Tell(int64(done), int64(of))
		},
		Note: func(path string, n measures.Notes) {
			bar.End()
			o.say("%s: small numbers of %s are suppressed", path, strings.Join(n.Suppressed, ", "))
			if n.Further != nil {
				o.say("%s: and the next larger of %s, so that they cannot be worked out", path, strings.Join(n.Further, ", "))
			}
		},
	})
	bar.End()
	if err != nil {
		return err
	}
	o.tell(j, paths)
	return nil
}

// tell says what was written, and which of it is exact.
func (o *options) tell(j job, paths []string) {
	var exact, patients []string
	for i, m := range j.measures {
		switch {
		case len(m.GroupBy) == 0:
			patients = append(patients, paths[i])
		case !m.SmallNumberSuppression:
			exact = append(exact, paths[i])
		}
	}
	first, last := j.cohorts[0].Date, j.cohorts[len(j.cohorts)-1].Date
	o.say("wrote %s: %d dates from %s to %s", strings.Join(paths, ", "), len(j.cohorts), first, last)
	if exact != nil {
		o.say("without suppression of small numbers, so check before they are released: %s", strings.Join(exact, ", "))
	}
	if patients != nil {
		o.say("a row for each patient, so highly sensitive (the measure has no group_by): %s", strings.Join(patients, ", "))
	}
}
