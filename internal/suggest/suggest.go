// Package suggest finds what a mistyped name most likely means.
package suggest

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the candidate that name most likely means, or "" when none is
// near: more than one letter in three would have to change, and one more. Case
// does not count; of candidates that are as near it is the first by name.
func Nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate))
		if d < least && candidate != name {
			best, least = candidate, d
		}
	}
	return best
}
