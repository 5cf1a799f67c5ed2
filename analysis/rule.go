package analysis

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is how small numbers are kept from being disclosed. It is applied to
// each cell on its own: first the threshold, then the rounding.
type Rule struct {
	Profile         string // the name the rule goes by; empty for one of its own making
	RedactAtOrBelow int64  // counts up to this are withheld
	RoundTo         int64  // other counts are rounded to the nearest multiple; 0 or 1 leaves them
	// Midpoint6 replaces threshold and rounding: 0 stays 0, any other count
	// becomes the middle of its group of six (1-6 give 3, 7-12 give 9).
	Midpoint6 bool
	KeepZero  bool   // a count of zero is told, as zero, instead of withheld
	Marker    string // what is printed for a withheld cell: nothing, or Redacted
}

// Redacted is the marker that an output checker reads as withheld; an empty
// cell reads as missing.
const Redacted = "[REDACTED]"

// profiles are the rules with names. The first is what parity with the
// original script needs; the second is what OpenSAFELY asks for today and
// holds wherever nothing else is said.
var profiles = []Rule{
	{Profile: "original", RedactAtOrBelow: 5, RoundTo: 5},
	{Profile: "opensafely", RedactAtOrBelow: 7, RoundTo: 5},
	{Profile: "midpoint6", Midpoint6: true, KeepZero: true},
}

// defaultProfile holds for a spec that says nothing of disclosure.
const defaultProfile = "opensafely"

// Profile is the rule of a name: original, opensafely or midpoint6.
func Profile(name string) (Rule, error) {
	i := slices.IndexFunc(profiles, func(r Rule) bool { return r.Profile == name })
	if i < 0 {
		names := make([]string, len(profiles))
		for i, r := range profiles {
			names[i] = r.Profile
		}
		return Rule{}, fmt.Errorf("disclosure profile %q is not known; write one of %s", name, strings.Join(names, ", "))
	}
	return profiles[i], nil
}
