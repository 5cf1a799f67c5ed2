package study

import (
	"fmt"

	"cohortcounts/internal/suggest"
)

// didYouMean is ` (did you mean "x"?)` for the candidate nearest to a mistyped
// name, or nothing when none is near.
func didYouMean(name string, candidates []string) string {
	if near := suggest.Nearest(name, candidates); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
