package dummydata_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	number := flag("count", 0.5)
	number.Type, number.Expectations.Int = study.Int, &study.Distribution{Name: "poisson", Mean: 30}
	def := studyOf(
		event("day", expect(study.ExponentialIncrease, 0.4, "2020-01-01", "2020-12-31"), study.Period{From: on("2020-03-01")}),
		study.Variable{Name: "sex", Type: study.String, Expectations: ratios(universal(), "M", 0.3, "F", 0.5, "", 0.2)},
		flag("flag <b>", 0.25), number,
	)
	path := filepath.Join(t.TempDir(), "input.feather")
	if _, err := dummydata.Write(t.Context(), def, path, dummydata.Options{Patients: 20_000}); err != nil {
		t.Fatal(err)
	}
	d, err := dummydata.Describe(t.Context(), def, path)
	if err != nil {
		t.Fatal(err)
	}
	if d.Patients != 20_000 || len(d.Variables) != 4 {
		t.Fatalf("%d patients and %d variables, want 20,000 and 4", d.Patients, len(d.Variables))
	}
	for i, want := range []int{8000, 16_000, 5000, 10_000} {
		if v := d.Variables[i]; v.Asked != want || math.Abs(float64(v.Got-want)) > 200 || i != 1 && v.Got != want {
			t.Errorf("%s: asked %d, got %d; want %d", v.Variable, v.Asked, v.Got, want)
		}
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s is %.4f, want about %.4f", what, got, want)
		}
	}
	dates := d.Variables[0].Dates
	if dates.AskedFrom != "2020-03-01" || dates.AskedTo != "2020-12-31" || len(dates.Bins) != 24 {
		t.Errorf("dates are asked from %s to %s in %d bins", dates.AskedFrom, dates.AskedTo, len(dates.Bins))
	}
	asked, got := 0.0, 0.0
	for _, bin := range dates.Bins {
		near("bin "+bin.Name, bin.Got, bin.Asked, 0.015)
		asked, got = asked+bin.Asked, got+bin.Got
	}
	near("sum of asked bins", asked, 1, 1e-9)
	near("sum of got bins", got, 1, 1e-9)
	near("asked share of M", d.Variables[1].Labels[0].Asked, 0.375, 1e-9)
	near("share of M", d.Variables[1].Labels[0].Got, 0.375, 0.015)
	near("mean", d.Variables[3].Number.GotMean, 30, 0.3)
	near("deviation", d.Variables[3].Number.GotDeviation, math.Sqrt(30), 0.2)

	var text, svg bytes.Buffer
	if err := errors.Join(d.WriteText(&text), d.WriteSVG(&svg)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"study_definition: 20000 patients", "2020-03-01 to 2020-12-31", "M 37.5 %, F 62.5 %", "mean 30, deviation 5.477"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, &text)
		}
	}
	reader := xml.NewDecoder(&svg)
	for {
		if _, err := reader.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the SVG is not XML: %v", err)
		}
	}

	other := studyOf(flag("other", 0.5))
	if _, err := dummydata.Describe(t.Context(), other, path); err == nil || !strings.Contains(err.Error(), `has no column "other"`) {
		t.Errorf("got %v, want an error of the missing column", err)
	}
}

// What is asked of dates that are written as months or years is compared as
// these: all of a month lies on its first day.
func TestDescribeMonthsAndYears(t *testing.T) {
	t.Parallel()
	for _, format := range []study.DateFormat{study.Day, study.Month, study.Year} {
		v := event("seen", expect(study.Uniform, 0.8, "2019-01-01", "2020-12-31"), study.Period{})
		v.DateFormat = format
		def := studyOf(v)
		path := filepath.Join(t.TempDir(), "input.feather")
		if _, err := dummydata.Write(t.Context(), def, path, dummydata.Options{Patients: 20_000}); err != nil {
			t.Fatal(err)
		}
		d, err := dummydata.Describe(t.Context(), def, path)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0.0
		for _, bin := range d.Variables[0].Dates.Bins {
			asked += bin.Asked
			if math.Abs(bin.Asked-bin.Got) > 0.02 {
				t.Errorf("%v: from %s on %.3f of the dates are asked, %.3f got", format, bin.Name, bin.Asked, bin.Got)
			}
		}
		if math.Abs(asked-1) > 1e-9 {
			t.Errorf("%v: the bins have %v of what is asked", format, asked)
		}
	}
}
