package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// collect finds a job's outputs in its folder. A pattern that nothing matches
// fails the job, with a hint at what it may have meant; so does a name that
// cannot be shown on a line.
func (s *Setup) collect(ctx context.Context, work string, action project.Action) ([]file, error) {
	var files []file
	var unmatched, hints []string
	taken := map[string]bool{}
	for _, output := range action.Outputs {
		found := globFiles(work, output.Pattern)
		if len(found) == 0 {
			unmatched = append(unmatched, output.Pattern)
			if hint := s.similar(work, output.Pattern); hint != "" {
				hints = append(hints, hint)
			}
			continue
		}
		for _, name := range found {
			if taken[name] {
				continue // of two patterns that match, the more private level comes first
			}
			taken[name] = true
			if !showable(name) {
				return nil, &jobFailure{
					code:    record.UnmatchedPatterns,
					message: fmt.Sprintf("the output %q has a name that cannot be shown; name it in printable characters", name),
				}
			}
			f := file{Path: name, Level: output.Level, ID: output.ID}
			var err error
			at := filepath.Join(work, filepath.FromSlash(name))
			if f.Hash, f.Size, err = hashFile(ctx, at); err != nil {
				return nil, fmt.Errorf("%s: cannot be read: %w", name, atomicfile.Cause(err))
			}
			if err := s.gate(at, &f); err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	if len(unmatched) > 0 {
		return nil, &jobFailure{
			code: record.UnmatchedPatterns, hints: hints,
			message: "no file matches the declared " + plural(len(unmatched), "output", "outputs") + " " + strings.Join(unmatched, ", "),
		}
	}
	return files, nil
}

// showable tells whether a name can be shown to people as it is: it is UTF-8,
// and holds no line breaks or what else a terminal takes for an order.
func showable(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// similar names files that the job wrote and whose names are like a pattern.
func (s *Setup) similar(work, wanted string) string {
	var names []string
	err := filepath.WalkDir(work, func(name string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(work, name)
		rel = filepath.ToSlash(rel)
		if _, isSource := slices.BinarySearch(s.files, rel); err != nil || isSource {
			return err
		}
		sameName := path.Base(rel) == path.Base(wanted)
		sameFolder := path.Dir(rel) == path.Dir(wanted)
		if !showable(rel) {
			return nil
		}
		if sameName || sameFolder || path.Ext(rel) == path.Ext(wanted) {
			names = append(names, rel)
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		return ""
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return "for " + wanted + ", similar files are: " + strings.Join(names, ", ")
}

// deliver puts outputs into their places, one after the other, each by a
// rename. Then it removes what the action wrote before and did not write now.
func (s *Setup) deliver(work string, files []file, before *made) error {
	present := map[string]bool{}
	for i := range files {
		f := &files[i]
		target := s.Workspace.place(*f)
		mode := s.Workspace.mode(f.Level)
		if f.Withheld != "" {
			mode = 0o600
		}
		if err := place(filepath.Join(work, filepath.FromSlash(f.Path)), target, mode); err != nil {
			return fmt.Errorf("%s: cannot be put into its place: %w", f.Path, atomicfile.Cause(err))
		}
		info, err := os.Lstat(target)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, atomicfile.Cause(err))
		}
		f.Modified, f.Changed = info.ModTime(), changeTime(info)
		present[target] = true
		if err := s.message(*f, present); err != nil {
			return err
		}
	}
	if before == nil {
		return nil
	}
	for _, old := range before.outputs.Files {
		for _, name := range s.traces(old) {
			if present[name] {
				continue
			}
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s: was written before and not now, and cannot be removed: %w", name, atomicfile.Cause(err))
			}
		}
	}
	return nil
}

// place moves a file to its place: by a rename, or by a copy beside it and a
// rename where it comes from another file system.
func place(from, to string, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	// A file with another name stays that file's: its mode is not ours to
	// change, and what is done to it later would be done to the output.
	if info, err := os.Lstat(from); err == nil && !hasOtherNames(info) {
		if err := os.Chmod(from, mode); err != nil {
			return err
		}
		if os.Rename(from, to) == nil {
			return nil
		}
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	return atomicfile.Write(to, mode, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

func hasStar(p string) bool { return strings.Contains(p, "*") }
