package generatecohortcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/studyflags"
	"cohortcounts/cohort"
	"cohortcounts/dummydata"
	"cohortcounts/extract"
	"cohortcounts/internal/progress"
	"cohortcounts/study"
)

// request is what a command line asks for: cohorts of one or all studies of
// the project in the current folder.
type request struct {
	name            string // of a study, or "all"
	patients        int
	dummyDataFile   string
	seed            uint64
	independent     bool
	applyPopulation bool
	compression     cohort.Compression
	output          output
	indexDates      []time.Time // none: each study's own
	skipExisting    bool
	quiet           bool
	verbose         bool
	progress        string           // path of the file to tell the driver in; see package progress
	database        *extract.Options // nil: dummy data
	printSQL        bool
	flowcharts      flowcharts
	stdout          io.Writer
	study           study.Options
}

// job is one file to write.
type job struct {
	study      string
	date       time.Time // zero: the study's own
	path       string
	definition *study.Definition
}

// run evaluates all studies first, so that every fault of every study is told
// and nothing is written when there is one.
func (r *request) run(ctx context.Context, stderr io.Writer) error {
	say := func(format string, args ...any) {
		if !r.quiet {
			fmt.Fprintf(stderr, format+"\n", args...)
		}
	}
	names, err := studyflags.Studies(".", r.name)
	if err != nil {
		return err
	}
	if len(names) > 1 && r.output.name != "" {
		return fmt.Errorf("--output-file names one file, and there are %d study definitions; choose one with --study-definition", len(names))
	}
	if len(names) > 1 && r.dummyDataFile != "" {
		return fmt.Errorf("--dummy-data-file is for one study, and there are %d study definitions; choose one with --study-definition", len(names))
	}
	if !r.quiet {
		r.study.Prints = stderr
	}
	var jobs []job
	var faults error
	for _, name := range names {
		these, err := r.plan(ctx, name, say)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		faults = errors.Join(faults, err)
		jobs = append(jobs, these...)
	}
	if faults != nil {
		return faults
	}
	if len(jobs) > 1 && len(r.flowcharts.paths) > 0 {
		return fmt.Errorf("--flowchart is of one cohort, and there are %d to make; choose one with --study-definition and one index date", len(jobs))
	}
	driver := progress.Open(r.progress, time.Now)
	defer driver.Close()
	bar := cli.NewBar(stderr, "drawing", r.quiet)
	for i, j := range jobs {
		tell := func(rows, of int) {
			done, total := int64(i)*int64(of)+int64(rows), int64(len(jobs))*int64(of)
			bar.Show(done, total)
			driver.Tell(done, total)
		}
		err := r.write(ctx, j, tell, func(format string, args ...any) {
			bar.End()
			say(format, args...)
		})
		bar.End()
		if err != nil {
			return err
		}
	}
	return nil
}

// plan gives the files to write for one study, which is evaluated unless all
// its files are there already and are to be left alone.
func (r *request) plan(ctx context.Context, name string, say func(string, ...any)) ([]job, error) {
	var jobs []job
	for _, date := range r.dates() {
		path := r.output.path(name, date)
		if _, err := os.Stat(path); err == nil && r.skipExisting {
			say("%s is there already: left as it is", path)
			continue
		}
		jobs = append(jobs, job{study: name, date: date, path: path})
	}
	if len(jobs) == 0 {
		return nil, nil
	}
	recording, err := study.Record(ctx, ".", name, r.study)
	if err != nil {
		return nil, err
	}
	for i := range jobs {
		if jobs[i].definition, err = recording.Define(jobs[i].date); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// write makes one file and tells how many of its rows are there.
// dates are the index dates; a zero one is the study's own.
func (r *request) dates() []time.Time {
	if r.indexDates == nil {
		return []time.Time{{}}
	}
	return r.indexDates
}

func (r *request) write(ctx context.Context, j job, tell func(rows, of int), say func(string, ...any)) error {
	start := time.Now()
	if r.database != nil {
		return r.extract(ctx, j, say)
	}
	if r.dummyDataFile != "" {
		if err := r.useDummyDataFile(j); err != nil {
			return err
		}
		say("wrote %s: a copy of %s", j.path, r.dummyDataFile)
		return nil
	}
	report, err := dummydata.Write(ctx, j.definition, j.path, dummydata.Options{
		Patients: r.patients, Seed: r.seed, Independent: r.independent, ApplyPopulation: r.applyPopulation,
		Format: r.output.format, Compression: r.compression, Root: ".", Progress: tell,
	})
	if err != nil {
		return err
	}
	r.tellNotes(j.definition.File, report.Notes, say)
	if a := report.Population; a != nil {
		say("%s: %.1f %% of %d candidates belong to the population", j.definition.File, 100*float64(a.Accepted)/float64(a.Candidates), a.Candidates)
	}
	say("wrote %s: %d patients in %.2f s", j.path, report.Patients, time.Since(start).Seconds())
	return nil
}

// tellNotes tells where the study's expectations could not be met: each note,
// or one line for each kind.
func (r *request) tellNotes(file string, notes []dummydata.Note, say func(string, ...any)) {
	if r.verbose {
		for _, note := range notes {
			say("%s: note: %v", file, note)
		}
		return
	}
	for _, line := range dummydata.Summarize(notes) {
		say("%s: note: %s", file, line)
	}
}
