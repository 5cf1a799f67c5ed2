package flowchart

import (
	"slices"

	"cohortcounts/analysis"
	"cohortcounts/disclosure"
)

// Raw is how many patients were left after each step, as they were counted. It
// must not be written or shown.
type Raw struct {
	labels []string
	counts []int64
}

// Add adds a step: what patients had to meet, and how many then were left.
func (r *Raw) Add(label string, left int64) {
	r.labels = append(r.labels, label)
	r.counts = append(r.counts, left)
}

// Chart is a flowchart that may be shown.
type Chart struct {
	Steps []Step
	Rule  analysis.Rule
}

// Step is one box.
type Step struct {
	Label string
	Left  disclosure.Cell // patients after it
	// LeftOut is how many fewer that is than after the step before; withheld
	// where one of the two is, and for the first.
	LeftOut disclosure.Cell
}

// Release applies a rule to every step.
func Release(raw *Raw, rule analysis.Rule) *Chart {
	withheld := disclosure.Cell{Withheld: true}
	c := &Chart{Rule: rule, Steps: make([]Step, len(raw.counts))}
	next := int64(-1) // the count shown below
	for i, n := range slices.Backward(raw.counts) {
		left := disclosure.ReleaseCount(n, rule)
		if next >= 0 && disclosure.ReleaseCount(n-next, rule).Withheld {
			left = withheld
		}
		if !left.Withheld {
			next = n
		}
		c.Steps[i] = Step{Label: raw.labels[i], Left: left, LeftOut: withheld}
	}
	for i := 1; i < len(c.Steps); i++ {
		before, now := c.Steps[i-1].Left, c.Steps[i].Left
		if !before.Withheld && !now.Withheld {
			c.Steps[i].LeftOut = disclosure.Cell{Count: before.Count - now.Count}
		}
	}
	return c
}
