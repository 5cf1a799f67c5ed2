package dummydata

import (
	"context"
	"fmt"
	"math"
	"strings"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// A study's population says who belongs to the cohort. When it is applied,
// candidates are drawn as the patients of a larger cohort, and those who belong
// to it are kept, in order, until there are as many as asked for. Incidences
// are then exact among the candidates, not among the patients.

// Applied tells how a population was applied.
type Applied struct {
	Candidates int `json:"candidates"` // drawn
	Accepted   int `json:"accepted"`   // of them; as many patients as asked for are kept
}

// mostCandidates bounds how many candidates are drawn for a patient. A
// population of fewer is hardly what a study means.
const mostCandidates = 1000

// newCohortPlan is newPlan, with the population applied when that is asked for.
func newCohortPlan(ctx context.Context, def *study.Definition, opts Options) (*plan, error) {
	p, err := newPlan(ctx, def, opts)
	if err != nil || !opts.ApplyPopulation || p.population == nil {
		return p, err
	}
	if p.patientIDs != nil {
		return nil, p.populationFault("cannot be applied: the patients come from a file", "leave out --apply-population")
	}
	patients := opts.Patients
	for {
		accepted, err := p.countAccepted(ctx)
		if err != nil {
			return nil, err
		}
		total := 0
		for _, k := range accepted {
			total += k
		}
		candidates := p.opts.Patients
		if total >= patients {
			p.keep(accepted, patients)
			p.applied = &Applied{candidates, total}
			return p, nil
		}
		if candidates >= mostCandidates*patients {
			return nil, p.populationFault(fmt.Sprintf("accepts %d of %d candidates", total, candidates), "expect more of the variables it asks for, or leave out --apply-population")
		}
		// Some more than the acceptance so far asks for, so that one further
		// round is nearly always enough.
		opts.Patients = 8 * candidates
		if total > 0 {
			need := float64(patients) * float64(candidates) / float64(total)
			opts.Patients = int(need + float64(4*math.Sqrt(need*float64(candidates)/float64(total))) + 64)
		}
		opts.Patients = max(candidates+1, min(opts.Patients, mostCandidates*patients))
		if p, err = newPlan(ctx, def, opts); err != nil {
			return nil, err
		}
	}
}

// needPopulation adds the population to the plan. Its rule is all it has: a
// population has no expectations.
func (p *plan) needPopulation() error {
	v := p.variable(p.study.Population)
	if v == nil || v.Function == "all" {
		return nil
	}
	n := &node{variable: v, name: v.Name, kind: derived, form: formFlag, window: allDays, static: allDays, room: allDays}
	if v.Function == "satisfying" {
		n.rule = p.ruleOf(n)
	}
	if n.rule == nil {
		why, remedy := p.whyNotApplied(v)
		return problem.List{fault(v, "cannot be applied: "+why, remedy+", or leave out --apply-population")}
	}
	n.index = len(p.nodes)
	p.nodes = append(p.nodes, n)
	p.byName[v.Name] = n
	p.population = n
	return nil
}

// whyNotApplied is why dummy patients cannot be told apart by the population.
func (p *plan) whyNotApplied(v *study.Variable) (why, remedy string) {
	switch {
	case p.opts.Independent:
		return "each variable is drawn by itself", "leave out --independent"
	case v.Function != "satisfying":
		return "it is " + v.Function + ", which is not drawn", "write it as satisfying, with return_expectations for each variable in its expression"
	}
	var undrawn []string
	for _, name := range v.DependsOn() {
		if p.needNamed(name) == nil {
			undrawn = append(undrawn, name)
		}
	}
	if undrawn == nil {
		return "its expression compares what cannot be compared", "correct it"
	}
	return "it asks for " + strings.Join(undrawn, ", ") + ", which cannot be drawn", "give return_expectations"
}

func (p *plan) populationFault(what, remedy string) error {
	return problem.List{fault(p.population.variable, what, remedy)}
}

// countAccepted counts, per block, the rows that belong to the population.
func (p *plan) countAccepted(ctx context.Context) ([]int, error) {
	counts := make([]int, p.blocks)
	errands := p.errands([]*node{p.population})
	return counts, p.eachBlock(ctx, 0, p.blocks, func(b *block) error {
		b.draw(errands)
		counts[b.number] = b.of(p.population).filled.count()
		return nil
	})
}

// keep decides which rows of each block are patients.
func (p *plan) keep(accepted []int, patients int) {
	p.firstKept = make([]int, len(accepted)+1)
	for b, k := range accepted {
		p.firstKept[b+1] = min(p.firstKept[b]+k, patients)
		if p.firstKept[b+1] == patients {
			p.blocks = b + 1
			break
		}
	}
	p.patients = patients
	p.ids = newPermutation(newStream(p.opts.Seed, "patient_id", "order"), 10*uint64(patients))
}

// cohortErrands are the errands for the given columns of the cohort.
func (p *plan) cohortErrands(columns []*node) []errand {
	if p.population == nil {
		return p.errands(columns)
	}
	return p.errands(append([]*node{p.population}, columns...))
}

// drawCohort draws a block and leaves the rows that are patients, at its
// beginning.
func (b *block) drawCohort(errands []errand, columns []*node) {
	b.draw(errands)
	b.firstOut = b.first
	p := b.plan
	if p.firstKept == nil {
		return
	}
	b.firstOut = p.firstKept[b.number]
	kept := p.firstKept[b.number+1] - b.firstOut
	rows := make([]int32, 0, kept)
	b.of(p.population).filled.each(func(row int) {
		if len(rows) < kept {
			rows = append(rows, int32(row))
		}
	})
	for _, n := range columns {
		c := b.of(n)
		filled := make(bitmap, words(len(rows)))
		for i, row := range rows {
			if c.filled.has(int(row)) {
				filled.set(i)
			}
		}
		c.filled = append(c.filled[:0], filled...)
		c.days, c.ints = gather(c.days, rows), gather(c.ints, rows)
		c.floats, c.codes = gather(c.floats, rows), gather(c.codes, rows)
	}
	b.rows = len(rows)
}

// gather moves the values of the given rows, which ascend, to the beginning.
func gather[T any](values []T, rows []int32) []T {
	if len(values) == 0 {
		return values
	}
	for i, row := range rows {
		values[i] = values[row]
	}
	return values[:len(rows)]
}

// putBits writes the first rows bits of src into dst from place at on. The bits
// of dst from there on must be zero.
func putBits(dst bitmap, at int, src bitmap, rows int) {
	shift := at % 64
	for i := range words(rows) {
		w := src[i]
		dst[at/64+i] |= w << shift
		if over := at/64 + i + 1; shift > 0 && over < len(dst) {
			dst[over] |= w >> (64 - shift)
		}
	}
}
