package extract

import (
	"slices"
	"strings"
)

// knownRiskGroups are the only ones that are put out; the column is filled in
// by hand and may hold anything.
var knownRiskGroups = []string{
	"downs syndrome", "haematologic malignancy", "haematological diseases", "hiv or aids", "imid",
	"immune-mediated inflammatory disorders (imid)", "liver disease", "primary immune deficiencies",
	"rare neurological conditions", "renal disease", "sickle cell disease", "solid cancer", "solid organ recipients",
	"solid organ transplant recipients", "stem cell transplant recipients",
}

// riskGroups makes the groups of a patient safe to put out: those that are not
// known become "other", and each stands once, where it first did.
func riskGroups(text string) string {
	if text == "" {
		return ""
	}
	var groups []string
	for group := range strings.SplitSeq(text, ",") {
		if !slices.Contains(knownRiskGroups, strings.ToLower(group)) {
			group = "other"
		}
		if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	return strings.Join(groups, ",")
}

// trimmedLower are texts as they are compared when case and outer blanks do
// not count.
func trimmedLower(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.ToLower(strings.Trim(t, " "))
	}
	return out
}

// trimmed is a text without outer blanks: of white space, blanks alone, as not
// all that trims by default takes the same for white.
func trimmed(text string) string { return "trim(BOTH ' ' FROM " + text + ")" }

// contained is the condition that one of the texts, whatever its case, is a
// part of a column in lower case.
func contained(column string, texts []string) string {
	sql := "FALSE"
	for _, t := range texts {
		sql += " OR strpos(" + column + ", " + literal(strings.ToLower(t)) + ") > 0"
	}
	return bracket(sql)
}
