package doctorcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
)

// State is what a check found.
type State string

// The states of a check.
const (
	OK     State = "ok"
	Note   State = "note"   // it works, but less well than it could
	Failed State = "failed" // something that is needed does not work
)

// Check is a check's result.
type Check struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty"` // the remedy
}

func (c Check) String() string {
	state := string(c.State)
	if c.State == Failed {
		state = "FAILED"
	}
	text := fmt.Sprintf("%-6s %-9s %s", state, c.Name, c.Found)
	if c.Do != "" {
		text += "; " + c.Do
	}
	return text
}

// options are what a run of all checks needs to know.
type options struct {
	Project string // the folder that studies will run in
	URL     string // of a database to try; may be empty
	Cache   string // folder for unpacked files; empty: the user's
	Temp    string // for what is tried
}

// New is the command.
func New() *cobra.Command {
	var o options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "check an installation, and say what to do about it",
		Long: `doctor tries out what a study needs: the embedded Python in its sandbox, DuckDB,
the folders for unpacked and temporary files, and the file system of the project.
A line each says what was found and what to do. Nothing is left behind but the
unpacked Python.

It ends with status 1 when something that is needed does not work.`,
		Example: "  cohortcounts doctor\n  cohortcounts doctor --project study --database-url trino://me@trino.example:8080/tpp/records",
		Args:    cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.URL == "" {
				o.URL = os.Getenv("DATABASE_URL")
			}
			temp, err := os.MkdirTemp("", "cohortcounts-doctor-")
			if err != nil {
				return fmt.Errorf("no temporary folder can be made: %w; set $TMPDIR to a folder with space", err)
			}
			defer os.RemoveAll(temp) //nolint:errcheck // what is left over harms nobody
			o.Temp = temp
			return report(cmd.OutOrStdout(), all(cmd.Context(), o), asJSON)
		},
	}
	cmd.Flags().StringVar(&o.Project, "project", ".", "`folder` that studies will run in")
	cmd.Flags().StringVar(&o.URL, "database-url", "", "`URL` of a database to reach, too (default: $DATABASE_URL)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// all runs all checks, in the order in which they are read.
func all(ctx context.Context, o options) []Check {
	// What is free is asked before the checks fill it.
	checks := []Check{program(), cache(o), space(o)}
	ran, def := python(ctx, o)
	checks = append(append(checks, ran...), confined(ctx, o, def != nil), duckDB(ctx, o, def))
	if o.URL != "" {
		checks = append(checks, database(ctx, o, def))
	}
	return append(checks, reflink(o))
}

// report prints the checks; the error stands for a failed one, which has been
// told.
func report(w io.Writer, checks []Check, asJSON bool) error {
	failed := false
	for _, c := range checks {
		failed = failed || c.State == Failed
		if !asJSON {
			fmt.Fprintln(w, c)
		}
	}
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(checks); err != nil {
			return err
		}
	}
	if failed {
		return errors.New("")
	}
	return nil
}
