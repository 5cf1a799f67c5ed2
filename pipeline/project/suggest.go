package project

import (
	"strings"

	"cohortcounts/internal/suggest"
)

// didYouMean is a remedy's end that names the most similar of the candidates,
// or nothing when none is near.
func didYouMean(name string, candidates []string) string {
	if near := suggest.Nearest(name, candidates); near != "" {
		return " (did you mean " + near + "?)"
	}
	return ""
}

// circle writes the names of actions of which each needs the next.
func circle(names []string) string {
	const most = 10
	if len(names) > most {
		names = append(append(names[:most/2:most/2], "…"), names[len(names)-most/2:]...)
	}
	return strings.Join(names, " → ")
}
