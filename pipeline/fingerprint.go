package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// fingerprint is all that an action's outputs depend on.
type fingerprint struct {
	Command  []string          `json:"command"`            // what is run, with its flags
	Backend  string            `json:"backend,omitempty"`  // the database that it may read; empty: none
	Database string            `json:"database,omitempty"` // its state, as far as it is known
	Program  string            `json:"program"`            // the version of this program, for native stages
	Outputs  []string          `json:"outputs"`            // declared, with their levels
	Files    map[string]string `json:"files"`              // of the repository: hashes
	Inputs   map[string]string `json:"inputs"`             // outputs of needs: hashes
}

// made is what an action wrote when it last succeeded.
type made struct {
	job         string
	request     int64
	fingerprint fingerprint
	outputs     outputs
}

// outputs are the files that an action wrote, and at which state of the study.
type outputs struct {
	Files  []file `json:"files"`
	User   string `json:"user"`
	Repo   string `json:"repo,omitempty"`
	Commit string `json:"commit,omitempty"`
}

// file is an output in its place.
type file struct {
	Path     string        `json:"path"`
	Level    project.Level `json:"level"`
	ID       string        `json:"id"`
	Size     int64         `json:"size"`
	Hash     string        `json:"hash"`
	Modified time.Time     `json:"modified"`
	Changed  time.Time     `json:"changed"`            // the file's content or mode, as the system says
	Withheld string        `json:"withheld,omitempty"` // why; the file then lies in the withheld folder
	Rows     *int64        `json:"rows,omitempty"`     // of a CSV, without its header
	Columns  *int64        `json:"columns,omitempty"`
}

// output is the file as the record keeps it.
func (f file) output() record.Output {
	return record.Output{
		Path: f.Path, Level: f.Level.String(), ID: f.ID, Size: f.Size, Hash: f.Hash, Withheld: f.Withheld, Rows: f.Rows, Columns: f.Columns,
	}
}

// place is where the file lies.
func (w *Workspace) place(f file) string {
	if f.Withheld != "" {
		return w.withheldPath(f.Path)
	}
	return w.Path(f.Level, f.Path)
}

// unchanged tells whether the file is there with the content that was
// recorded. Size and times that are the same are taken for the same content
// (the time of change cannot be set by hand); otherwise it is read.
func (w *Workspace) unchanged(f file) bool {
	name := w.place(f)
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size {
		return false
	}
	if info.ModTime().Equal(f.Modified) && changeTime(info).Equal(f.Changed) {
		return true
	}
	hash, _, err := hashFile(context.Background(), name)
	return err == nil && hash == f.Hash
}

// asMade tells whether a file is as it was made by its size and its time: a
// user who edits an output while a run goes on is found out, at the cost of
// nothing. (Its time of change is that of the last link to it, too.)
func (w *Workspace) asMade(f file) bool {
	info, err := os.Lstat(w.place(f))
	return err == nil && info.Mode().IsRegular() && info.Size() == f.Size && info.ModTime().Equal(f.Modified)
}

// decodeMade reads what the record keeps. An entry that cannot be read, as one
// of another version of this program, is as if everything about it had
// changed: the action will run.
func decodeMade(all map[string]record.Made) map[string]made {
	decoded := make(map[string]made, len(all))
	for action, m := range all {
		d := made{job: m.Job, request: m.Request}
		if json.Unmarshal(m.Fingerprint, &d.fingerprint) != nil || json.Unmarshal(m.Outputs, &d.outputs) != nil {
			d.fingerprint, d.outputs = fingerprint{}, outputs{}
		}
		decoded[action] = d
	}
	return decoded
}

func (m made) encode(action string) (*record.Made, error) {
	print, err := json.Marshal(m.fingerprint)
	if err != nil {
		return nil, err
	}
	outputs, err := json.Marshal(m.outputs)
	if err != nil {
		return nil, err
	}
	return &record.Made{Action: action, Job: m.job, Request: m.request, Fingerprint: print, Outputs: outputs}, nil
}

// changes says in words how two fingerprints differ; it is empty when they do
// not.
func (old fingerprint) changes(now fingerprint) []string {
	var reasons []string
	switch {
	case old.Backend != now.Backend: // the command then differs in what it asks for
		reasons = append(reasons, fmt.Sprintf("backend changed: was %s, is %s", Backend{URL: old.Backend}, Backend{URL: now.Backend}))
	case !slices.Equal(old.Command, now.Command):
		reasons = append(reasons, "command changed")
	}
	if old.Backend == now.Backend && old.Database != now.Database {
		reasons = append(reasons, "the database's files changed")
	}
	if old.Program != now.Program {
		reasons = append(reasons, "cohortcounts changed")
	}
	if !slices.Equal(old.Outputs, now.Outputs) {
		reasons = append(reasons, "declared outputs changed")
	}
	reasons = append(reasons, changedFiles(old.Files, now.Files, func(name string) string {
		if strings.HasPrefix(name, "codelists/") {
			return "codelist"
		}
		return "script"
	})...)
	return append(reasons, changedFiles(old.Inputs, now.Inputs, func(string) string { return "input" })...)
}

// changedFiles names the first file of each kind that is not as it was.
func changedFiles(old, now map[string]string, kind func(string) string) []string {
	var reasons []string
	told := map[string]bool{}
	names := slices.Sorted(mapKeys(now))
	for name := range old {
		if _, found := now[name]; !found {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		before, was := old[name]
		after, is := now[name]
		what := "changed"
		switch {
		case before == after:
			continue
		case !was:
			what = "added"
		case !is:
			what = "removed"
		}
		if k := kind(name); !told[k] {
			told[k] = true
			reasons = append(reasons, fmt.Sprintf("%s %s: %s", k, what, name))
		}
	}
	return reasons
}
