package project

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"cohortcounts/internal/pythontext"
)

// project checks the whole file.
func (c *checker) project(root *value) *Project {
	if root.kind != kindMap {
		c.fault(root, "start it with 'version: 4' and 'actions:'", "the file holds %s instead of keys and values", root.kind.noun())
		return nil
	}
	c.unknown(root, "project", "version", "actions", "expectations")
	c.readVersion(root)
	p := &Project{Version: c.version}
	if c.version != LatestVersion {
		p.Warnings = append(p.Warnings, fmt.Sprintf("version %s of the project format is fine here; the newest is %d", pythontext.Float(c.version), LatestVersion))
	}
	p.Actions = c.actions(root, p)
	c.relations(p.Actions)
	p.PopulationSize = c.population(root)
	return p
}

// readVersion sets the version. Where there is none that can be used, the
// latest stands in for it, so that the rest of the file can be looked at.
func (c *checker) readVersion(root *value) {
	c.version = LatestVersion
	remedy := fmt.Sprintf("write a number from 1 to %d", LatestVersion)
	v, _ := root.get("version")
	if v.missing() {
		c.fault(root, fmt.Sprintf("write 'version: %d' at the top", LatestVersion), "the file does not say which version of the project format it uses")
		return
	}
	version, err := v.float64()
	switch {
	case err != nil:
		c.fault(v, remedy, "version %v", err)
	case math.IsNaN(version) || math.IsInf(version, 0):
		c.fault(v, remedy, "version is not a finite number")
	case version > LatestVersion:
		c.fault(v, remedy, "version %s is not known", pythontext.Float(version))
	default:
		c.version = version
	}
}

// float64 is a scalar as Python's float() converts it.
func (v *value) float64() (float64, error) {
	switch v.kind {
	case kindBool:
		if v.boolean {
			return 1, nil
		}
		return 0, nil
	case kindInt:
		float, _ := new(big.Float).SetInt(v.integer).Float64()
		return float, nil
	case kindFloat:
		return v.float, nil
	case kindText, kindBytes:
		float, err := parseFloat(v.text)
		if err != nil {
			return 0, fmt.Errorf("%q %w", v.text, err)
		}
		return float, nil
	}
	return 0, fmt.Errorf("is %s instead of a number", v.kind.noun())
}

// whole is a scalar as Python's int() converts it.
func (v *value) whole() (*big.Int, error) {
	switch v.kind {
	case kindInt:
		return v.integer, nil
	case kindBool, kindFloat:
		float, _ := v.float64()
		if math.IsNaN(float) || math.IsInf(float, 0) {
			return nil, errNumber
		}
		integer, _ := big.NewFloat(float).Int(nil) // cuts the fraction off
		return integer, nil
	case kindText, kindBytes:
		integer, err := parseInt(v.text, 10)
		if err != nil {
			return nil, fmt.Errorf("%q %w", v.text, err)
		}
		return integer, nil
	}
	return nil, fmt.Errorf("is %s instead of a number", v.kind.noun())
}

// population checks the expectations and gives their population size, nil in
// versions that have none.
func (c *checker) population(root *value) *big.Int {
	e, _ := root.get("expectations")
	switch {
	case c.version >= 4:
		if !e.missing() {
			c.fault(e, "remove it, or go back to version 3 for cohortextractor actions", "expectations are not known in version %s", pythontext.Float(c.version))
		}
		return nil
	case c.version != 3:
		return big.NewInt(defaultPopulation)
	case e.missing():
		c.fault(root, "write 'expectations:' with 'population_size: 1000'", "version 3 must say how many dummy patients are expected")
		return nil
	case e.kind != kindMap:
		c.fault(e, "write 'population_size: 1000' in it", "expectations must be a mapping, not %s", e.kind.noun())
		return nil
	}
	c.unknown(e, "expectations", "population_size")
	size, found := e.get("population_size")
	if !found {
		c.fault(e, "write 'population_size: 1000' in it", "expectations do not say population_size")
		return nil
	}
	number, err := size.whole()
	if err != nil {
		c.fault(size, "write a whole number", "population_size %v", err)
		return nil
	}
	return number
}

// actions checks each action by itself.
func (c *checker) actions(root *value, p *Project) []Action {
	section, _ := root.get("actions")
	switch {
	case section.missing():
		c.fault(root, "write 'actions:' with a name for each", "the file has no actions")
		return nil
	case section.kind != kindMap:
		c.fault(section, "write a name for each, with 'run' and 'outputs' in it", "actions must be a mapping, not %s", section.kind.noun())
		return nil
	}
	for _, e := range section.entries {
		if e.key.kind == kindText {
			c.names[e.key.text] = true
		}
	}
	var actions []Action
	for _, e := range section.entries {
		if e.key.kind == kindText && e.key.text == RunAll {
			if c.version >= 5 {
				c.fault(e.key, "rename it", "the name %s is reserved", RunAll)
			} else {
				p.Warnings = append(p.Warnings, fmt.Sprintf("%s:%d: the action %s is ignored: its name stands for all actions", c.name, e.key.line, RunAll))
			}
		}
		actions = append(actions, c.action(e))
	}
	return actions
}

// relations checks what lies between actions.
func (c *checker) relations(actions []Action) {
	commands := map[string]string{}
	paths := map[string]bool{}
	for i := range actions {
		a := &actions[i]
		at := &value{line: a.Line, column: a.Column}
		if other, found := commands[a.Run]; found && a.Run != "" {
			c.fault(at, "change or remove one of them", "action %s has the same command as %s", a.Name, other)
		}
		commands[a.Run] = a.Name
		for _, output := range a.Outputs {
			if paths[output.Pattern] && c.version >= 2 {
				c.fault(&value{line: output.Line, column: output.Column}, "give each output a path of its own", "output path %q is declared twice", output.Pattern)
			}
			paths[output.Pattern] = true
		}
	}
	c.cycles(actions)
}

// cycles finds needs that lead back to where they started. The reference
// accepts such a file and never ends the run.
func (c *checker) cycles(actions []Action) {
	byName := map[string]*Action{}
	for i := range actions {
		if actions[i].Key == actions[i].Name {
			byName[actions[i].Name] = &actions[i]
		}
	}
	state := map[*Action]int{} // 1: on the path, 2: done
	type step struct {
		action *Action
		next   int
	}
	for i := range actions {
		if state[&actions[i]] != 0 {
			continue
		}
		// By hand instead of by recursion: a chain may be 100,000 long.
		path := []step{{action: &actions[i]}}
		state[&actions[i]] = 1
		for len(path) > 0 {
			top := &path[len(path)-1]
			if top.next == len(top.action.Needs) {
				state[top.action] = 2
				path = path[:len(path)-1]
				continue
			}
			need := byName[top.action.Needs[top.next]]
			top.next++
			switch {
			case need == nil || state[need] == 2:
			case state[need] == 1:
				var names []string
				for _, s := range path[slices.IndexFunc(path, func(s step) bool { return s.action == need }):] {
					names = append(names, s.action.Name)
				}
				c.fault(&value{line: top.action.Line, column: top.action.Column}, "remove one of these needs",
					"actions need each other in a circle: %s", circle(append(names, need.Name)))
			default:
				state[need] = 1
				path = append(path, step{action: need})
			}
		}
	}
}

// jsonKey is an action's name as JSON has it.
func jsonKey(v *value) any {
	switch v.kind {
	case kindNull, kindBool:
		return v.json()
	case kindInt, kindFloat:
		if number, ok := v.json().(json.Number); ok {
			return number
		}
	}
	return v.print()
}

// circle writes the names of actions of which each needs the next.
func circle(names []string) string {
	const most = 10
	if len(names) > most {
		names = append(append(names[:most/2:most/2], "…"), names[len(names)-most/2:]...)
	}
	return strings.Join(names, " → ")
}
