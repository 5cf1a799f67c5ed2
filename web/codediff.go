package web

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/diff"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// What is compared at most: a page must stay one that can be read.
const (
	maxDiffFiles = 200
	maxDiffBytes = 512 << 10 // of one file
	maxDiffLines = 4000      // shown of one file
	contextLines = 3
)

// codeDiff is how the project's files differ between two commits.
type codeDiff struct {
	From, To       string // commits
	Files          []fileDiff
	More           int // files that are not shown
	Added, Removed int // lines
}

type fileDiff struct {
	Name, Before   string // Before: its name at the older commit, when that was another
	Kind           string // added, removed, changed, renamed
	Note           string // why its lines are not shown
	Added, Removed int
	Hunks          []hunk
}

// hunk is some changed lines with those around them.
type hunk struct {
	Header string
	Lines  []diffLine
}

type diffLine struct {
	Op       string // "+", "-" or " "
	Old, New int    // line numbers; 0: none
	Spans    []span
}

// errNoRepository is the error where the project is no git checkout, or one
// that does not have the commit.
var errNoRepository = errors.New("the project is no git checkout")

// compareCode compares the project's files at two commits. Of paths that hidden
// names only that they differ is told.
func compareCode(ctx context.Context, dir, from, to string, hidden func(path string) bool) (*codeDiff, error) {
	repository, err := git.PlainOpenWithOptions(dir, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return nil, errNoRepository
	}
	before, err := projectTree(repository, dir, from)
	if err != nil {
		return nil, err
	}
	after, err := projectTree(repository, dir, to)
	if err != nil {
		return nil, err
	}
	changes, err := object.DiffTreeWithOptions(ctx, before, after, object.DefaultDiffTreeOptions)
	if err != nil {
		return nil, fmt.Errorf("the two commits cannot be compared: %w", err)
	}
	d := &codeDiff{From: from, To: to}
	for _, change := range changes {
		if len(d.Files) == maxDiffFiles {
			d.More = len(changes) - maxDiffFiles
			break
		}
		f, err := diffFile(ctx, change, hidden)
		if err != nil {
			return nil, fmt.Errorf("the two commits cannot be compared: %w", err)
		}
		d.Added += f.Added
		d.Removed += f.Removed
		d.Files = append(d.Files, f)
	}
	return d, nil
}

// projectTree is the project's folder as it was at a commit; nil where the
// commit did not have the folder yet.
func projectTree(repository *git.Repository, dir, hash string) (*object.Tree, error) {
	commit, err := repository.CommitObject(plumbing.NewHash(hash))
	if err != nil {
		return nil, fmt.Errorf("commit %s is not in this checkout", short(hash))
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, fmt.Errorf("commit %s cannot be read", short(hash))
	}
	top, err := repository.Worktree()
	if err != nil {
		return nil, errNoRepository
	}
	root, err := filepath.EvalSymlinks(top.Filesystem.Root())
	if err != nil {
		return nil, errNoRepository
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, errNoRepository
	}
	within, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, errNoRepository
	}
	if within == "." {
		return tree, nil
	}
	sub, err := tree.Tree(filepath.ToSlash(within))
	if errors.Is(err, object.ErrDirectoryNotFound) {
		return &object.Tree{}, nil
	}
	return sub, err
}

func diffFile(ctx context.Context, change *object.Change, hidden func(string) bool) (fileDiff, error) {
	f := fileDiff{Name: change.To.Name, Kind: "changed"}
	switch {
	case change.From.Name == "":
		f.Kind = "added"
	case change.To.Name == "":
		f.Name, f.Kind = change.From.Name, "removed"
	case change.From.Name != change.To.Name:
		f.Before, f.Kind = change.From.Name, "renamed"
	}
	if hidden(change.From.Name) || hidden(change.To.Name) {
		f.Note = "an output of an action: what is in it is not shown here"
		return f, nil
	}
	from, to, err := change.Files()
	if err != nil {
		return f, err
	}
	for _, file := range []*object.File{from, to} {
		if file != nil && file.Size > maxDiffBytes {
			f.Note = fmt.Sprintf("larger than %d kB: not compared here", maxDiffBytes>>10)
			return f, nil
		}
	}
	patch, err := change.PatchContext(ctx)
	if err != nil {
		return f, err
	}
	for _, part := range patch.FilePatches() {
		if part.IsBinary() {
			f.Note = "not a text"
			return f, nil
		}
		f.Hunks = append(f.Hunks, hunksOf(&f, part.Chunks())...)
	}
	return f, nil
}

// hunksOf turns chunks, which are the whole of both files, into the lines that
// changed and those around them.
func hunksOf(f *fileDiff, chunks []diff.Chunk) []hunk {
	var lines []diffLine
	var before, after strings.Builder
	for _, chunk := range chunks {
		switch chunk.Type() {
		case diff.Equal:
			before.WriteString(chunk.Content())
			after.WriteString(chunk.Content())
		case diff.Delete:
			before.WriteString(chunk.Content())
		case diff.Add:
			after.WriteString(chunk.Content())
		}
	}
	language := languageOf(f.Name)
	oldLines, newLines := highlight(language, before.String()), highlight(language, after.String())
	spans := func(all [][]span, number int) []span {
		if number <= len(all) {
			return all[number-1]
		}
		return nil
	}
	oldNumber, newNumber := 0, 0
	for _, chunk := range chunks {
		for range strings.Lines(chunk.Content()) {
			switch chunk.Type() {
			case diff.Equal:
				oldNumber++
				newNumber++
				lines = append(lines, diffLine{" ", oldNumber, newNumber, spans(newLines, newNumber)})
			case diff.Delete:
				oldNumber++
				f.Removed++
				lines = append(lines, diffLine{"-", oldNumber, 0, spans(oldLines, oldNumber)})
			case diff.Add:
				newNumber++
				f.Added++
				lines = append(lines, diffLine{"+", 0, newNumber, spans(newLines, newNumber)})
			}
		}
	}
	return cutHunks(f, lines)
}

// cutHunks keeps the changed lines and the context around them.
func cutHunks(f *fileDiff, lines []diffLine) []hunk {
	var hunks []hunk
	shown, last := 0, -1 // last: the last line that is in a hunk
	for i, line := range lines {
		if line.Op == " " {
			continue
		}
		start, end := max(i-contextLines, last+1), min(i+contextLines, len(lines)-1)
		if end <= last {
			continue
		}
		if shown += end - start + 1; shown > maxDiffLines {
			f.Note = fmt.Sprintf("more than %d lines: the rest is not shown here", maxDiffLines)
			break
		}
		if n := len(hunks); n > 0 && start == last+1 {
			hunks[n-1].Lines = append(hunks[n-1].Lines, lines[start:end+1]...)
		} else {
			hunks = append(hunks, hunk{Lines: append([]diffLine(nil), lines[start:end+1]...)})
		}
		last = end
	}
	for i := range hunks {
		hunks[i].Header = header(hunks[i].Lines)
	}
	return hunks
}

// header says which lines of both files a hunk has, as diff does.
func header(lines []diffLine) string {
	oldStart, oldCount, newStart, newCount := 0, 0, 0, 0
	for _, line := range lines {
		if line.Old > 0 {
			if oldCount == 0 {
				oldStart = line.Old
			}
			oldCount++
		}
		if line.New > 0 {
			if newCount == 0 {
				newStart = line.New
			}
			newCount++
		}
	}
	return fmt.Sprintf("@@ -%d,%d +%d,%d @@", oldStart, oldCount, newStart, newCount)
}

// short is a commit as people say it.
func short(hash string) string { return hash[:min(7, len(hash))] }
