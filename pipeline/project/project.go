package project

import "math/big"

// LatestVersion is the newest version of the format.
const LatestVersion = 5

// RunAll is the name that stands for all the actions of a project. Files of
// versions before 5 may define an action of this name; it is ignored.
const RunAll = "run_all"

// defaultPopulation is what versions that cannot say it (1, 2, and those
// between 3 and 4) have.
const defaultPopulation = 1000

// Project is a project.yaml that was read and found right.
type Project struct {
	Version        float64
	PopulationSize *big.Int // dummy patients; nil where the version has none
	Actions        []Action // in the order of the file, with any [RunAll]
	Warnings       []string // one line each: accepted, but better changed
	Source         string   // the file as UTF-8 text
}

// Action is one step of a study.
type Action struct {
	Name          string // as written; as Python prints it when it is not text
	Key           any    // the name as JSON has it: string, json.Number, bool or nil
	Run           string // the command as written
	Words         []string
	Needs         []string
	Config        map[string]any // JSON values; nil when there is none
	DummyDataFile string
	Outputs       []Output
	Line, Column  int // of the name
}

// Image is the first word of the command without its version: the tool.
func (a Action) Image() string {
	image, _, _ := cutImage(a.Words[0])
	return image
}

// Tag is the version of the tool: v2, dev, latest.
func (a Action) Tag() string {
	_, tag, _ := cutImage(a.Words[0])
	return tag
}

// Output is a file, or a pattern of files, that an action writes.
type Output struct {
	Level   Level
	ID      string
	Pattern string // relative to the project, '/' between folders, '*' matches within one folder
	Line    int
	Column  int
}

// Level says who may see an output.
type Level int

// The privacy levels, the most private first.
const (
	// HighlySensitive outputs are seen by nobody, only read by other actions.
	HighlySensitive Level = iota
	// ModeratelySensitive outputs may be viewed by an approved researcher in a
	// secure place, and may be asked to be released.
	ModeratelySensitive
	// MinimallySensitive outputs have been released.
	MinimallySensitive
)

// Levels are all levels, in the order in which the reference looks at them.
var levels = []Level{HighlySensitive, ModeratelySensitive, MinimallySensitive}

// String is the level as project.yaml writes it.
func (l Level) String() string {
	switch l {
	case HighlySensitive:
		return "highly_sensitive"
	case ModeratelySensitive:
		return "moderately_sensitive"
	}
	return "minimally_sensitive"
}

// Action returns the action of that name.
func (p *Project) Action(name string) (Action, bool) {
	for _, action := range p.Actions {
		if action.Name == name {
			return action, true
		}
	}
	return Action{}, false
}

// Runnable are the actions but for one called [RunAll].
func (p *Project) Runnable() []Action {
	var runnable []Action
	for _, action := range p.Actions {
		if action.Key != RunAll {
			runnable = append(runnable, action)
		}
	}
	return runnable
}
