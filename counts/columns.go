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

// maxCells bounds the table, and with it the memory of each worker (8 MiB):
// 10,000 codelists over two years of weeks are a million cells.
const maxCells = 1 << 20

// plan says which columns are counted, and for which codelist each.
type plan struct {
	codelists []string
	columns   []string
	codelist  []int // of each column: its place in codelists
}

// choose finds the columns that a spec asks for among those of a cohort.
func choose(c *cohort.Cohort, spec *analysis.Spec) (*plan, error) {
	p := &plan{codelists: spec.Codelists.Names}
	var first []string
	for i := range c.Parts() {
		found := events(c.Part(i), spec)
		if i == 0 {
			first = found
			continue
		}
		// A column that only some files have would be counted in part.
		if column, more, differs := difference(first, found); differs {
			has, lacks := c.PartName(i), c.PartName(0)
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
		return nil, missing(c, spec)
	}
	return p, nil
}

// events are the names of the columns of events that the spec may ask for.
func events(fields []cohort.Field, spec *analysis.Spec) []string {
	var names []string
	wanted := map[string]bool{}
	for _, name := range spec.Codelists.Names {
		wanted[name] = true
	}
	for _, f := range fields {
		match := eventColumn.FindStringSubmatch(f.Name)
		if match == nil || (spec.FirstOnly && match[2] != "1") {
			continue
		}
		if spec.Codelists.Auto || wanted[match[1]] {
			names = append(names, f.Name)
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
func missing(c *cohort.Cohort, spec *analysis.Spec) error {
	name := c.PartName(0)
	found := events(c.Part(0), &analysis.Spec{Codelists: analysis.Codelists{Auto: true}})
	if len(found) == 0 {
		return fmt.Errorf("%s: has no column of event dates (read as %s); they are named <codelist>_X1_date", name, c.PartFormat(0))
	}
	if spec.FirstOnly && spec.Codelists.Auto {
		return fmt.Errorf("%s: has no column of first events; they are named <codelist>_X1_date", name)
	}
	const enough = 3
	names := spec.Codelists.Names
	more := ""
	if len(names) > enough {
		names, more = names[:enough], ", …"
	}
	return fmt.Errorf("%s: has no column of event dates for the codelists of the analysis (%s%s); it has %s: write a spec for these, with `codelists: auto`",
		name, strings.Join(names, ", "), more, found[0])
}

// checkSize refuses tables that are no tables any more.
func checkSize(rows, codelists int) error {
	if rows > math.MaxInt32 || codelists > maxCells || rows*codelists > maxCells {
		return errors.New("the table would have more than a million cells; count a shorter period, fewer codelists, or by week")
	}
	return nil
}
