package dummydata

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// prepareDrawn reads a variable's expectations and tells all that is wrong
// with them. The loader of study definitions has checked their form; what is
// checked again here is what drawing relies on, since a definition can be made
// by other means.
func (p *plan) prepareDrawn(n *node, problems *problem.List) {
	v := n.variable
	e := v.Expectations
	if v.Source != "" && v.Type == study.Date {
		if source := p.variable(v.Source); source != nil && source.Expectations != nil {
			e = source.Expectations
		}
	}
	if e == nil {
		problems.Add(fault(v, "no expectations to draw dummy data from", "give it return_expectations, or the study default_expectations"))
		return
	}
	n.expected = e
	n.rate.days = allDays
	add := func(remedy, format string, args ...any) { problems.Add(fault(v, fmt.Sprintf(format, args...), remedy)) }

	n.want = p.opts.Patients
	switch e.Rate {
	case study.Universal:
		if n.form == formDay && v.Function != "categorised_as" {
			add("use uniform or exponential_increase", "the rate universal gives no dates")
		}
	case study.Uniform, study.ExponentialIncrease:
		switch {
		case e.Incidence == nil:
			add("give one from 0 to 1", "an incidence is missing")
		case !(*e.Incidence > 0 && *e.Incidence <= 1):
			add("give one above 0 and at most 1", "the incidence %v is impossible", *e.Incidence)
		default:
			n.want -= emptied(*e.Incidence, p.opts.Patients)
		}
	default:
		add("use uniform, exponential_increase or universal", "unknown rate %q", e.Rate)
	}
	n.asked = n.want
	switch {
	case n.form == formLabel || n.form == formDay && v.Function == "categorised_as":
		p.prepareLabels(n, e.Category, add)
	case n.form == formDay:
		p.prepareDates(n, e, add)
	case n.form == formInt:
		prepareNumbers(n, e.Int, "int", add, "normal", "poisson", "population_ages")
	case n.form == formFloat:
		prepareNumbers(n, e.Float, "float", add, "normal")
	}
}

func (p *plan) variable(name string) *study.Variable {
	for i := range p.study.Variables {
		if v := &p.study.Variables[i]; v.Name == name {
			return v
		}
	}
	return nil
}

// addProblem adds a problem of the variable at hand.
type addProblem func(remedy, format string, args ...any)

func (p *plan) prepareDates(n *node, e *study.Expectations, add addProblem) {
	for _, end := range []time.Time{e.Earliest, e.Latest} {
		if end.IsZero() {
			add("give date earliest and latest", "a date is missing from its expectations")
			return
		}
		if y := end.Year(); y < 1678 || y > 2261 {
			add("use years from 1678 to 2261", "the date %s is out of range", end.Format(time.DateOnly))
			return
		}
	}
	if e.Latest.Before(e.Earliest) {
		add("put the earlier date first", "dates are expected from %s to %s, which is no range", e.Earliest.Format(time.DateOnly), e.Latest.Format(time.DateOnly))
		return
	}
	n.rate = newRate(e)
}

func (p *plan) prepareLabels(n *node, ratios []study.Ratio, add addProblem) {
	if len(ratios) == 0 {
		add(`give it {"category": {"ratios": {…}}}`, "category ratios are missing from its expectations")
		return
	}
	sum := 0.0
	chances := make([]float64, len(ratios))
	for i, r := range ratios {
		if !(r.Share >= 0) {
			add("give shares from 0 to 1", "the share %v of a category is impossible", r.Share)
			return
		}
		sum += r.Share
		chances[i] = r.Share
		n.labels = append(n.labels, r.Label)
	}
	if !(math.Abs(sum-1) <= 1e-8+1e-5) { // numpy's idea of equal, which the original uses
		add("make them add up to 1", "the category ratios add up to %s", strconv.FormatFloat(sum, 'g', 6, 64))
		return
	}
	n.ratios = newCumulative(chances)
	n.labels = tidyLabels(n.labels)
	if n.form == formDay {
		n.days = make([]day, len(n.labels))
		for i, label := range n.labels {
			if label == nil {
				continue
			}
			t, err := time.Parse(time.DateOnly, fmt.Sprint(label))
			if err != nil {
				add("use dates such as 2020-02-01", "the category %q is not a date", fmt.Sprint(label))
				return
			}
			n.days[i] = dayOf(t)
		}
	}
}

// tidyLabels makes labels of one type: empty text, None, 0 and False are
// empty, as in the original's files, and where text is among numbers all are
// text.
func tidyLabels(labels []any) []any {
	tidy := make([]any, len(labels))
	texts, floats := false, false
	for i, label := range labels {
		switch l := label.(type) {
		case int64:
			if l != 0 {
				tidy[i] = l
			}
		case float64:
			if l != 0 {
				tidy[i], floats = l, true
			}
		case string:
			texts = true
			if l != "" {
				tidy[i] = l
			}
		case bool:
			if l {
				tidy[i], texts = "True", true
			}
		}
	}
	for i, label := range tidy {
		switch {
		case label == nil:
		case texts:
			tidy[i] = labelText(label)
		case floats:
			if l, ok := label.(int64); ok {
				tidy[i] = float64(l)
			}
		}
	}
	return tidy
}

func labelText(label any) string {
	switch l := label.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(l, 'g', -1, 64)
	}
	return fmt.Sprint(label)
}

func prepareNumbers(n *node, d *study.Distribution, key string, add addProblem, accepted ...string) {
	if d == nil {
		add(fmt.Sprintf(`give it {"%s": {"distribution": "normal", "mean": 25, "stddev": 5}}`, key), "an %s distribution is missing from its expectations", key)
		return
	}
	known := false
	for _, name := range accepted {
		known = known || d.Name == name
	}
	const largest = 1e18 // so that a mean and some deviations fit 64 bits
	switch {
	case !known:
		add(fmt.Sprintf("use one of %q", accepted), "unknown distribution %q", d.Name)
	case !(d.StdDev >= 0) || d.StdDev > largest:
		add("give one of 0 or more", "the standard deviation %v is impossible", d.StdDev)
	case !(math.Abs(d.Mean) < largest) || d.Name == "poisson" && d.Mean < 0:
		add("give another", "the mean %v is impossible", d.Mean)
	default:
		n.numbers = newNumberSource(d)
	}
}

// prepareFixed reads the value of a fixed_value.
func (p *plan) prepareFixed(n *node, problems *problem.List) {
	switch value := n.variable.Value.(type) {
	case string:
		if n.form == formDay {
			t, err := time.Parse(time.DateOnly, value)
			if err != nil {
				problems.Add(fault(n.variable, fmt.Sprintf("%q is not a date", value), "use a date such as 2020-02-01"))
				return
			}
			n.window = window{dayOf(t), dayOf(t)}
			return
		}
		n.labels = tidyLabels([]any{value})
	case nil:
		problems.Add(fault(n.variable, "a fixed value is missing", "give one"))
	}
}
