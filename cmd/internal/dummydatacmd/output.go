package dummydatacmd

import (
	"encoding/json"
	"fmt"
	"io"

	"cohortcounts/dummydata"
)

// tellNotes writes notes about the study of a file, summarised unless verbose.
func tellNotes(w io.Writer, file string, notes []dummydata.Note, verbose bool) {
	lines := dummydata.Summarize(notes)
	if verbose {
		lines = nil
		for _, n := range notes {
			lines = append(lines, n.String())
		}
	}
	for _, line := range lines {
		fmt.Fprintf(w, "%s: note: %s\n", file, line)
	}
}

func writeJSON(w io.Writer, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
