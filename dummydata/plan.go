package dummydata

import (
	"context"
	"fmt"
	"slices"

	"cohortcounts/cohort"
	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// blockRows is how many rows are drawn at a time. A tree of some columns then
// fits a core's second-level cache; a batch of the file is some blocks.
const (
	blockRows      = 8192
	blocksPerBatch = cohort.BatchRows / blockRows
)

// A form is how a variable's values are held while they are drawn.
type form int

const (
	formFlag  form = iota // the bitmap alone: a flag is true where it is filled
	formDay               // days
	formInt               // ints
	formFloat             // floats
	formLabel             // codes into the node's labels
)

// A kind is where a variable's values come from.
type kind int

const (
	drawn     kind = iota // from its expectations
	derived               // satisfying, categorised_as: from its parts
	aggregate             // maximum_of, minimum_of
	fixed                 // fixed_value
	fromFile              // with_value_from_file, which_exist_in_file
)

// A node is a variable of the plan.
type node struct {
	variable *study.Variable
	name     string
	index    int // in plan.nodes and block.cells
	kind     kind
	form     form
	expected *study.Expectations // of a drawn node

	// How it is tied to others; see links.go.
	tree          *tree
	parent        *node  // its rows are among the parent's
	same          bool   // its rows are the parent's
	copies        bool   // its dates are the parent's
	apart         *node  // of the same parent: has none of its rows
	after, before *bound // limits by other dates
	anchors       []*node
	followed      bool // others must be on or after its dates
	preceded      bool // others must be on or before its dates
	window        window
	static        window // its period by itself, for the original's filter
	room          window // where a date of its record must find a day; of what is no date itself
	reach         window // the days that a date can have, given those it is limited by
	birth         *birth // of age_as_of and date_of_birth; see birth.go
	death         *death // of a variable that tells of a death; see death.go

	// How many rows are filled.
	asked int   // by the study
	want  int   // asked, or 0 where no date is possible
	taken []int // per block, once planned
	// tiers are the parts of taken from each group of eligible rows, of a node
	// whose rows follow from what others draw.
	tiers [][]int

	// Its values.
	rate    rate
	numbers numberSource
	labels  []any // by code: int64, float64 or string; nil stands for empty
	ratios  cumulative
	rule    *rule // of a derived node
	inputs  []*node
	places  *places // of a place that follows from a smaller one; see geography.go
	days    []day   // of labels that are dates, by code
	file    *fileColumn

	sel, val stream
}

// plan is all that drawing needs to know; nothing changes while blocks are
// drawn.
type plan struct {
	opts    Options
	study   *study.Definition
	nodes   []*node
	byName  map[string]*node
	columns []*node // as they are written, without patient_id
	trees   []*tree // in an order in which they can be drawn
	blocks  int
	ids     permutation

	spareBlocks blockPool
	notes       []Note
	events      []*node // dates that a death comes after
	// patientIDs are those of the study's files; nil when there are none.
	patientIDs []int64

	// When the population is applied: who belongs to it, the place in the
	// cohort of the first patient of each block, and the outcome; see
	// population.go.
	population *node
	firstKept  []int
	applied    *Applied
	patients   int // of the cohort: opts.Patients, or fewer when some are no patients

	files  map[string]*studyFile // by path
	months []day                 // first day of the month of each day from firstDay on
}

// newPlan plans a cohort; the error is a [problem.List] when expectations
// cannot be met.
func newPlan(ctx context.Context, def *study.Definition, opts Options) (*plan, error) {
	p := &plan{opts: opts, study: def, byName: map[string]*node{}}
	if err := p.readFiles(); err != nil {
		return nil, err
	}
	if p.opts.Patients <= 0 {
		return nil, problem.List{{File: def.File, What: fmt.Sprintf("a cohort of %d patients cannot be drawn", opts.Patients), Remedy: "give a number of 1 or more"}}
	}
	if p.opts.Patients > maxPatients {
		return nil, problem.List{{File: def.File, What: fmt.Sprintf("a cohort of %d patients is too large", opts.Patients), Remedy: fmt.Sprintf("give at most %d", maxPatients)}}
	}
	p.blocks = (p.opts.Patients + blockRows - 1) / blockRows
	p.months = firstDays()
	var problems problem.List
	visible := []*node{}
	for i := range def.Variables {
		v := &def.Variables[i]
		if v.Hidden || v.Name == def.Population {
			if opts.hidden && v.Name != def.Population && v.File == nil {
				p.needNamed(v.Name)
			}
			continue
		}
		if n := p.need(v, &problems); n != nil {
			visible = append(visible, n)
		}
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if opts.ApplyPopulation {
		if err := p.needPopulation(); err != nil {
			return nil, err
		}
	}
	p.patients = p.opts.Patients
	p.columns = columnOrder(visible)
	p.link()
	p.plant()
	p.ids = newPermutation(newStream(opts.Seed, "patient_id", "order"), 10*uint64(p.opts.Patients))
	p.files = nil // all that is needed of them is in the nodes
	if err := p.allocateAll(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// maxPatients keeps ten times the number, the range of patient_id, and all
// counters of rows far from overflow; it is a hundred times the population of
// the Earth's largest health record.
const maxPatients = 1 << 36

// need adds a variable, and those it depends on, to the plan. It gives nil for
// one that cannot be drawn: a visible one adds its problems, a hidden one is
// done without.
func (p *plan) need(v *study.Variable, problems *problem.List) *node {
	if n, ok := p.byName[v.Name]; ok {
		return n
	}
	n := &node{variable: v, name: v.Name, window: allDays, static: allDays, room: allDays}
	n.form = formOf(v)
	n.sel = newStream(p.opts.Seed, v.Name, "select")
	n.val = newStream(p.opts.Seed, v.Name, "value")
	var faults problem.List
	switch v.Function {
	case "maximum_of", "minimum_of":
		n.kind = aggregate
		p.needInputs(n, &faults)
	case "fixed_value":
		n.kind = fixed
		p.prepareFixed(n, &faults)
	case "with_value_from_file", "which_exist_in_file":
		n.kind = fromFile
		p.prepareFile(n, &faults)
	case "satisfying", "categorised_as":
		// Bad expectations are a fault even of what is computed: they are
		// what the report compares with.
		p.prepareDrawn(n, &faults)
		if rule := p.ruleOf(n); rule != nil && len(faults) == 0 {
			n.kind, n.rule = derived, rule
		}
	default:
		p.prepareDrawn(n, &faults)
	}
	if len(faults) > 0 {
		if !v.Hidden {
			*problems = append(*problems, faults...)
		}
		return nil
	}
	if n.kind == drawn && !p.opts.Independent {
		p.needLinked(n)
	}
	n.index = len(p.nodes)
	p.nodes = append(p.nodes, n)
	p.byName[v.Name] = n
	return n
}

// needNamed is need for a name; nil when there is no such variable or it
// cannot be drawn. Its problems count only if it is itself visible.
func (p *plan) needNamed(name string) *node {
	v := p.variable(name)
	if v == nil {
		return nil
	}
	var ignored problem.List
	return p.need(v, &ignored)
}

// needLinked adds the variables that limit a drawn one.
func (p *plan) needLinked(n *node) {
	v := n.variable
	if v.Source != "" {
		p.needNamed(v.Source)
	}
	for _, limit := range []*study.DateExpression{v.Between.From, v.Between.To} {
		if limit != nil && limit.Variable != "" {
			p.needNamed(limit.Variable)
		}
	}
}

func (p *plan) needInputs(n *node, problems *problem.List) {
	for _, name := range n.variable.Inputs {
		input := p.needNamed(name)
		if input == nil {
			remedy := "give that variable return_expectations"
			if v := p.variable(name); v != nil && v.File != nil {
				remedy = "make that variable a column of its own: files of hidden ones are not read"
			}
			problems.Add(fault(n.variable, fmt.Sprintf("its input %q cannot be drawn", name), remedy))
			continue
		}
		n.inputs = append(n.inputs, input)
	}
	if n.form == formLabel {
		n.labels = unionLabels(n.inputs)
	}
}

// formOf is how a variable's values are held. Deprivation and rurality are
// numbers by type, but their dummy data are labels.
func formOf(v *study.Variable) form {
	switch {
	case v.Returning == "index_of_multiple_deprivation", v.Returning == "rural_urban_classification":
		return formLabel
	case v.Type == study.Bool:
		return formFlag
	case v.Type == study.Int:
		return formInt
	case v.Type == study.Float:
		return formFloat
	case v.Type == study.Date:
		return formDay
	}
	return formLabel
}

// columnOrder is the original's order of columns, which is not that of the
// definition: those from files, dates, others, fixed values, aggregates.
func columnOrder(visible []*node) []*node {
	group := func(n *node) int {
		switch {
		case n.kind == fromFile:
			return 0
		case n.kind == fixed:
			return 3
		case n.kind == aggregate:
			return 4
		case n.form == formDay && n.variable.Function != "categorised_as":
			return 1
		}
		return 2
	}
	columns := slices.Clone(visible)
	slices.SortStableFunc(columns, func(a, b *node) int { return group(a) - group(b) })
	return columns
}

// fault is a problem of a variable.
func fault(v *study.Variable, what, remedy string) problem.Problem {
	return problem.Problem{
		File: v.Position.File, Line: v.Position.Line, Column: v.Position.Column,
		What: v.Name + ": " + what, Remedy: remedy,
	}
}
