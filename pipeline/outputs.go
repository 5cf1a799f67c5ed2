package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// Output is a file that lies in a workspace, as the record knows it. Whoever
// has one knows its name and size; only a [Viewable] gives its bytes.
type Output struct {
	Path     string // as declared, '/' between folders
	Level    project.Level
	Action   string
	Job      string
	Request  int64
	Size     int64
	Hash     string // SHA-256 of its bytes
	Modified time.Time
	Withheld string // why an output checker does not get it; empty when they do
	Rows     *int64 // of a CSV that is not highly_sensitive, without its header
	Columns  *int64

	workspace *Workspace
}

// Outputs are the present outputs of a workspace, by path.
func (w *Workspace) Outputs(ctx context.Context, r *record.Record) ([]Output, error) {
	madeBy, err := readMade(ctx, r)
	if err != nil {
		return nil, err
	}
	var all []Output
	for action, m := range madeBy {
		for _, f := range m.outputs.Files {
			all = append(all, Output{
				Path: f.Path, Level: f.Level, Action: action, Job: m.job, Request: m.request, Size: f.Size, Hash: f.Hash,
				Modified: f.Modified, Withheld: f.Withheld, Rows: f.Rows, Columns: f.Columns, workspace: w,
			})
		}
	}
	slices.SortFunc(all, func(a, b Output) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// Shape asks read for the rows and columns of an output that nobody may look
// at. It is false when they cannot be told; why is not said, since a message
// about a file's content could hold some of it.
func (o Output) Shape(read func(path string) (rows, columns int64, err error)) (rows, columns int64, ok bool) {
	root := o.workspace.root(o.Level)
	if o.Withheld != "" {
		root = o.workspace.withheldDir()
	}
	if !isRegularWithin(root, o.Path) {
		return 0, 0, false
	}
	rows, columns, err := read(filepath.Join(root, filepath.FromSlash(o.Path)))
	return rows, columns, err == nil
}

// Viewable is an output that may be looked at: one that is not
// highly_sensitive and was not withheld. There is no other way to make one
// than [Output.Viewable], so a check of the level cannot be forgotten.
type Viewable struct{ output Output }

// Viewable is the output as one that may be looked at. It is false where it may
// not.
func (o Output) Viewable() (Viewable, bool) {
	return Viewable{o}, o.Level != project.HighlySensitive && o.Withheld == "" && o.Size <= maxReleaseSize && o.workspace != nil
}

// Output is what is known of the file.
func (v Viewable) Output() Output { return v.output }

// ErrChanged is the error of reading an output that is not as its job wrote it.
var ErrChanged = errors.New("the file is not what its job wrote; run the action again")

// Read is the bytes of the file, if they are those that the job wrote: what
// somebody put in its place, a link to another file for one, is refused, since
// nobody has said which level that has.
func (v Viewable) Read() ([]byte, error) {
	o := v.output
	root, err := os.OpenRoot(o.workspace.root(o.Level))
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be opened", o.Path)
	}
	defer root.Close() //nolint:errcheck // it was only read
	if !isRegularWithin(root.Name(), o.Path) {
		return nil, fmt.Errorf("%s: %w", o.Path, ErrChanged)
	}
	f, err := root.Open(filepath.FromSlash(o.Path))
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be opened", o.Path)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxReleaseSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read", o.Path)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != o.Hash {
		return nil, fmt.Errorf("%s: %w", o.Path, ErrChanged)
	}
	return data, nil
}
