package doctest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// durations are all alike: how long something takes is different each time.
var durations = regexp.MustCompile(`\b\d+(\.\d+)? ?(ms|s|m\d+s)\b`)

// Same reports whether what a command printed is what the page shows (D1).
func Same(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "..." {
		for skip := range len(got) + 1 {
			if Same(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && sameLine(want[0], got[0]) && Same(want[1:], got[1:])
}

func sameLine(want, got string) bool {
	want, got = durations.ReplaceAllString(want, "0 s"), durations.ReplaceAllString(got, "0 s")
	parts := strings.Split(strings.TrimRight(want, " "), "...")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(strings.TrimRight(got, " \r"))
}

// Lies tells, a text each, where a page does not say what its commands did.
func (p Page) Lies(results []Result) (lies []string) {
	for i, r := range results {
		if !Same(r.Want, r.Got) {
			lies = append(lies, fmt.Sprintf("line %d: $ %s\nthe page shows:\n%s\nit prints:\n%s", r.Line, r.Command,
				strings.Join(r.Want, "\n"), strings.Join(r.Got, "\n")))
		}
		shown := i+1 < len(results) && results[i+1].Command == "echo $?"
		if r.Status != 0 && !shown {
			lies = append(lies, fmt.Sprintf("line %d: $ %s\nends with status %d, which the page does not show by 'echo $?':\n%s", r.Line,
				r.Command, r.Status, strings.Join(r.Got, "\n")))
		}
	}
	return lies
}

// Corrected is the page with what its commands printed, wherever it shows
// something else.
func (p Page) Corrected(results []Result) string {
	lines := slices.Clone(p.Lines)
	for _, r := range slices.Backward(results) {
		if !Same(r.Want, r.Got) {
			from := r.wantFrom() - 1
			lines = slices.Replace(lines, from, from+len(r.Want), r.Got...)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
