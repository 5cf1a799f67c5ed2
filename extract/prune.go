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
	// Once more, as long as some are found: that a part of a record is asked for
	// decides in which table the record is looked up, so that a variable needs
	// such a one, which comes after it.
	for before := 0; before < len(wanted); {
		before = len(wanted)
		for i := range def.Variables {
			v := &def.Variables[i]
			if part := v.Source != "" && v.Function != "date_of" && wanted[v.Source]; !part && !wanted[v.Name] {
				continue
			}
			wanted[v.Name] = true
			if v.Source != "" {
				wanted[v.Source] = true
			}
			for _, name := range dependencies(v) {
				wanted[name] = true
			}
		}
	}
	small := *def
	small.Variables = slices.DeleteFunc(slices.Clone(def.Variables), func(v study.Variable) bool { return !wanted[v.Name] })
	return &small
}
