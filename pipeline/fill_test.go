package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"cohortcounts/internal/sandbox"
	"cohortcounts/pipeline/project"
)

// TestLargeInputs: a large input is a link only for a stage of ours that cannot
// change it, and in a folder that this may not write to.
func TestLargeInputs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, stage, output string
		size                int64
		noSandbox           bool
		linked              bool
	}{
		{"large", countsStage, "output/caseness/weeks.csv", linkedSize, false, sandbox.Restricts},
		{"small", countsStage, "output/caseness/weeks.csv", linkedSize - 1, false, false},
		{"in its output folder", countsStage, "output/weeks.csv", linkedSize, false, false},
		{"its output folder is all", countsStage, "weeks.csv", linkedSize, false, false},
		{"for a program of the machine", "", "output/caseness/weeks.csv", linkedSize, false, false},
		{"for a study", generateCohort, "other/input.csv", linkedSize, false, false},
		{"for its measures", generateMeasures, "other/input.csv", linkedSize, false, false},
		{"without a sandbox", countsStage, "output/caseness/weeks.csv", linkedSize, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, map[string]string{"project.yaml": layers(1, 1)})
			made := filepath.Join(s.Workspace.project, "output", "input.feather")
			if err := os.MkdirAll(filepath.Dir(made), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(made, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(made, c.size); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(made)
			if err != nil {
				t.Fatal(err)
			}
			input := file{Path: "output/input.feather", Level: project.HighlySensitive, Size: c.size, Modified: info.ModTime()}
			step := &Step{Stage: c.stage, Action: project.Action{Outputs: []project.Output{{Pattern: c.output}}}}
			a := &attempt{execution: &execution{setup: s, options: Options{NoSandbox: c.noSandbox}}, step: step, inputs: []file{input}}
			f, err := a.fill("aaaaaaaaaaaaaaaa", newSpareFolder())
			if err != nil {
				t.Fatal(err)
			}
			given, err := os.Lstat(filepath.Join(f.work, "output", "input.feather"))
			if err != nil || given.Size() != c.size {
				t.Fatalf("got %v, %v", given, err)
			}
			if got := os.SameFile(info, given); got != c.linked {
				t.Errorf("linked: %t, want %t", got, c.linked)
			}
		})
	}
}
