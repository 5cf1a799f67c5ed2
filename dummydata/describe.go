package dummydata

import (
	"context"
	"math"
	"slices"
	"sort"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// A Description compares a cohort with what its study expects. It holds counts
// and dates as they are, without disclosure control: it is for dummy data.
type Description struct {
	Study     string     `json:"study"`
	Patients  int        `json:"patients"`
	Variables []Compared `json:"variables"`
}

// Compared is one column: what was asked and what there is.
type Compared struct {
	Variable string     `json:"variable"`
	Type     study.Type `json:"type"`
	// Origin is "drawn", or "computed", "fixed" or "file"; what is computed
	// need not be as asked.
	Origin string `json:"origin"`
	// Asked and Got are rows with a value: not null, false or 0. Labels that
	// stand for no value, and numbers that are 0, are left out of both; so
	// Asked is a mean then. It is -1 where the study expects nothing.
	Asked  int            `json:"asked"`
	Got    int            `json:"got"`
	Dates  *ComparedDates `json:"dates,omitempty"`
	Labels []ComparedPart `json:"labels,omitempty"`
	Number *ComparedMean  `json:"number,omitempty"`

	slack int // how far Got may be from Asked by chance
}

// ComparedDates are the range of dates and how they spread over it.
type ComparedDates struct {
	AskedFrom string         `json:"asked_from"`
	AskedTo   string         `json:"asked_to"`
	GotFrom   string         `json:"got_from"` // empty when there are none
	GotTo     string         `json:"got_to"`
	Bins      []ComparedPart `json:"bins"` // named by their first day; dates beyond the range are in the first and last
}

// ComparedPart is the share of a label, or of a run of dates, among the rows
// with a value.
type ComparedPart struct {
	Name  string  `json:"name"`
	Asked float64 `json:"asked"`
	Got   float64 `json:"got"`
}

// ComparedMean is the middle and spread of numbers, of the rows with a value.
// Asked ones are 0 where the distribution has none.
type ComparedMean struct {
	Distribution   string  `json:"distribution"`
	AskedMean      float64 `json:"asked_mean"`
	AskedDeviation float64 `json:"asked_deviation"`
	GotMean        float64 `json:"got_mean"`
	GotDeviation   float64 `json:"got_deviation"`
	// Bins are runs of numbers, named by the least of each; numbers beyond are
	// in the first and the last. None where the distribution is no known one.
	Bins []ComparedPart `json:"bins,omitempty"`
}

// dateBins is how many runs a range of dates is divided into: enough to see a
// rate's form in a plot of an inch.
const dateBins = 24

// Describe reads the cohort at path (feather, Parquet, CSV or CSV.gz) and
// compares it with the study.
func Describe(ctx context.Context, def *study.Definition, path string) (Description, error) {
	d := Description{Study: def.Name}
	columns, err := compareWith(def)
	if err != nil {
		return d, err
	}
	d.Patients, err = readInto(ctx, columns, def, path)
	if err != nil {
		return d, err
	}
	for _, c := range columns {
		d.Variables = append(d.Variables, c.compared(d.Patients))
	}
	return d, nil
}

// comparison gathers what is in a column.
type comparison struct {
	variable *study.Variable
	node     *node // nil where the study expects nothing
	got      int
	labels   map[string]int
	days     map[day]int
	spread   *spread // of numbers
}

// compareWith prepares the columns of a study, in the order of a cohort.
func compareWith(def *study.Definition) ([]*comparison, error) {
	p := &plan{study: def, byName: map[string]*node{}}
	var problems problem.List
	var columns []*comparison
	for i := range def.Variables {
		v := &def.Variables[i]
		if v.Hidden || v.Name == def.Population {
			continue
		}
		c := &comparison{variable: v, labels: map[string]int{}, days: map[day]int{}, spread: &spread{}}
		if v.File == nil {
			if c.node = p.need(v, &problems); c.node == nil {
				continue
			}
			c.node.static = staticWindow(p.period(c.node))
			c.spread = newSpread(c.node)
		}
		columns = append(columns, c)
	}
	return columns, problems.Err()
}

// compared is the outcome, of a cohort of so many patients.
func (c *comparison) compared(patients int) Compared {
	out := Compared{Variable: c.variable.Name, Type: c.variable.Type, Origin: "file", Asked: -1, Got: c.got}
	n := c.node
	if n == nil {
		return out
	}
	out.Origin = map[kind]string{drawn: "drawn", derived: "computed", aggregate: "computed", fixed: "fixed"}[n.kind]
	if e := n.expected; e != nil {
		out.Asked = patients
		if e.Rate != study.Universal && e.Incidence != nil {
			out.Asked -= emptied(*e.Incidence, patients)
		}
		empty := float64(float64(out.Asked) * n.emptyShare())
		out.Asked -= int(math.Round(empty))
		out.slack = int(4 * math.Sqrt(empty))
	}
	switch {
	case n.form == formDay && n.kind == drawn && n.days == nil:
		out.Dates = c.dates()
	case n.form == formLabel && n.expected != nil:
		out.Labels = c.parts()
	case (n.form == formInt || n.form == formFloat) && n.expected != nil:
		out.Number = c.number()
	}
	return out
}

// emptyShare is the share of values that look like none: of labels that stand
// for no value, and of numbers that are 0.
func (n *node) emptyShare() float64 {
	empty := 0.0
	if n.form == formInt && n.kind == drawn && n.expected.Rate != study.Universal {
		return n.numbers.below(1, true) - n.numbers.below(0, true)
	}
	for i, label := range n.labels {
		if label == nil && n.kind == drawn && i < len(n.expected.Category) {
			empty += n.expected.Category[i].Share
		}
	}
	return empty
}

func (c *comparison) parts() []ComparedPart {
	parts := []ComparedPart{}
	asked := map[string]float64{}
	var names []string
	for _, r := range c.node.expected.Category {
		name := labelText(r.Label)
		if _, ok := asked[name]; !ok {
			names = append(names, name)
		}
		asked[name] += r.Share
	}
	var others []string
	for name := range c.labels {
		if _, ok := asked[name]; !ok {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	filled := 1 - asked[""]
	for _, name := range append(names, others...) {
		if name == "" {
			continue
		}
		parts = append(parts, ComparedPart{name, asked[name] / max(filled, 1e-9), float64(c.labels[name]) / float64(max(c.got, 1))})
	}
	return parts
}

func (c *comparison) number() *ComparedMean {
	m := &ComparedMean{}
	for _, d := range []*study.Distribution{c.node.expected.Int, c.node.expected.Float} {
		if d != nil && (d == c.node.expected.Int) == (c.node.form == formInt) {
			m.Distribution, m.AskedMean, m.AskedDeviation = d.Name, d.Mean, d.StdDev
			if d.Name == "poisson" {
				m.AskedDeviation = math.Sqrt(d.Mean)
			}
		}
	}
	m.GotMean, m.GotDeviation = c.spread.mean(), c.spread.deviation()
	m.Bins = c.spread.parts(c.got)
	return m
}

func (c *comparison) dates() *ComparedDates {
	w := c.node.rate.days.and(c.node.static)
	if w.empty() {
		w = c.node.rate.days
	}
	d := &ComparedDates{AskedFrom: dateOf(w.from).Format("2006-01-02"), AskedTo: dateOf(w.to).Format("2006-01-02")}
	span := int(w.to-w.from) + 1
	bins := min(dateBins, span)
	for i := range bins {
		from, to := w.from+day(i*span/bins), w.from+day((i+1)*span/bins)-1
		d.Bins = append(d.Bins, ComparedPart{Name: dateOf(from).Format("2006-01-02"), Asked: c.node.rate.share(window{from, to}) / c.node.rate.share(w)})
	}
	binOf := func(on day) int {
		into := int(min(max(on, w.from), w.to) - w.from)
		return sort.Search(bins, func(i int) bool { return (i+1)*span/bins > into })
	}
	if format := c.variable.DateFormat; format != study.Day { // all of a month or year is written as its first day
		for i := range d.Bins {
			d.Bins[i].Asked = 0
		}
		for on := w.from; on <= w.to; on++ {
			d.Bins[binOf(dayOf(truncate(dateOf(on), format)))].Asked += c.node.rate.share(window{on, on}) / c.node.rate.share(w)
		}
	}
	first, last := lastDay, firstDay
	counts := make([]int, bins)
	for got, count := range c.days {
		first, last = min(first, got), max(last, got)
		counts[binOf(got)] += count
	}
	for i, count := range counts {
		d.Bins[i].Got = float64(count) / float64(max(c.got, 1))
	}
	if len(c.days) > 0 {
		d.GotFrom, d.GotTo = dateOf(first).Format("2006-01-02"), dateOf(last).Format("2006-01-02")
	}
	return d
}

// share is the chance of a date in w.
func (r *rate) share(w window) float64 {
	w = w.and(r.days)
	switch {
	case w.empty():
		return 0
	case r.scale == 0:
		return float64(w.to-w.from+1) / float64(r.days.to-r.days.from+1)
	}
	return (r.survival[r.days.to-w.to] - r.survival[r.days.to-w.from+1]) / (1 - r.survival[len(r.survival)-1])
}
