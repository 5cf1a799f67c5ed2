package disclosure

import (
	"fmt"

	"cohortcounts/analysis"
)

// release applies a rule to one count (D1, D2).
func release(count int64, rule analysis.Rule) Cell {
	switch {
	case count == 0 && rule.KeepZero:
		return Cell{}
	case rule.Midpoint6:
		if count == 0 {
			return Cell{Withheld: true}
		}
		// ceil(n/6)*6-3: the middle of the group of six that n is in.
		return Cell{Count: (count+5)/6*6 - 3}
	case count <= rule.RedactAtOrBelow || count == 0:
		return Cell{Withheld: true}
	}
	if rule.RoundTo > 1 {
		count = (count + rule.RoundTo/2) / rule.RoundTo * rule.RoundTo
	}
	return Cell{Count: count}
}

// ReleaseCount applies a rule to one count, 0 or more, that is no cell of a
// table.
func ReleaseCount(count int64, rule analysis.Rule) Cell { return release(count, rule) }

// Warning says how a rule tells more than it seems to, or nothing. Rounding
// hides a count among as many as the base has; where the threshold cuts a group
// short, the smallest printed number stands for fewer.
func Warning(rule analysis.Rule) string {
	if rule.Midpoint6 || rule.RoundTo <= 1 {
		return ""
	}
	smallest := max(rule.RedactAtOrBelow, 0) + 1
	printed := release(smallest, rule).Count
	last := smallest
	for release(last+1, rule).Count == printed {
		last++
	}
	group := last - smallest + 1
	if group >= rule.RoundTo || printed == 0 {
		return ""
	}
	stands := fmt.Sprintf("%d", smallest)
	if group > 1 {
		stands = fmt.Sprintf("%d to %d", smallest, last)
	}
	if group == 2 {
		stands = fmt.Sprintf("%d or %d", smallest, last)
	}
	return fmt.Sprintf("a printed %d can only be %s: withholding %d or fewer and rounding to %d tells small counts; use the opensafely profile for new work",
		printed, stands, rule.RedactAtOrBelow, rule.RoundTo)
}
