package tables

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// A group is the variables that are taken from the same records: the same
// function with the same arguments but for what is returned. One record of a
// patient gives all of them their values.
//
//	bmi          most_recent_bmi(on_or_after=…)         the lead: who has a record
//	bmi_date     include_measurement_date=True          its date
//	bmi_known    most_recent_bmi(…, returning a flag)   follows
type group struct {
	record
	key     string
	members []*study.Variable
	first   bool // the first record counts, else the last

	lead  int   // the variable whose rows have a record
	dates []int // variables that are its date, the best first
	count int   // the one that is the number of records; -1
	gap   int   // days that must lie between two of them
	setters
	from, to   int32 // static limits, for what overlaps
	linked     []string
	rangesToo  bool // the source of comparators or reference ranges
	minimumAge int  // at a measurement, in calendar years
}

// gather puts the study's variables into groups.
func (p *plan) gather() {
	byKey := map[string]*group{}
	for i := range p.study.Variables {
		v := &p.study.Variables[i]
		if v.Source != "" {
			continue // goes with its source
		}
		r, ok := recordOf(v)
		if !ok || !p.drawing.Drawn(v.Name) {
			continue
		}
		key := identity(v)
		g := byKey[key]
		if g == nil {
			g = &group{record: r, key: key, first: v.Asks("find_first_match_in_period") || v.Function == "with_record_in_ukrr", count: -1, lead: -1}
			byKey[key] = g
			p.groups = append(p.groups, g)
		}
		g.members = append(g.members, v)
		p.served[v.Name] = true
	}
	for _, g := range p.groups {
		g.from, g.to = staticPeriod(g.members[0].Between)
	}
	for _, g := range p.groups {
		p.complete(g)
	}
}

// identity is what variables of the same records have in common.
func identity(v *study.Variable) string {
	var b strings.Builder
	b.WriteString(v.Function)
	for _, name := range slices.Sorted(maps.Keys(v.Codelists)) {
		fmt.Fprintf(&b, "|%s=%s", name, strings.Join(v.Codelists[name].Codes, ","))
	}
	for _, name := range slices.Sorted(maps.Keys(v.Arguments)) {
		switch {
		case strings.HasPrefix(name, "return_"), strings.HasPrefix(name, "include_"), name == "date_format", name == "episode_defined_as":
		case v.Asks(name):
			fmt.Fprintf(&b, "|%s=%v", name, v.Arguments[name])
		}
	}
	for _, end := range []*study.DateExpression{v.Between.From, v.Between.To} {
		b.WriteString("|")
		if end != nil {
			fmt.Fprintf(&b, "%s %d", end.Text, end.Date.Unix())
		}
	}
	return b.String()
}

// complete finds what each member of a group is of its record.
func (p *plan) complete(g *group) {
	v := g.members[0]
	for _, end := range []*study.DateExpression{v.Between.From, v.Between.To} {
		if end != nil && end.Variable != "" {
			g.linked = append(g.linked, end.Variable)
		}
	}
	g.schema = schemas[g.table]
	g.minimumAge = -1
	if v.Function == "most_recent_bmi" {
		age, ok := v.Arguments["minimum_age_at_measurement"].(int64)
		if !ok {
			age = 16
		}
		g.minimumAge = int(age)
	}
	p.chooseCodes(g)
	for _, m := range g.members {
		column := p.column(m.Name)
		switch m.Returning {
		case "date", "date_admitted", "date_arrived", "rrt_start_date":
			g.dates = append(g.dates, column)
		case "date_discharged":
			g.dates = append(g.dates, column)
			g.discharge(column)
		case "number_of_matches_in_period", "number_of_episodes":
			if g.count < 0 {
				g.count = column
			}
			if m.Returning == "number_of_episodes" {
				g.gap = episodeGap(m) + 1
			}
		case "binary_flag":
		default:
			p.value(g, m, column)
		}
		for _, child := range p.children(m) {
			p.served[child.Name] = true
			p.child(g, child)
		}
	}
	g.lead = p.column(g.members[0].Name)
	if g.count >= 0 {
		g.lead = g.count
	}
	if len(g.dates) > 0 {
		g.lead = g.dates[0]
	}
	for _, m := range g.members {
		if n := p.column(m.Name); n != g.lead && p.names[g.lead] != m.Name && !slices.Contains(g.childrenOf(p, m), p.names[g.lead]) {
			p.note(m.Name, follows, "follows from %s, which is taken from the same records", p.names[g.lead])
		}
	}
}

// children are the variables that are taken from the record of another.
func (p *plan) children(v *study.Variable) []*study.Variable {
	var found []*study.Variable
	for i := range p.study.Variables {
		if c := &p.study.Variables[i]; c.Source == v.Name && p.drawing.Drawn(c.Name) {
			found = append(found, c)
			found = append(found, p.children(c)...)
		}
	}
	return found
}

func (g *group) childrenOf(p *plan, v *study.Variable) []string {
	var names []string
	for _, c := range p.children(v) {
		names = append(names, c.Name)
	}
	return names
}

// child adds what a variable takes from the group's record.
func (p *plan) child(g *group, c *study.Variable) {
	column := p.column(c.Name)
	ranges := schemas[clinicalEventsRanges]
	switch c.Function {
	case "comparator_from":
		g.rangesToo = true
		g.ranges = append(g.ranges, labelSetter(column, p.labelCells(c, ranges, "comparator", nil)))
	case "reference_range_lower_bound_from":
		g.rangesToo = true
		g.ranges = append(g.ranges, floatSetter(column, ranges.at("lower_bound"), 0))
	case "reference_range_upper_bound_from":
		g.rangesToo = true
		g.ranges = append(g.ranges, floatSetter(column, ranges.at("upper_bound"), 0))
	default:
		if c.Type == study.Date {
			g.dates = append(g.dates, column)
		}
	}
}

func episodeGap(v *study.Variable) int {
	for _, word := range strings.Fields(fmt.Sprint(v.Arguments["episode_defined_as"])) {
		if n, err := strconv.Atoi(word); err == nil {
			return n
		}
	}
	return 0
}
