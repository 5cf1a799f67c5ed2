package disclosure

import (
	"encoding/json"
	"io"
	"time"

	"cohortcounts/analysis"
)

// Report says what disclosure control did to a table. It is written beside the
// table for whoever checks outputs, and tells nothing that the table itself
// does not (D4): not how many of the withheld counts were zero, nor which of
// the others rounding has changed.
type Report struct {
	Rule    RuleReport     `json:"rule"`
	Period  PeriodReport   `json:"period"`
	Columns []ColumnReport `json:"columns"`
	Warning string         `json:"warning,omitempty"` // what the rule tells more than it seems to
}

// RuleReport is the rule that a table was released under.
type RuleReport struct {
	Profile         string `json:"profile,omitempty"`
	RedactAtOrBelow int64  `json:"redact_at_or_below"`
	RoundTo         int64  `json:"round_to"`
	Midpoint6       bool   `json:"midpoint6"`
	Zero            string `json:"zero"` // withheld or kept
	Marker          string `json:"marker"`
	Totals          string `json:"totals"` // what totals are sums of
}

// PeriodReport is the rows of a table.
type PeriodReport struct {
	First string `json:"first"` // label of the first row, ISO date
	Last  string `json:"last"`
	Rows  int    `json:"rows"`
}

// ColumnReport counts the cells of one column.
type ColumnReport struct {
	Name     string `json:"name"`
	Cells    int    `json:"cells"`
	Withheld int    `json:"withheld"`
	Zero     int    `json:"zero"`    // told as zero
	Rounded  int    `json:"rounded"` // told as a rounded count
	Exact    int    `json:"exact"`   // told as it was counted
}

// Report says what was done to the table. A table that was read from a CSV has
// no rule.
func (t *Table) Report() *Report {
	r := &Report{Rule: newRuleReport(t.rule), Period: PeriodReport{Rows: len(t.weeks)}, Warning: Warning(t.rule)}
	if n := len(t.weeks); n > 0 {
		r.Period.First = t.weeks[0].Format(time.DateOnly)
		r.Period.Last = t.weeks[n-1].Format(time.DateOnly)
	}
	for codelist, name := range t.codelists {
		c := ColumnReport{Name: t.columnName(name), Cells: len(t.weeks)}
		for week := range t.weeks {
			switch cell := t.Cell(week, codelist); {
			case cell.Withheld:
				c.Withheld++
			case cell.Count == 0:
				c.Zero++
			case rounds(t.rule):
				c.Rounded++
			default:
				c.Exact++
			}
		}
		r.Columns = append(r.Columns, c)
	}
	return r
}

func rounds(rule analysis.Rule) bool { return rule.Midpoint6 || rule.RoundTo > 1 }

func newRuleReport(rule analysis.Rule) RuleReport {
	r := RuleReport{
		Profile: rule.Profile, RedactAtOrBelow: rule.RedactAtOrBelow, RoundTo: rule.RoundTo,
		Midpoint6: rule.Midpoint6, Zero: "withheld", Marker: rule.Marker, Totals: "released cells",
	}
	if rule.KeepZero {
		r.Zero = "kept"
	}
	return r
}

// WriteJSON writes the report as indented JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
