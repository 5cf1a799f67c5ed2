package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// occurrences is how many events of each codelist a patient may have.
const occurrences = 6

// arrowFeather is the form of a feather file that Arrow's C++ library has
// written, as for pandas: its LZ4 looks for repeated bytes, ours for repeated
// values, and links its blocks.
const arrowFeather = "arrow-feather"

//go:embed rewrite.py
var rewrite []byte

// makeCohort draws a cohort of the built-in analysis: 16 codelists of six
// chained dates. One that is there is used again. An arrow-feather file needs
// a Python that has pyarrow.
func makeCohort(ctx context.Context, o options, rows int, format string, progress io.Writer) (string, error) {
	path := filepath.Join(o.dir, fmt.Sprintf("cohort-%d.%s", rows, format))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if format == arrowFeather {
		ours, err := makeCohort(ctx, o, rows, string(cohort.Feather), progress)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(progress, "making %s\n", path)
		if out, err := exec.CommandContext(ctx, o.python, "-c", string(rewrite), ours, path).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w: %s", path, err, out)
		}
		return path, nil
	}
	fmt.Fprintf(progress, "making %s\n", path)
	f, err := cohort.ParseFormat(format)
	if err != nil {
		return "", err
	}
	_, err = dummydata.Write(ctx, definition(), path, dummydata.Options{Patients: rows, Seed: dummydata.DefaultSeed, Format: f})
	return path, err
}

func definition() *study.Definition {
	spec := analysis.Original()
	def := &study.Definition{}
	for _, codelist := range spec.Codelists.Names {
		for i := 1; i <= occurrences; i++ {
			incidence := 1 / float64(i)
			v := study.Variable{
				Name: fmt.Sprintf("%s_X%d_date", codelist, i), Function: "with_these_clinical_events",
				Returning: "date", Type: study.Date, DateFormat: study.Day,
				Expectations: &study.Expectations{
					Rate: study.Uniform, Incidence: &incidence, Earliest: spec.Period.Start, Latest: spec.Period.End,
				},
			}
			if i == 1 {
				v.Between.From = &study.DateExpression{Text: spec.Period.Start.Format(time.DateOnly), Date: spec.Period.Start}
			} else {
				before := fmt.Sprintf("%s_X%d_date", codelist, i-1)
				v.Between.From = &study.DateExpression{Text: before + " + 21 days", Variable: before, Offset: 21, Unit: study.Days}
			}
			def.Variables = append(def.Variables, v)
		}
	}
	return def
}
