package study

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cohortcounts/internal/atomicfile"
)

// contentsFile lists what was unpacked into a folder: a line for each file,
// with its size. Some systems remove files that nobody read for a while from
// folders for temporary files, one by one.
const contentsFile = ".contents"

// unpackOnce fills the folder target, unless all of it is there. It is filled
// beside its place and renamed, also when two processes start at once or one is
// killed.
func unpackOnce(target string, fill func(dir string) error) (string, error) {
	if whole(target) {
		return target, nil
	}
	temp, claim, err := atomicfile.Temporary(filepath.Dir(target), func(path string) error { return os.Mkdir(path, 0o700) })
	if err != nil {
		return "", err
	}
	defer claim.Release()
	defer os.RemoveAll(temp) //nolint:errcheck // what is left over harms nobody
	if err := fill(temp); err != nil {
		return "", err
	}
	if err := writeContents(temp); err != nil {
		return "", err
	}
	if err := os.Rename(temp, target); err == nil || whole(target) {
		return target, nil // or another process was faster
	}
	// What is there is of no use to anybody.
	if err := os.RemoveAll(target); err != nil {
		return "", err
	}
	return target, os.Rename(temp, target)
}

// writeContents lists the files of a folder.
func writeContents(dir string) error {
	var list bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		fmt.Fprintf(&list, "%d %s\n", info.Size(), filepath.ToSlash(name))
		return err
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, contentsFile), list.Bytes(), 0o600)
}

// whole tells whether a folder has all that was unpacked into it.
func whole(dir string) bool {
	list, err := os.ReadFile(filepath.Join(dir, contentsFile))
	if err != nil || len(list) == 0 {
		return false
	}
	for line := range strings.Lines(string(list)) {
		size, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || strconv.FormatInt(info.Size(), 10) != size {
			return false
		}
	}
	return true
}
