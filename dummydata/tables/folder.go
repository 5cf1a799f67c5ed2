package tables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cohortcounts/internal/atomicfile"
)

// Manifest is the file beside the tables that says how they were made. A
// folder that has it is ours to replace.
const Manifest = "tables.json"

// A folder is an output folder that is not there yet: it is made beside its
// place and renamed, so that the place has the old folder or the whole new
// one.
type folder struct {
	target string
	temp   string
	claim  *atomicfile.Claim
}

// createFolder starts a new version of the folder at path.
func createFolder(path string) (*folder, error) {
	target := filepath.Clean(path)
	if resolved, err := filepath.EvalSymlinks(target); err == nil {
		target = resolved
	}
	if err := mayReplace(path, target); err != nil {
		return nil, err
	}
	parent := filepath.Dir(target)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, fmt.Errorf("%s: cannot make its folder: %w", path, atomicfile.Cause(err))
	}
	temp, claim, err := atomicfile.Temporary(parent, func(temp string) error { return os.Mkdir(temp, 0o777) })
	if err != nil {
		return nil, fmt.Errorf("%s: cannot write in its folder: %w", path, atomicfile.Cause(err))
	}
	return &folder{target: target, temp: temp, claim: claim}, nil
}

// mayReplace refuses what is there and is not ours.
func mayReplace(path, target string) error {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", path, atomicfile.Cause(err))
	case !info.IsDir():
		return fmt.Errorf("%s: is a file; name a folder to write", path)
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return fmt.Errorf("%s: %w", path, atomicfile.Cause(err))
	}
	if len(entries) == 0 || isOurs(filepath.Join(target, Manifest)) {
		return nil
	}
	return fmt.Errorf("%s: holds other files, which would be lost; name a new folder, or an empty one", path)
}

// isOurs tells whether a manifest is one of those that commit writes.
func isOurs(path string) bool {
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var r Report
	return json.Unmarshal(data, &r) == nil && len(r.Tables) == int(tableCount)
}

// commit writes the manifest and puts the folder in its place.
func (f *folder) commit(ctx context.Context, r Report) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(f.temp, Manifest), append(data, '\n'), 0o666); err != nil {
		return f.describe(err)
	}
	old := f.temp + ".old"
	switch err := os.Rename(f.target, old); {
	case errors.Is(err, fs.ErrNotExist):
		old = ""
	case err != nil:
		return f.describe(err)
	}
	if err := os.Rename(f.temp, f.target); err != nil {
		if old != "" {
			err = errors.Join(err, os.Rename(old, f.target))
		}
		return f.describe(err)
	}
	if old != "" {
		return f.describe(os.RemoveAll(old))
	}
	return nil
}

// abandon removes what was written; the target is as it was.
func (f *folder) abandon() error { return f.describe(os.RemoveAll(f.temp)) }

// fault is a fault of the folder's files with the user's path instead of the
// temporary one; the same one may have met several. Any other error is returned
// as it is.
func (f *folder) fault(err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		return f.describe(fault)
	}
	return err
}

func (f *folder) describe(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: cannot write: %w", f.target, atomicfile.Cause(err))
}
