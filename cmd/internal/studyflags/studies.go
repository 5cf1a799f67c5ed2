package studyflags

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/internal/exit"
)

// A study definition is a file of analysis/ with such a name.
var studyFile = regexp.MustCompile(`^study_definition(_\w+)?\.(py|yaml)$`)

// Studies gives the wanted study definition of a project, or all, sorted.
func Studies(root, wanted string) ([]string, error) {
	var missing []string
	for _, dir := range []string{"codelists", "analysis"} {
		if info, err := os.Stat(filepath.Join(root, dir)); err != nil || !info.IsDir() {
			missing = append(missing, dir+"/")
		}
	}
	if missing != nil {
		return nil, fmt.Errorf("this folder has no %s; run the command in a study's main folder, which has codelists/ and analysis/ (empty ones do not reach a job: put a file in them)", strings.Join(missing, " and no "))
	}
	entries, err := os.ReadDir(filepath.Join(root, "analysis"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if studyFile.MatchString(entry.Name()) {
			names = append(names, strings.TrimSuffix(strings.TrimSuffix(entry.Name(), ".py"), ".yaml"))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		return nil, errors.New("analysis/ has no study definition; their names are study_definition.py and study_definition_*.py")
	case wanted == "all":
		return names, nil
	case slices.Contains(names, wanted):
		return []string{wanted}, nil
	}
	return nil, exit.Usagef("--study-definition: there is no %q; choose from all, %s", wanted, strings.Join(names, ", "))
}
