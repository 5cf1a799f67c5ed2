package dist

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Part is something that is inside the programs: a Go module, Go itself, or a
// library that is not Go.
type Part struct {
	Name, Version string
	PURL          string
	Licences      []string // SPDX identifiers; may be empty
	Notices       []Notice // licence texts as they came with it
}

// Notice is one text.
type Notice struct {
	Name string // of its file
	Text string
}

// licenceFile are the names under which licences come with modules.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|copyright|patents)([.-].*)?$`)

// goModules are the modules of the packages that a target's programs hold,
// with the licences that lie beside those packages or above them (A2).
func (t Target) goModules(ctx context.Context, dir string) ([]Part, error) {
	args := []string{"list", "-deps", "-json=Dir,Standard,Module,ImportPath"}
	for _, name := range Programs {
		args = append(args, "./cmd/"+name)
	}
	out, err := run(ctx, dir, t.environment(), "go", args...)
	if err != nil {
		return nil, err
	}
	type module struct{ Path, Version, Dir string }
	folders := map[module]map[string]bool{}
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		var pkg struct {
			Dir      string
			Standard bool
			Module   *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if pkg.Standard || pkg.Module == nil || pkg.Module.Main {
			continue
		}
		m := module{pkg.Module.Path, pkg.Module.Version, pkg.Module.Dir}
		if folders[m] == nil {
			folders[m] = map[string]bool{}
		}
		for folder := pkg.Dir; ; folder = filepath.Dir(folder) {
			folders[m][folder] = true
			if folder == m.Dir || len(folder) < len(m.Dir) {
				break
			}
		}
	}
	var parts []Part
	for m, used := range folders {
		part := Part{Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + strings.ReplaceAll(m.Version, "+", "%2B")}
		for _, folder := range slices.Sorted(maps.Keys(used)) {
			if err := part.addNotices(m.Dir, folder); err != nil {
				return nil, err
			}
		}
		if len(part.Notices) == 0 {
			return nil, fmt.Errorf("module %s %s has no licence file; add its text before it is handed out", m.Path, m.Version)
		}
		parts = append(parts, part)
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return parts, nil
}

// addNotices adds the licence files of one folder of a module.
func (p *Part) addNotices(module, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		name, err := filepath.Rel(module, filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		p.Notices = append(p.Notices, Notice{Name: filepath.ToSlash(name), Text: string(text)})
	}
	return nil
}
