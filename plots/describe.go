package plots

import (
	"fmt"
	"strings"
	"time"
)

// maxDescribed is how many series a panel's description goes through.
const maxDescribed = 20

// describe says in words what a panel shows, for those who do not see it.
func (f *Figure) describe(p panel) string {
	weeks := f.table.Weeks()
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s to %s.", f.cadence.caption(), f.cadence.rows(len(weeks)),
		weeks[0].Format(f.cadence.layout), weeks[len(weeks)-1].Format(f.cadence.layout))
	for i, s := range p.series {
		if i == maxDescribed {
			fmt.Fprintf(&b, " %d more series.", len(p.series)-i)
			break
		}
		b.WriteString(" " + f.describeSeries(s))
	}
	if len(p.missing) > 0 {
		fmt.Fprintf(&b, " Not in the table: %s.", strings.Join(p.missing, ", "))
	}
	return b.String()
}

// describeSeries tells a series' total, highest count and withheld rows.
func (f *Figure) describeSeries(s series) string {
	if s.told == 0 {
		return fmt.Sprintf("%s: every count is withheld.", s.label)
	}
	peak, when := int64(-1), time.Time{}
	f.told(s, func(_ int, date time.Time, count int64) {
		if count > peak {
			peak, when = count, date
		}
	})
	total := "total " + groupedBig(s.total)
	withheld := "none withheld"
	if s.withheld > 0 {
		total = "total at least " + groupedBig(s.total)
		withheld = f.cadence.rows(s.withheld) + " withheld"
	}
	if peak == 0 {
		return fmt.Sprintf("%s: all counts are zero, %s.", s.label, withheld)
	}
	return fmt.Sprintf("%s: %s, highest %s %s, %s.", s.label, total, groupedInt(peak), f.cadence.said(when), withheld)
}
