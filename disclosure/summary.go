package disclosure

import (
	"fmt"

	"cohortcounts/analysis"
	"cohortcounts/counts"
)

// Summary is what a log may tell of a count: numbers under the same rule as
// the table's cells. What is summed is summed after release (D3, D5), so a
// withheld cell cannot be got back by taking the printed ones from a sum.
type Summary struct {
	Rule      RuleReport        `json:"disclosure"`
	Rows      *int64            `json:"rows"` // patients; nil: withheld
	Columns   int               `json:"columns"`
	Inside    int64             `json:"events_in_period"` // sum of the printed counts
	Withheld  int               `json:"withheld_cells"`
	Outside   int64             `json:"events_outside_period"` // sum of what is told of each codelist
	Codelists []CodelistSummary `json:"codelists"`

	cells int
	rule  analysis.Rule
}

// CodelistSummary is the part of one codelist in a [Summary].
type CodelistSummary struct {
	Name     string `json:"name"`
	Columns  int    `json:"columns"`               // of the cohort
	Inside   int64  `json:"events_in_period"`      // sum of the printed counts
	Withheld int    `json:"withheld_cells"`        // of the table
	Outside  *int64 `json:"events_outside_period"` // nil: withheld
}

// Summarise releases a summary beside the table that was counted with it.
func (t *Table) Summarise(s *counts.Summary) *Summary {
	out := &Summary{
		Rule: newRuleReport(t.rule), Columns: s.Columns, Rows: told(s.Rows, t.rule),
		cells: len(t.cells), rule: t.rule,
	}
	for codelist, of := range s.Codelists {
		c := CodelistSummary{Name: of.Name, Columns: of.Columns, Inside: t.Total(codelist), Outside: told(of.Outside, t.rule)}
		for week := range t.weeks {
			if t.Cell(week, codelist).Withheld {
				c.Withheld++
			}
		}
		out.Inside += c.Inside
		out.Withheld += c.Withheld
		if c.Outside != nil {
			out.Outside += *c.Outside
		}
		out.Codelists = append(out.Codelists, c)
	}
	return out
}

// told is a number that is not a cell, under the rule of cells; nil: it is
// withheld. A number of which withholding would tell that it is zero is zero.
func told(n int64, rule analysis.Rule) *int64 {
	cell := release(n, rule)
	if cell.Withheld && rule.RedactAtOrBelow > 0 {
		return nil
	}
	return &cell.Count
}

// String is the summary in one line for a log.
func (s *Summary) String() string {
	patients := fmt.Sprintf("at most %d patients", s.rule.RedactAtOrBelow)
	if s.Rows != nil {
		patients = plural(*s.Rows, "patient")
	}
	printed := "sum of the printed counts"
	if s.Withheld > 0 {
		printed += fmt.Sprintf("; %d of %s withheld", s.Withheld, plural(int64(s.cells), "cell"))
	}
	return fmt.Sprintf("counted %s of %s (%s); dropped %s outside the period", plural(s.Inside, "event"), patients, printed, s.outside())
}

func (s *Summary) outside() string {
	var withheld int64
	for _, c := range s.Codelists {
		if c.Outside == nil {
			withheld++
		}
	}
	small := fmt.Sprintf("at most %s of each codelist", plural(s.rule.RedactAtOrBelow, "event"))
	switch {
	case withheld == 0:
		return plural(s.Outside, "event")
	case withheld == int64(len(s.Codelists)):
		return small
	}
	return fmt.Sprintf("%s, and at most %s of each of %s,", plural(s.Outside, "event"),
		plural(s.rule.RedactAtOrBelow, "event"), plural(withheld, "other codelist"))
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
