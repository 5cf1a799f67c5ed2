package dummydata

import (
	"fmt"
	"slices"
	"sync"

	"cohortcounts/study"
)

// Report tells, per variable, what was asked and what was drawn.
type Report struct {
	Patients  int       `json:"patients"`
	Variables []Outcome `json:"variables"`
	Notes     []Note    `json:"notes"`
	// Population tells how the population was applied; nil when it was not.
	Population *Applied `json:"population,omitempty"`
}

// Outcome is one column: how many rows should and do have a value.
type Outcome struct {
	Variable string `json:"variable"`
	// Computed tells that the values follow from other variables; what was
	// asked is then only compared.
	Computed bool `json:"computed"`
	Asked    int  `json:"asked"` // rows with a value; -1 when nothing was asked
	Got      int  `json:"got"`
}

// tally counts what was drawn, block by block.
type tally struct {
	plan   *plan
	mutex  sync.Mutex
	filled []int // by node.index
}

func newTally(p *plan) *tally { return &tally{plan: p, filled: make([]int, len(p.nodes))} }

func (t *tally) add(b *block) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, n := range t.plan.columns {
		t.filled[n.index] += b.of(n).filled.count()
	}
}

func (t *tally) report() Report {
	r := Report{Patients: t.plan.patients, Notes: t.plan.notes, Population: t.plan.applied}
	for _, n := range t.plan.columns {
		o := Outcome{Variable: n.name, Computed: n.kind != drawn, Asked: -1, Got: t.filled[n.index]}
		if n.expected != nil {
			o.Asked = n.asked
			if e := n.expected; t.plan.applied != nil { // of the patients, not of the candidates
				o.Asked = t.plan.patients
				if e.Rate != study.Universal && e.Incidence != nil {
					o.Asked -= emptied(*e.Incidence, t.plan.patients)
				}
			}
		}
		if o.Computed && o.Asked >= 0 && n.form == formFlag && o.Asked != o.Got {
			r.Notes = append(r.Notes, Note{n.name, Follows, fmt.Sprintf("follows from other variables: true in %d rows, %d expected", o.Got, o.Asked)})
		}
		if planned := n.planned(); planned > o.Got && t.plan.applied == nil && !slices.Contains(n.labels, nil) {
			r.Notes = append(r.Notes, Note{n.name, Fewer, fmt.Sprintf("%d of %d asked rows have a value: the dates that limit it left no day in the others", o.Got, o.Asked)})
		}
		r.Variables = append(r.Variables, o)
	}
	return r
}

// planned is how many rows a drawn node should have, 0 for others.
func (n *node) planned() int {
	planned := 0
	for _, k := range n.taken {
		planned += k
	}
	return planned
}
