// Package initcmd is the command cohortcounts init.
package initcmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cohortcounts/examples"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
)

// New is the command.
func New() *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "write an example project to start from",
		Long: `init writes a project that runs: a project.yaml with three actions, a study
definition and its codelists. It changes no file that is there already.`,
		Example: "  cohortcounts init study\n  cohortcounts run --project study run_all",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usagef("name one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if err := write(dir); err != nil {
				return err
			}
			if !quiet {
				fmt.Fprintf(cmd.OutOrStdout(), "wrote an example project to %s; run it with: cohortcounts run --project %s run_all\n", dir, dir)
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "print errors only")
	return cmd
}

// ignored is what should not be committed.
const ignored = "output/\nmetadata/\n.cohortcounts/\n"

// write writes the example, or nothing where one of its files is there.
func write(dir string) error {
	files, err := fs.Sub(examples.Covid, examples.CovidDir)
	if err != nil {
		return err
	}
	var names []string
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range append(names, ".gitignore") {
		_, err := os.Lstat(filepath.Join(dir, name))
		if err == nil && name != ".gitignore" {
			return fmt.Errorf("%s is there already; choose an empty folder", filepath.Join(dir, name))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	var set atomicfile.Set
	defer set.Close() //nolint:errcheck // the fault that led here is told
	put := func(name, text string) error {
		return set.Write(filepath.Join(dir, filepath.FromSlash(name)), 0o666, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	if _, err := os.Lstat(filepath.Join(dir, ".gitignore")); errors.Is(err, os.ErrNotExist) {
		if err := put(".gitignore", ignored); err != nil {
			return err
		}
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if err := put(name, string(text)); err != nil {
			return err
		}
	}
	return set.Commit()
}
