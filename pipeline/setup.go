package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
)

// Setup is a project as it lies on disk: its definition, its files and how its
// actions map to native stages.
type Setup struct {
	Workspace  *Workspace
	Definition *project.Project
	name       string // of project.yaml, as the user would name it
	mappings   []mapping
	files      []string // of the repository, '/' between folders, sorted
	hashes     *hashes  // of files that were asked for
	natives    map[string]*native
	backend    Backend
}

// Prepare reads the project of the options. Its error lists every problem.
func Prepare(o Options) (*Setup, error) {
	w, err := OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return nil, err
	}
	s := &Setup{Workspace: w, name: filepath.Join(o.Project, project.FileName), hashes: &hashes{known: map[string]hashed{}}, natives: map[string]*native{}, backend: o.Backend}
	if s.Definition, err = project.Load(o.Project); err != nil {
		return nil, err
	}
	if s.mappings, err = loadStages(filepath.Join(o.Project, stagesFile)); err != nil {
		return nil, err
	}
	if s.files, err = s.repositoryFiles(); err != nil {
		return nil, err
	}
	return s, nil
}

// file is the project file's name in messages.
func (s *Setup) file() string { return s.name }

// skippedFolders are never copied into a job's folder: what is in them is not
// the study.
var skippedFolders = []string{".git", stateName, project.MetadataDir, "__pycache__", ".ipynb_checkpoints", "node_modules", ".venv", "venv"}

// repositoryFiles are the project's files but for outputs of any action.
func (s *Setup) repositoryFiles() ([]string, error) {
	isOutput := s.outputs()
	var files []string
	root := s.Workspace.project
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && slices.Contains(skippedFolders, entry.Name()) || name == s.Workspace.high && s.Workspace.split || name == s.Workspace.medium && s.Workspace.split {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if !isOutput(rel) && !isUnfinished(entry.Name()) {
			files = append(files, rel)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: cannot list the project's files: %w", root, atomicfile.Cause(err))
	}
	return files, nil
}

// outputs tells of a path whether an action declares it.
func (s *Setup) outputs() func(path string) bool {
	var patterns []pattern
	for _, action := range s.Definition.Actions {
		for _, output := range action.Outputs {
			patterns = append(patterns, compilePattern(output.Pattern))
		}
	}
	return func(path string) bool {
		return slices.ContainsFunc(patterns, func(p pattern) bool { return p.matches(path) })
	}
}

// IsOutput tells whether an action declares a path, with '/' between names, as
// one that it writes.
func (s *Setup) IsOutput(path string) bool { return s.outputs()(path) }

// hashOf is the SHA-256 of a repository file, and whether there is one.
func (s *Setup) hashOf(file string) (string, bool) {
	s.hashes.mutex.Lock()
	defer s.hashes.mutex.Unlock()
	if h, found := s.hashes.known[file]; found {
		return h.hash, h.hash != ""
	}
	var h hashed // empty: it is not there, or not readable; then the job will say so
	name := filepath.Join(s.Workspace.project, filepath.FromSlash(file))
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		if hash, _, err := hashFile(context.Background(), name); err == nil {
			h = hashed{hash, stampOf(info)}
		}
	}
	s.hashes.known[file] = h
	return h.hash, h.hash != ""
}

// hashes are those of the repository's files. They may be used from many
// goroutines.
type hashes struct {
	mutex sync.Mutex
	known map[string]hashed
}

// hashed is the hash of a file when its stamp was this.
type hashed struct {
	hash  string
	stamp stamp
}

// stampOf is the stamp of a file when it was hashed.
func (h *hashes) stampOf(file string) (stamp, bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	known, found := h.known[file]
	return known.stamp, found
}

// shortHash is a few letters that differ for different texts.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// pattern is an output pattern: '*' stands for any characters within one
// folder's or file's name.
type pattern struct{ parts []string }

func compilePattern(text string) pattern { return pattern{strings.Split(text, "/")} }

func (p pattern) matches(file string) bool {
	names := strings.Split(file, "/")
	if len(names) != len(p.parts) {
		return false
	}
	for i, part := range p.parts {
		if !matchStar(part, names[i]) {
			return false
		}
	}
	return true
}

// matchStar matches a name with a pattern in which only '*' is special.
func matchStar(pattern, name string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == name
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if !strings.HasPrefix(name, first) || !strings.HasSuffix(name[len(first):], last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(name, piece)
		if i < 0 {
			return false
		}
		name = name[i+len(piece):]
	}
	return true
}
