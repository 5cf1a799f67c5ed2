package dummydata

import (
	"cohortcounts/internal/problem"
)

// fileColumn is a column of a file of the study.
type fileColumn struct{}

func (p *plan) readFiles() error { return nil }

func (p *plan) prepareFile(n *node, problems *problem.List) {
	problems.Add(fault(n.variable, "columns from files cannot be drawn yet", ""))
}

func (b *block) takeFromFile(n *node) {}
