package pipeline

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
)

// stateName is the folder of a workspace that is ours alone.
const stateName = ".cohortcounts"

// Workspace is where a project's outputs lie.
//
// On a laptop that is the project itself. In production highly_sensitive
// outputs, and everything that may hold patients' data on its way (job folders,
// full logs), lie in one folder and all others in another that more people may
// look into.
type Workspace struct {
	project string
	high    string
	medium  string
	split   bool // the two levels have folders of their own
}

// OpenWorkspace is the workspace of a project. Either both folders are named or
// none; they must lie apart.
func OpenWorkspace(projectDir, high, medium string) (*Workspace, error) {
	if projectDir == "" {
		projectDir = "."
	}
	root, err := filepath.Abs(projectDir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", projectDir, err)
	}
	if (high == "") != (medium == "") {
		return nil, fmt.Errorf("only one of the two privacy folders is named; name both --high-privacy-dir and --medium-privacy-dir, or none")
	}
	w := &Workspace{project: root, high: root, medium: root}
	if high == "" {
		return w, nil
	}
	w.split = true
	if w.high, err = makePrivacyDir(high, 0o700); err != nil {
		return nil, err
	}
	if w.medium, err = makePrivacyDir(medium, 0o750); err != nil {
		return nil, err
	}
	if within(w.high, w.medium) || within(w.medium, w.high) {
		return nil, fmt.Errorf("%s and %s: one privacy folder lies in the other; choose two that lie apart", high, medium)
	}
	return w, nil
}

// makePrivacyDir makes a privacy folder, or sets the mode of the one there is.
func makePrivacyDir(dir string, mode os.FileMode) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return "", fmt.Errorf("%s: cannot be made: %w", dir, atomicfile.Cause(err))
	}
	if err := os.Chmod(path, mode); err != nil {
		return "", fmt.Errorf("%s: cannot get mode %o: %w", dir, mode, atomicfile.Cause(err))
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", fmt.Errorf("%s: %w", dir, atomicfile.Cause(err))
	}
	return path, nil
}

// Project is the folder of project.yaml.
func (w *Workspace) Project() string { return w.project }

// state is the folder of what is ours: it holds job folders, so it lies on the
// high side.
func (w *Workspace) state() string { return filepath.Join(w.high, stateName) }

// RecordPath is the file of the record.
func (w *Workspace) RecordPath() string { return filepath.Join(w.state(), "record.db") }

func (w *Workspace) jobsDir() string { return filepath.Join(w.state(), "jobs") }

// withheldDir is where files lie that were declared moderately_sensitive and
// may not be.
func (w *Workspace) withheldDir() string { return filepath.Join(w.state(), "withheld") }

// Path is the place of an output.
func (w *Workspace) Path(level project.Level, output string) string {
	return filepath.Join(w.root(level), filepath.FromSlash(output))
}

func (w *Workspace) root(level project.Level) string {
	if level == project.HighlySensitive {
		return w.high
	}
	return w.medium
}

// mode is the mode of an output's file.
func (w *Workspace) mode(level project.Level) os.FileMode {
	switch {
	case level == project.HighlySensitive:
		return 0o600
	case w.split:
		return 0o640
	}
	return 0o644
}

// logName is the file of an action's log. An action's name may hold any character;
// those that a file's name cannot are written as in a URL.
func logName(action string) string {
	name := url.PathEscape(action)
	switch {
	case name == "":
		name = "%"
	case name[0] == '.':
		name = "%2E" + name[1:]
	}
	const longest = 200 // file systems take 255 bytes
	if len(name) > longest {
		name = name[:longest-17] + "~" + shortHash(action)
	}
	return name + ".log"
}

// within tells whether path is dir or lies in it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
