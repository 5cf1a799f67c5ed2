package pipeline

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"cohortcounts/pipeline/project"
)

// Names of the native stages, which are subcommands of this program.
const (
	generateCohort   = "generate_cohort"
	generateMeasures = "generate_measures"
	countsStage      = "counts"
	plotsStage       = "freq_plots"
)

// nativeStages are the native stages by name.
func nativeStages() []string {
	return []string{generateCohort, generateMeasures, countsStage, plotsStage}
}

// evaluatesStudy tells whether a stage runs a study definition, which may read
// any file of the repository.
func evaluatesStudy(stage string) bool { return stage == generateCohort || stage == generateMeasures }

// ownImage is the image name under which project.yaml can call native stages
// directly: cohortcounts:v1 counts --spec analysis/spec.yaml.
const ownImage = "cohortcounts"

// builtin maps the run lines that are replaced by a native stage without a
// stages.yaml. A script is replaced only where there is none, or where it is
// the one of the study that the stage was made for.
var builtin = []mapping{
	{image: "cohortextractor", words: []string{"generate_cohort"}, more: true, stage: generateCohort},
	{image: "cohortextractor", words: []string{"generate_measures"}, more: true, stage: generateMeasures},
	{
		image: "python", words: []string{"python", "analysis/counts.py"}, stage: countsStage,
		scripts: []string{"b206f21fdcc657d9fb3084d03c570205d34fcdc566483405f9cc56e12dd32948"},
	},
	{
		image: "python", words: []string{"python", "analysis/freq_plot.py"}, stage: plotsStage,
		scripts: []string{"6c9a6ec2d99aaafed4ba2861d0d2fa9b130b55e92f67239f2df7fc75376bc8c8"},
	},
	{image: ownImage, words: []string{generateCohort}, more: true, stage: generateCohort},
	{image: ownImage, words: []string{generateMeasures}, more: true, stage: generateMeasures},
	{image: ownImage, words: []string{countsStage}, more: true, stage: countsStage},
	{image: ownImage, words: []string{plotsStage}, more: true, stage: plotsStage},
}

// mapping says which run lines a native stage replaces.
type mapping struct {
	image   string            // of any version, unless tag is set
	tag     string            // empty: any
	words   []string          // after the image
	more    bool              // more words may follow, which the stage gets
	stage   string            // native stage
	scripts []string          // SHA-256 of the scripts it replaces; empty: whatever is there
	options map[string]string // flags of the stage
}

// matches tells whether an action's run line is one of the mapping, and which
// words follow.
func (m mapping) matches(a project.Action) (rest []string, ok bool) {
	if a.Image() != m.image || m.tag != "" && a.Tag() != m.tag {
		return nil, false
	}
	words := a.Words[1:]
	if len(words) < len(m.words) || !slices.Equal(words[:len(m.words)], m.words) {
		return nil, false
	}
	rest = words[len(m.words):]
	return rest, m.more || len(rest) == 0
}

// ports are where a stage reads and writes, unless flags say otherwise.
type ports struct {
	input, output         string   // default paths
	inputTypes, fileTypes []string // what files may be taken for them
}

var stagePorts = map[string]ports{
	countsStage: {
		input: "output/input.feather", inputTypes: []string{".feather", ".arrow", ".parquet", ".csv", ".csv.gz", ".dta", ".dta.gz"},
		output: "output/caseness/codecounts_week.csv", fileTypes: []string{".csv"},
	},
	plotsStage: {
		input: "output/caseness/codecounts_week.csv", inputTypes: []string{".csv"},
		output: "output/caseness/plots.svg", fileTypes: []string{".svg", ".png", ".pdf"},
	},
}

// native is the stage that an action runs as.
type native struct {
	stage   string
	args    []string // but for those that depend on which inputs are there
	mapped  mapping
	sources sources
}

// sources says which of the repository's files an action can depend on.
type sources struct {
	all   bool
	files []string
}

// substitute finds the native stage of an action. The error tells how the
// action could be mapped to one.
func (s *Setup) substitute(a project.Action) (*native, error) {
	var reason string
	for _, m := range slices.Concat(s.mappings, builtin) {
		rest, ok := m.matches(a)
		if !ok {
			continue
		}
		if len(m.scripts) > 0 {
			script := m.words[len(m.words)-1]
			if hash, found := s.hashOf(script); found && !slices.Contains(m.scripts, hash) {
				reason = fmt.Sprintf("%s is not the script that the native stage %s was made for", script, m.stage)
				continue
			}
		}
		return s.nativeOf(a, m, rest)
	}
	if reason == "" {
		reason = fmt.Sprintf("no native stage is known for %q", strings.Join(a.Words, " "))
	}
	where := fmt.Sprintf("%s:%d:%d: action %s: %s", s.file(), a.Line, a.Column, a.Name, reason)
	stage := likelyStage(a)
	if stage == "" {
		return nil, fmt.Errorf("%s; allow it with --allow-local-commands, or, if a native stage does what it does, map it in %s", where, stagesFile)
	}
	return nil, fmt.Errorf("%s; if it does what %s does, map it in %s with \"- {run: '%s', stage: %s}\", else allow it with --allow-local-commands",
		where, stage, stagesFile, strings.ReplaceAll(strings.Join(a.Words, " "), "'", "''"), stage)
}

// likelyStage is the stage to propose for an action; empty where nothing in its
// run line speaks for one. A wrong proposal that is followed gives the counts of
// one study under the name of another's result, so none is better than a guess.
func likelyStage(a project.Action) string {
	line := strings.ToLower(strings.Join(a.Words[1:], " "))
	switch {
	case strings.Contains(line, "freq_plot"):
		return plotsStage
	case strings.Contains(line, "count"):
		return countsStage
	}
	return ""
}

// nativeOf is the stage's command but for its inputs.
func (s *Setup) nativeOf(a project.Action, m mapping, rest []string) (*native, error) {
	n := &native{stage: m.stage, mapped: m, args: slices.Clone(rest)}
	for _, name := range slices.Sorted(mapKeys(m.options)) {
		n.args = append(n.args, "--"+name+"="+m.options[name])
	}
	switch m.stage {
	case generateCohort:
		n.sources.all = true
		err := s.addCohortFlags(a, n)
		return n, err
	case generateMeasures:
		// Its folder is what its own flags say: nothing is added, as in the original.
		n.sources.all = true
		return n, nil
	}
	n.sources.all = readsDatabase(m.stage, n.args) // a study may be counted
	if spec := flagValue(n.args, "spec"); spec != "" {
		n.sources.files = append(n.sources.files, spec)
	}
	if hasFlag(n.args, "output") {
		return n, nil
	}
	p := stagePorts[m.stage]
	output, err := choosePort(p.output, p.fileTypes, patterns(a.Outputs))
	if err != nil {
		return nil, fmt.Errorf("%s:%d:%d: action %s: cannot tell which of its outputs %s writes (%w); name it in %s with 'options: {output: PATH}'",
			s.file(), a.Line, a.Column, a.Name, m.stage, err, stagesFile)
	}
	if output != p.output {
		n.args = append(n.args, "--output="+output)
	}
	return n, nil
}

// inputs are the flags that say what the stage reads, once the files that its
// needs wrote are known.
func (n *native) inputs(a project.Action, files []string) ([]string, error) {
	p, found := stagePorts[n.stage]
	if !found || hasFlag(n.args, "input") || readsDatabase(n.stage, n.args) {
		return nil, nil
	}
	if slices.Contains(files, p.input) {
		return nil, nil
	}
	chosen := slices.DeleteFunc(slices.Clone(files), func(f string) bool { return !hasType(f, p.inputTypes) })
	switch {
	case len(chosen) == 0:
		return nil, fmt.Errorf("action %s: none of its needs writes what %s reads; add to its needs the action that does", a.Name, n.stage)
	case len(chosen) > 1 && n.stage != countsStage:
		return nil, fmt.Errorf("action %s: cannot tell which input %s reads (%s); name it in %s with 'options: {input: PATH}'",
			a.Name, n.stage, strings.Join(chosen, ", "), stagesFile)
	}
	var flags []string
	for _, file := range chosen {
		flags = append(flags, "--input="+file)
	}
	return flags, nil
}

// choosePort is the default path when it is among the candidates, else the
// only one of a fitting type.
func choosePort(preferred string, types, candidates []string) (string, error) {
	if slices.Contains(candidates, preferred) {
		return preferred, nil
	}
	fitting := slices.DeleteFunc(slices.Clone(candidates), func(c string) bool {
		return !hasType(c, types) || strings.Contains(c, "*")
	})
	switch len(fitting) {
	case 1:
		return fitting[0], nil
	case 0:
		return "", fmt.Errorf("none ends in %s", strings.Join(types, " or "))
	}
	return "", fmt.Errorf("there are %s", strings.Join(fitting, ", "))
}

func hasType(file string, types []string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return strings.HasSuffix(file, t) })
}

// hasFlag tells whether a flag is given, as --name VALUE or --name=VALUE.
func hasFlag(args []string, name string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return arg == "--"+name || strings.HasPrefix(arg, "--"+name+"=")
	})
}

// flagValue is the value of a flag, or nothing.
func flagValue(args []string, name string) string {
	for i, arg := range args {
		if arg == "--"+name && i+1 < len(args) {
			return args[i+1]
		}
		if value, found := strings.CutPrefix(arg, "--"+name+"="); found {
			return value
		}
	}
	return ""
}

// onlyFolder is the folder of all the outputs, if it is one.
func onlyFolder(outputs []project.Output) (string, bool) {
	var dirs []string
	for _, output := range outputs {
		if dir := path.Dir(output.Pattern); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) != 1 || strings.Contains(dirs[0], "*") {
		return "", false
	}
	return dirs[0], true
}

func patterns(outputs []project.Output) []string {
	all := make([]string, len(outputs))
	for i, output := range outputs {
		all[i] = output.Pattern
	}
	return all
}

// Native is the stage that an action runs as, with its arguments as far as
// they are known before its inputs are there. The error tells how to map it to
// one.
func (s *Setup) Native(a project.Action) (stage string, args []string, err error) {
	n, err := s.substitute(a)
	if err != nil {
		return "", nil, err
	}
	return n.stage, n.args, nil
}
