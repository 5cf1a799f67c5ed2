package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cohortcounts/internal/suggest"
)

// action checks one action by itself.
func (c *checker) action(e entry) Action {
	a := Action{Name: e.key.print(), Key: jsonKey(e.key), Line: e.key.line, Column: e.key.column}
	where := "action " + a.Name
	v := e.value
	if v.kind != kindMap {
		c.fault(e.key, "write 'run' and 'outputs' in it", "%s must be a mapping, not %s", where, v.kind.noun())
		return a
	}
	c.unknown(v, where, "run", "needs", "outputs", "config", "dummy_data_file")
	for _, key := range []string{"run", "outputs"} {
		if _, found := v.get(key); !found {
			c.fault(e.key, "add it", "%s has no '%s'", where, key)
		}
	}
	c.command(v, where, &a)
	c.needs(v, where, &a)
	c.outputs(v, where, &a)
	if config, _ := v.get("config"); !config.missing() {
		if config.kind == kindMap {
			a.Config = config.json().(map[string]any)
		} else {
			c.fault(config, "write keys and values", "%s: config must be a mapping, not %s", where, config.kind.noun())
		}
	}
	if file, _ := v.get("dummy_data_file"); !file.missing() {
		if file.kind == kindText {
			a.DummyDataFile = file.text
		} else {
			c.fault(file, "write a path", "%s: dummy_data_file must be text, not %s", where, file.kind.noun())
		}
	}
	c.special(v, where, &a)
	return a
}

// command checks 'run'. Words stays empty when it cannot be split.
func (c *checker) command(v *value, where string, a *Action) {
	run, found := v.get("run")
	switch {
	case !found:
		return
	case run.kind != kindText:
		c.fault(run, "write a command, such as python:v2 python analysis/model.py", "%s: run must be text, not %s", where, run.kind.noun())
		return
	}
	a.Run = run.text
	words, err := SplitWords(run.text)
	switch {
	case err != nil:
		c.fault(run, "close it, or protect it with a backslash", "%s: in run, %v", where, err)
		return
	case len(words) == 0:
		c.fault(run, "write a command, such as python:v2 python analysis/model.py", "%s: run is empty", where)
		return
	}
	a.Words = words
	image, tag, _ := cutImage(words[0])
	if !imageTag.MatchString(tag) {
		c.fault(run, fmt.Sprintf("write %s:v2 or the version that you need", image), "%s: %q in run has no valid version", where, words[0])
	}
	if c.version >= 4 && strings.HasPrefix(words[0], "cohortextractor") {
		c.fault(run, "use version 3 for it", "%s: cohortextractor is not known from version 4 on", where)
	}
	if c.version >= 5 && strings.HasSuffix(words[0], ":latest") {
		c.fault(run, fmt.Sprintf("write %s:v2 or the version that you need", image), "%s: %q is not allowed from version 5 on", where, words[0])
	}
}

// needs checks the names' form; whether such actions exist is checked with all
// of them at hand.
func (c *checker) needs(v *value, where string, a *Action) {
	needs, _ := v.get("needs")
	if needs.missing() {
		return
	}
	if needs.kind != kindList {
		c.fault(needs, "write [name, name]", "%s: needs must be a list, not %s", where, needs.kind.noun())
		return
	}
	for _, need := range needs.items {
		switch {
		case need.kind != kindText:
			c.fault(need, "write an action's name", "%s: needs %s instead of an action's name", where, need.kind.noun())
		case strings.Contains(need.text, " "):
			c.fault(need, "put commas between names", "%s: needs %q, which holds a blank", where, need.text)
		case !c.names[need.text]:
			c.fault(need, "add or correct it"+suggest.DidYouMean(need.text, slices.Sorted(maps.Keys(c.names))), "%s: needs %q, which is no action", where, need.text)
		default:
			a.Needs = append(a.Needs, need.text)
		}
	}
}

// outputs checks 'outputs', whose keys are privacy levels.
func (c *checker) outputs(v *value, where string, a *Action) {
	section, found := v.get("outputs")
	switch {
	case !found:
		return
	case section.kind != kindMap:
		c.fault(section, "write a privacy level in it, such as highly_sensitive", "%s: outputs must be a mapping, not %s", where, section.kind.noun())
		return
	}
	c.unknown(section, where+": outputs", HighlySensitive.String(), ModeratelySensitive.String(), MinimallySensitive.String())
	declared := false
	for _, level := range levels {
		files, _ := section.get(level.String())
		if files.missing() {
			continue
		}
		declared = true
		if files.kind != kindMap {
			c.fault(files, "write 'name: path' in it", "%s: %s must be a mapping, not %s", where, level, files.kind.noun())
			continue
		}
		for _, e := range files.entries {
			if e.value.kind != kindText {
				c.fault(e.value, "write a path", "%s: output %s must be text, not %s", where, e.key.print(), e.value.kind.noun())
				continue
			}
			for _, fault := range patternFaults(e.value.text, level) {
				c.fault(e.value, fault[1], "%s: output path %q %s", where, e.value.text, fault[0])
			}
			a.Outputs = append(a.Outputs, Output{
				Level: level, ID: e.key.print(), Pattern: e.value.text, Line: e.value.line, Column: e.value.column,
			})
		}
	}
	if !declared {
		c.fault(section, "write a privacy level in it, such as highly_sensitive", "%s declares no outputs", where)
	}
}

// special are the rules for the tools that make cohorts.
func (c *checker) special(v *value, where string, a *Action) {
	outputs, _ := v.get("outputs")
	run, _ := v.get("run")
	if len(a.Words) == 0 || outputs == nil || outputs.kind != kindMap {
		return
	}
	if generateCohort.MatchString(a.Run) {
		c.cohortOutputs(outputs, run, where, a)
	}
	if generateDataset.MatchString(a.Run) {
		c.datasetOutputs(run, where, a)
	}
}

// cohortOutputs: generate_cohort writes at one level, to one folder unless its
// command says which.
func (c *checker) cohortOutputs(section, run *value, where string, a *Action) {
	given := 0
	for _, level := range levels {
		if files, _ := section.get(level.String()); !files.missing() {
			given++
		}
	}
	if given != 1 {
		c.fault(section, "keep highly_sensitive", "%s: generate_cohort must have outputs of one privacy level, not %d", where, given)
		return
	}
	folders := map[string]bool{}
	for _, output := range a.Outputs {
		folders[parentOf(output.Pattern)] = true
	}
	if len(folders) == 1 {
		return
	}
	for _, word := range a.Words {
		if word == "--output-dir" || strings.HasPrefix(word, "--output-dir=") {
			return
		}
	}
	c.fault(run, "put them into one folder, or add --output-dir to the command", "%s: generate_cohort must write to one folder, not %d", where, len(folders))
}

// datasetOutputs: ehrQL's generate-dataset writes what its --output says, and
// only highly_sensitive.
func (c *checker) datasetOutputs(run *value, where string, a *Action) {
	var patterns []string
	for _, output := range a.Outputs {
		if output.Level != HighlySensitive {
			c.fault(&value{line: output.Line, column: output.Column}, "move it there", "%s: outputs of generate-dataset must be highly_sensitive", where)
			continue
		}
		patterns = append(patterns, output.Pattern)
	}
	argument := outputArgument(a.Words)
	if argument == "" {
		c.fault(run, "add --output with the declared path", "%s: generate-dataset must say where it writes", where)
		return
	}
	match, ok := outputsMatch(argument, patterns)
	switch {
	case !ok:
		c.fault(run, "write a folder before the colon", "%s: --output %q names no file", where, argument)
	case !match:
		c.fault(run, "declare what the command writes", "%s: --output %q is not among the declared outputs", where, argument)
	}
}
