package manual

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cohortcounts/internal/atomicfile"
)

// WritePages brings the pages in a folder (docs/commands) up to date, and
// returns the names of those that were not. With dryRun it writes nothing.
func WritePages(root *cobra.Command, dir string, dryRun bool) (stale []string, err error) {
	pages := map[string]string{"README.md": Index(root)}
	for _, cmd := range Commands(root) {
		there, err := os.ReadFile(filepath.Join(dir, PageName(cmd)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		pages[PageName(cmd)] = Page(cmd, string(there))
	}
	for name, text := range pages {
		path := filepath.Join(dir, name)
		there, err := os.ReadFile(path)
		if err == nil && bytes.Equal(there, []byte(text)) {
			continue
		}
		stale = append(stale, name)
		if dryRun {
			continue
		}
		err = atomicfile.Write(path, 0o666, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
		if err != nil {
			return stale, err
		}
	}
	return stale, without(dir, pages)
}

// without refuses pages of commands that are no more.
func without(dir string, pages map[string]string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if _, known := pages[entry.Name()]; !known && strings.HasSuffix(entry.Name(), ".md") {
			return fmt.Errorf("%s is the page of no command; remove it", filepath.Join(dir, entry.Name()))
		}
	}
	return nil
}
