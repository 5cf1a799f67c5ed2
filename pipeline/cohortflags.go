package pipeline

import (
	"fmt"

	"cohortcounts/pipeline/project"
)

// addCohortFlags adds the flags that say what a generate_cohort makes patients
// from and where they go. The original appends them to every run line of its
// own, where the last of a flag counts; in a run line of ours (cohortcounts:v1)
// what stands there is what is meant.
func (s *Setup) addCohortFlags(a project.Action, n *native) error {
	for _, flag := range dummyFlags {
		if s.backend.Real() && hasFlag(n.args, flag) {
			return fmt.Errorf("%s:%d:%d: action %s: --%s asks for dummy data, and the backend is a database; take it out, or run with --backend dummy",
				s.file(), a.Line, a.Column, a.Name, flag)
		}
	}
	add := func(name, value string) {
		if a.Image() != ownImage || !hasFlag(n.args, name) {
			n.args = append(n.args, "--"+name+"="+value)
		}
	}
	size := s.Definition.PopulationSize
	switch {
	case s.backend.Real():
	case a.DummyDataFile != "":
		add("dummy-data-file", a.DummyDataFile)
	case size != nil && !hasFlag(n.args, "dummy-data-file"):
		add("expectations-population", size.String())
	}
	if dir, ok := onlyFolder(a.Outputs); ok && !hasFlag(n.args, "output-file") {
		add("output-dir", dir)
	}
	return nil
}
