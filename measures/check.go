package measures

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cohortcounts/study"
)

// Check refuses measures that cannot be made, all faults at once. Of measures
// with the same id, which write the same files, the last is kept, as the files
// of the original are its; repeated names their ids.
func Check(measures []study.Measure) (kept []study.Measure, repeated []string, err error) {
	var faults []error
	for i, m := range measures {
		switch {
		case m.ID == "" || strings.ContainsAny(m.ID, "/\\\x00"):
			faults = append(faults, fmt.Errorf("measure %q: its id is part of a file's name; use letters, digits and underscores", m.ID))
		case m.Numerator == "" || m.Denominator == "":
			faults = append(faults, fmt.Errorf("measure %q: has an empty numerator or denominator; name a column, or population", m.ID))
		}
		for at, name := range m.GroupBy {
			if slices.Contains(m.GroupBy[:at], name) {
				faults = append(faults, fmt.Errorf("measure %q: has %q twice in group_by; take one out", m.ID, name))
			}
		}
		later := func(o study.Measure) bool { return o.ID == m.ID }
		if slices.ContainsFunc(measures[i+1:], later) {
			if !slices.Contains(repeated, m.ID) {
				repeated = append(repeated, m.ID)
			}
			continue
		}
		kept = append(kept, m)
	}
	return kept, repeated, errors.Join(faults...)
}
