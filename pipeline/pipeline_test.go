package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cohortcounts/internal/problem"
	"cohortcounts/pipeline/project"
)

// setup is a project of these files, as it lies on disk.
func setup(t *testing.T, files map[string]string) *Setup {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Prepare(Options{Project: dir})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMatchStar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, file string
		want          bool
	}{
		{"output/a.csv", "output/a.csv", true},
		{"output/*.csv", "output/a.csv", true},
		{"output/*.csv", "output/sub/a.csv", false},
		{"output/*/a.csv", "output/sub/a.csv", true},
		{"output/a*b*c.csv", "output/abc.csv", true},
		{"output/a*a.csv", "output/a.csv", false},
		{"*.csv", ".csv", true},
		{"output/[a].csv", "output/a.csv", false},
	} {
		if got := compilePattern(c.pattern).matches(c.file); got != c.want {
			t.Errorf("%s matches %s: %t", c.pattern, c.file, got)
		}
	}
}

// TestNative: which stage an action runs as, with which flags.
func TestNative(t *testing.T) {
	t.Parallel()
	const head = "version: '3.0'\nexpectations: {population_size: 70}\nactions:\n"
	for _, c := range []struct {
		name, action, stages, script string
		want                         string // the command, or part of the error after "!"
	}{
		{
			"original", "run: cohortextractor:v1 generate_cohort --study-definition s\n    outputs: {highly_sensitive: {a: out/x/input.csv}}", "", "",
			"generate_cohort --study-definition s --expectations-population=70 --output-dir=out/x",
		},
		{
			"measures", "run: cohortextractor:latest generate_measures --study-definition s\n    outputs: {moderately_sensitive: {a: output/measure*.csv}}", "", "",
			"generate_measures --study-definition s",
		},
		{
			"measures in a folder", "run: cohortcounts:v1 generate_measures --output-dir=output/m --skip-existing\n    outputs: {moderately_sensitive: {a: output/m/measure*.csv}}", "", "",
			"generate_measures --output-dir=output/m --skip-existing",
		},
		{
			"own population", "run: cohortextractor:v1 generate_cohort --expectations-population 5 --output-dir=o\n    outputs: {highly_sensitive: {a: o/i.csv}}", "", "",
			"generate_cohort --expectations-population 5 --output-dir=o --expectations-population=70 --output-dir=o",
		},
		{
			"other folder than declared", "run: cohortextractor:v1 generate_cohort --output-dir=o\n    outputs: {highly_sensitive: {a: o/p/i.csv}}", "", "",
			"generate_cohort --output-dir=o --expectations-population=70 --output-dir=o/p",
		},
		{
			"own population, our image", "run: cohortcounts:v1 generate_cohort --expectations-population 5 --output-dir=o\n    outputs: {highly_sensitive: {a: o/i.csv}}", "", "",
			"generate_cohort --expectations-population 5 --output-dir=o",
		},
		{
			"dummy data file", "run: cohortextractor:v1 generate_cohort\n    dummy_data_file: d.csv\n    outputs: {highly_sensitive: {a: o/i.csv}}", "", "",
			"generate_cohort --dummy-data-file=d.csv --output-dir=o",
		},
		{"default output", "run: python:v2 python analysis/counts.py\n    outputs: {moderately_sensitive: {a: output/caseness/codecounts_week.csv}}", "", "", "counts"},
		{"other output", "run: python:v2 python analysis/counts.py\n    outputs: {moderately_sensitive: {a: output/c.csv}}", "", "", "counts --output=output/c.csv"},
		{"two outputs", "run: python:v2 python analysis/counts.py\n    outputs: {moderately_sensitive: {a: output/c.csv, b: output/d.csv}}", "", "", "!cannot tell which of its outputs counts writes"},
		{"own script", "run: python:v2 python analysis/counts.py\n    outputs: {moderately_sensitive: {a: output/c.csv}}", "", "print()", "!is not the script that the native stage counts was made for"},
		{
			"mapped script", "run: python:v2 python analysis/counts.py\n    outputs: {moderately_sensitive: {a: output/c.csv}}",
			"stages: [{run: 'python:* python analysis/counts.py', stage: counts, options: {spec: s.yaml}}]", "print()", "counts --spec=s.yaml --output=output/c.csv",
		},
		{
			"mapped version", "run: python:v2 python analysis/other.py\n    outputs: {moderately_sensitive: {a: output/c.csv}}",
			"stages: [{run: 'python:v1 python analysis/other.py', stage: counts}]", "", "!no native stage is known",
		},
		{
			"more words", "run: python:v2 python analysis/p.py --all\n    outputs: {moderately_sensitive: {a: output/p.svg}}",
			"stages: [{run: 'python:* python analysis/p.py ...', stage: freq_plots}]", "", "freq_plots --all --output=output/p.svg",
		},
		{"reusable", "run: cohortcounts:v1 freq_plots --spec s.yaml --output o/p.svg\n    outputs: {moderately_sensitive: {a: o/p.svg}}", "", "", "freq_plots --spec s.yaml --output o/p.svg"},
		{"unknown", "run: r:v2 analysis/model.R\n    outputs: {moderately_sensitive: {a: o/p.svg}}", "", "", "!analysis/model.R\"; allow it with --allow-local-commands, or, if a native stage does what it does, map it in stages.yaml"},
		{"unknown, perhaps counts", "run: python:v2 python analysis/weekly_counts.py\n    outputs: {moderately_sensitive: {a: o/c.csv}}", "", "", "!if it does what counts does, map it in stages.yaml with \"- {run: 'python:v2 python analysis/weekly_counts.py', stage: counts}\", else"},
		{"unknown, though its folder speaks of plots", "run: r:v2 plots/model.R\n    outputs: {moderately_sensitive: {a: o/p.svg}}", "", "", "!if a native stage does what it does"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"project.yaml": head + "  it:\n    " + c.action + "\n"}
			if c.stages != "" {
				files["stages.yaml"] = c.stages
			}
			if c.script != "" {
				files["analysis/counts.py"] = c.script
			}
			s := setup(t, files)
			stage, args, err := s.Native(s.Definition.Actions[0])
			got := strings.Join(append([]string{stage}, args...), " ")
			if part, refused := strings.CutPrefix(c.want, "!"); refused {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Fatalf("got %q, %v", got, err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Fatalf("got %q, %v\nwant %q", got, err, c.want)
			}
		})
	}
}

// TestStagesFaults: all the problems of a stages.yaml, with their places.
func TestStagesFaults(t *testing.T) {
	t.Parallel()
	_, err := parseStages("stages.yaml", []byte("stage: []\nstages:\n  - run: python analysis/a.py\n    stage: draw\n    flags: {}\n  - stage: counts\n    options: [a]\n"))
	var faults problem.List
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	var places []string
	for _, fault := range faults {
		places = append(places, fmt.Sprintf("%d:%d", fault.Line, fault.Column))
	}
	if want := []string{"1:1", "3:10", "4:12", "5:5", "6:5", "7:14"}; !slices.Equal(places, want) {
		t.Errorf("problems at %v, want %v:\n%v", places, want, err)
	}
}

// TestOrder: each action after its needs, otherwise as in the file; a chain of
// 20,000 actions and a diamond of 200 plan in no time.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := &Setup{Definition: &project.Project{Actions: []project.Action{
		{Name: "c", Needs: []string{"a", "b"}}, {Name: "b"}, {Name: "a", Needs: []string{"b"}}, {Name: "d"},
	}}}
	var names []string
	for _, action := range s.ordered(map[string]bool{"c": true, "d": true}) {
		names = append(names, action.Name)
	}
	if want := []string{"b", "a", "c", "d"}; !slices.Equal(names, want) {
		t.Errorf("order %v, want %v", names, want)
	}
	var chain []project.Action
	for i := range 20_000 {
		action := project.Action{Name: fmt.Sprint(i)}
		if i > 0 {
			action.Needs = []string{fmt.Sprint(i - 1)}
		}
		chain = append(chain, action)
	}
	s.Definition.Actions = chain
	start := time.Now()
	if got := len(s.ordered(map[string]bool{"19999": true})); got != len(chain) {
		t.Errorf("%d actions, want %d", got, len(chain))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestChanges: each way in which a fingerprint can differ has its words.
func TestChanges(t *testing.T) {
	t.Parallel()
	old := fingerprint{
		Command: []string{"counts"}, Program: "1", Files: map[string]string{"analysis/a.py": "1", "codelists/c.csv": "1", "x": "1"}, Inputs: map[string]string{"output/i": "1"},
	}
	now := fingerprint{
		Command: []string{"counts", "--spec"}, Program: "2", Outputs: []string{"o"},
		Files: map[string]string{"analysis/a.py": "2", "codelists/c.csv": "2", "analysis/b.py": "1"}, Inputs: map[string]string{},
	}
	want := []string{
		"command changed", "cohortcounts changed", "declared outputs changed", "script changed: analysis/a.py", "codelist changed: codelists/c.csv",
		"input removed: output/i",
	}
	if got := old.changes(now); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := old.changes(old); len(got) > 0 {
		t.Errorf("no change is told as %q", got)
	}
}

// TestLogName: every action has a log of its own, within the folder.
func TestLogName(t *testing.T) {
	t.Parallel()
	names := []string{"a", "..", ".", "", "a/b", "../../x", "a%2Fb", strings.Repeat("n", 1000), strings.Repeat("n", 1001), "é"}
	seen := map[string]string{}
	for _, name := range names {
		log := logName(name)
		if !filepath.IsLocal(log) || strings.Contains(log, "/") || len(log) > 255 || log[0] == '.' {
			t.Errorf("log of %q is %q", name, log)
		}
		if other, found := seen[log]; found {
			t.Errorf("%q and %q share %q", name, other, log)
		}
		seen[log] = name
	}
}

// TestCSVShape: rows and columns of what an output checker would see.
func TestCSVShape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "[] 0",
		"a,b\n":                  "[a b] 0",
		"a,b\n1,2\n3,4":          "[a b] 2",
		"\"a\nb\",c\n1,2\n":      "[a\nb c] 1",
		"a,b\n1,2,3\n\"x\n":      "[a b] 2",
		"\uFEFFpatient_id,b\n1,": "[\uFEFFpatient_id b] 1",
	} {
		name := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		header, rows, err := csvShape(name)
		if got := fmt.Sprint(header, " ", rows); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	if !isPatientID("\uFEFFPatient_ID ") {
		t.Error("a patient_id with a byte order mark is not found")
	}
}
