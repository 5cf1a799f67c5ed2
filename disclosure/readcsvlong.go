package disclosure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cohortcounts/internal/problem"
)

// longTable is a table in long form while it is read: weeks and codelists in
// the order they first come, and the cells by both.
type longTable struct {
	suffix    string // that the names of columns get, as in the wide form
	codelists map[string]int
	cells     map[[2]int]Cell // by week and codelist
}

// newLongTable tells the long form by its header, week,codelist,count, where
// the count's name may have the suffix of a kind of rounding; nil for any
// other.
func newLongTable(header []string) *longTable {
	if len(header) != 3 || header[1] != "codelist" {
		return nil
	}
	suffix, ok := strings.CutPrefix(header[2], "count")
	if !ok || suffix != "" && !strings.HasPrefix(suffix, "_") {
		return nil
	}
	return &longTable{suffix: suffix, codelists: map[string]int{}, cells: map[[2]int]Cell{}}
}

// longRow reads the count of one week and codelist.
func (d *csvDecoder) longRow(record []string) {
	if record[0] == totalLabel && len(d.table.weeks) > 0 {
		d.total = true
		d.cell(record[2], 2, record[1])
		return
	}
	if d.total {
		d.add(0, "a row follows those of totals", "end the table with the totals")
		return
	}
	week, ok := parseDate(record[0])
	if !ok {
		d.add(0, "the first column is not a date", "name a counts table, with dates as YYYY-MM-DD")
		return
	}
	if record[1] == "" {
		d.add(1, "the row names no codelist", "name it or delete the row")
		return
	}
	name := strings.Clone(record[1]) + d.long.suffix
	codelist, ok := d.long.codelists[name]
	if !ok {
		codelist = len(d.table.codelists)
		d.long.codelists[name] = codelist
		d.table.codelists = append(d.table.codelists, name)
	}
	key := [2]int{d.longWeek(week), codelist}
	if _, again := d.long.cells[key]; again {
		d.add(0, "the week has another row for this codelist", "keep one of them")
	}
	d.long.cells[key] = d.cell(record[2], 2, record[1])
}

// longWeek is the place of a week that may come in any order: rows can be
// sorted by codelist.
func (d *csvDecoder) longWeek(week time.Time) int {
	i, found := slices.BinarySearchFunc(d.table.weeks, week, time.Time.Compare)
	if found {
		return i
	}
	if i == len(d.table.weeks) {
		d.table.weeks = append(d.table.weeks, week)
	} else {
		d.add(0, "the date is before that of a row above", "sort the rows by date")
	}
	return i
}

// longFinish puts the cells into rows. A week that has no row for a codelist
// is a fault: whether it was withheld cannot be known.
func (d *csvDecoder) longFinish() {
	for i := range d.table.weeks {
		for j, codelist := range d.table.codelists {
			cell, ok := d.long.cells[[2]int{i, j}]
			if !ok {
				if len(d.problems) >= maxCSVProblems {
					return // before weeks times codelists, of a wrong file, fill the memory
				}
				d.problems.Add(problem.Problem{
					File:   d.name,
					What:   fmt.Sprintf("the week %s has no row for %q", d.table.weeks[i].Format(time.DateOnly), codelist),
					Remedy: "write one, with an empty count when it is withheld",
				})
			}
			d.table.cells = append(d.table.cells, cell)
		}
	}
}
