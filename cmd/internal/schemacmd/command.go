// Package schemacmd is the command schema, which shows the columns of cohort
// files.
package schemacmd

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
)

// file is the shape of one cohort file.
type file struct {
	Name    string         `json:"name"`
	Format  string         `json:"format"`
	Columns []cohort.Field `json:"columns"`
}

// New makes the command.
func New() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "schema FILE…",
		Short: "show the columns of cohort files and their types",
		Long: `Show the name and type of each column of a cohort file: feather (Arrow), Parquet,
CSV or Stata (by its name, .dta or .dta.gz). No value of a patient is shown.`,
		Example: `  cohortcounts schema output/input.feather`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("name a cohort file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := read(cmd.InOrStdin(), args)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(files)
			}
			return show(cmd.OutOrStdout(), files)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

func read(stdin io.Reader, paths []string) (files []file, err error) {
	for _, path := range paths {
		var more []file
		if format, _ := cohort.FormatOf(path); format == cohort.Stata || format == cohort.StataGzip {
			more, err = readStata(path, format)
		} else {
			more, err = readSource(stdin, path)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

// readStata reads a Stata file as a table: as a stream it is written only.
func readStata(path string, format cohort.Format) ([]file, error) {
	table, err := cohort.ReadTable(path, format)
	if err != nil {
		return nil, err
	}
	out := file{Name: path, Format: "Stata"}
	for _, c := range table.Columns {
		out.Columns = append(out.Columns, c.Field)
	}
	return []file{out}, nil
}

func readSource(stdin io.Reader, path string) (files []file, err error) {
	source := cohort.Files(path)
	source.Stdin = stdin
	c, err := source.Open()
	if err != nil {
		return nil, err
	}
	defer c.Close() //nolint:errcheck // it was only read
	for i := range c.Parts() {
		files = append(files, file{Name: c.PartName(i), Format: c.PartFormat(i), Columns: c.Part(i)})
	}
	return files, nil
}

func show(w io.Writer, files []file) error {
	for i, f := range files {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %s, %d columns\n\n", f.Name, f.Format, len(f.Columns))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, column := range f.Columns {
			fmt.Fprintf(t, "%s\t%s\n", column.Name, column.Type)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}
