// Package suggest finds what a mistyped name most likely means.
package suggest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// DidYouMean is ` (did you mean "x"?)`, the end of a message about a name that
// is none of the candidates, or nothing when none of them is near.
func DidYouMean(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// nearest is the candidate that name most likely means, or "" when none is
// near: more than one letter in three would have to change, and one more. Case
// does not count; of candidates that are as near it is the first by name.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate))
		if d < least && candidate != name {
			best, least = candidate, d
		}
	}
	return best
}
