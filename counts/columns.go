package counts

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// eventColumn is what the name of a column of events looks like (C1).
var eventColumn = regexp.MustCompile(`^(.+)_X([1-9][0-9]*)_date$`)

// maxCells bounds the table, which each worker has for itself (8 MiB):
// 10,000 codelists over two years of weeks are a million cells.
const maxCells = 1 << 20

// plan says which columns are counted, and for which codelist each.
type plan struct {
	codelists []string
	columns   []string
	codelist  []int // of each column: its place in codelists
}

// part is a file of a cohort, or a table of a database that holds one.
type part struct {
	name    string // as the user calls it
	form    string // by its content, such as CSV
	columns []string
}

// parts are the files of a cohort, one or more.
func parts(c *cohort.Cohort) []part {
	all := make([]part, c.Parts())
	for i := range all {
		all[i] = part{name: c.PartName(i), form: c.PartFormat(i)}
		for _, f := range c.Part(i) {
			all[i].columns = append(all[i].columns, f.Name)
		}
	}
	return all
}

// choose finds the columns that a spec asks for among those of a cohort.
func choose(cohort []part, spec *analysis.Spec) (*plan, error) {
	p := &plan{codelists: spec.Codelists.Names}
	first := events(cohort[0].columns, spec)
	for _, other := range cohort[1:] {
		// A column that only some files have would be counted in part.
		if column, more, differs := difference(first, events(other.columns, spec)); differs {
			has, lacks := other.name, cohort[0].name
			if !more {
				has, lacks = lacks, has
			}
			return nil, fmt.Errorf("%s: has no column %q, which %s has; give files of one cohort", lacks, column, has)
		}
	}
	if spec.Codelists.Auto {
		for _, column := range first {
			if name := eventColumn.FindStringSubmatch(column)[1]; !slices.Contains(p.codelists, name) {
				p.codelists = append(p.codelists, name)
			}
		}
	}
	place := make(map[string]int, len(p.codelists))
	for i, name := range p.codelists {
		place[name] = i
	}
	for _, column := range first {
		if i, ok := place[eventColumn.FindStringSubmatch(column)[1]]; ok {
			p.columns = append(p.columns, column)
			p.codelist = append(p.codelist, i)
		}
	}
	if len(p.columns) == 0 {
		return nil, missing(cohort[0], spec)
	}
	return p, nil
}

// events are the names of the columns of events that the spec may ask for.
func events(columns []string, spec *analysis.Spec) []string {
	var names []string
	wanted := map[string]bool{}
	for _, name := range spec.Codelists.Names {
		wanted[name] = true
	}
	for _, column := range columns {
		match := eventColumn.FindStringSubmatch(column)
		if match == nil || (spec.FirstOnly && match[2] != "1") {
			continue
		}
		if spec.Codelists.Auto || wanted[match[1]] {
			names = append(names, column)
		}
	}
	return names
}

// difference is a name that only one of two lists has; more tells that it is
// the second.
func difference(a, b []string) (name string, more, differs bool) {
	in := make(map[string]bool, len(a))
	for _, name := range a {
		in[name] = true
	}
	for _, name := range b {
		if !in[name] {
			return name, true, true
		}
		delete(in, name)
	}
	for _, name := range a {
		if in[name] {
			return name, false, true
		}
	}
	return "", false, false
}

// missing says why no column is counted.
func missing(p part, spec *analysis.Spec) error {
	found := events(p.columns, &analysis.Spec{Codelists: analysis.Codelists{Auto: true}})
	if len(found) == 0 {
		return fmt.Errorf("%s: has no column of event dates (read as %s); they are named <codelist>_X1_date", p.name, p.form)
	}
	if spec.FirstOnly && spec.Codelists.Auto {
		return fmt.Errorf("%s: has no column of first events; they are named <codelist>_X1_date", p.name)
	}
	const enough = 3
	names := spec.Codelists.Names
	more := ""
	if len(names) > enough {
		names, more = names[:enough], ", …"
	}
	return fmt.Errorf("%s: has no column of event dates for the codelists of the analysis (%s%s); it has %s: write a spec for these, with `codelists: auto`",
		p.name, strings.Join(names, ", "), more, found[0])
}

// tableSize is the number of cells; tables that are no tables any more are
// refused.
func tableSize(rows, codelists int) (int, error) {
	if rows > math.MaxInt32 || codelists > maxCells || rows*codelists > maxCells {
		return 0, errors.New("the table would have more than a million cells; count a shorter period, fewer codelists, or by week")
	}
	return rows * codelists, nil
}
