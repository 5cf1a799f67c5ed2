package pipeline

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cohortcounts/internal/atomicfile"
)

// globFiles are the regular files below root that match a pattern, sorted,
// with '/' between folders. Links are not followed: an output is a file.
func globFiles(root, text string) []string {
	found := []string{""}
	for part := range strings.SplitSeq(text, "/") {
		var next []string
		for _, dir := range found {
			if !strings.Contains(part, "*") {
				next = append(next, path.Join(dir, part))
				continue
			}
			entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
			if err != nil {
				continue // a folder that is not there holds no match
			}
			for _, entry := range entries {
				if matchStar(part, entry.Name()) && !isUnfinished(entry.Name()) {
					next = append(next, path.Join(dir, entry.Name()))
				}
			}
		}
		found = next
	}
	found = slices.DeleteFunc(found, func(file string) bool { return !isRegularWithin(root, file) })
	slices.Sort(found)
	return found
}

// isRegularWithin tells whether a file below root is a regular one, and no
// folder on the way to it a link.
func isRegularWithin(root, file string) bool {
	at := root
	parts := strings.Split(file, "/")
	for i, part := range parts {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if err != nil {
			return false
		}
		if i < len(parts)-1 && !info.IsDir() || i == len(parts)-1 && !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// isUnfinished tells whether a name is one of a file that is being written.
func isUnfinished(name string) bool {
	match, err := filepath.Match(atomicfile.TempPattern, name)
	return err == nil && match
}
