package extract

import (
	"slices"

	"cohortcounts/study"
)

// onlyFor is a study with only the variables that some of its variables, and
// its population, follow from.
func onlyFor(def *study.Definition, names []string) *study.Definition {
	wanted := map[string]bool{def.Population: true}
	for _, name := range names {
		wanted[name] = true
	}
	small := *def
	small.Variables = nil
	// A variable follows only from those before it.
	for _, v := range slices.Backward(def.Variables) {
		// That a part of a record is asked for decides in which table the
		// record is looked up.
		part := v.Source != "" && v.Function != "date_of" && wanted[v.Source]
		if !wanted[v.Name] && !part {
			continue
		}
		small.Variables = append(small.Variables, v)
		wanted[v.Source] = true
		for _, name := range dependencies(&v) {
			wanted[name] = true
		}
	}
	slices.Reverse(small.Variables)
	return &small
}
