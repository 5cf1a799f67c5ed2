package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
)

const metadataDir = project.MetadataDir

// writeLog writes metadata/ACTION.log: what the job printed and what became of
// it. What a program that is not ours printed may hold anything, so then the
// log lies on the high side, and on the medium side is one without it.
func (e *execution) writeLog(step *Step, p *Progress, outputs *made) error {
	if p.Skipped != "" {
		return nil
	}
	name := filepath.Join(metadataDir, logName(step.Action.Name))
	fields := logFields(p, outputs)
	printed := p.Log
	mode := os.FileMode(0o644)
	if step.Stage == "" {
		mode = 0o600
	}
	high := filepath.Join(e.setup.Workspace.high, name)
	p.Log = high
	if err := writeLogFile(high, mode, printed, fields); err != nil || !e.setup.Workspace.split {
		return err
	}
	if step.Stage == "" {
		// Names of files that it wrote and did not declare are its words, too.
		printed, fields = "", logFields(&Progress{Job: p.Job}, outputs)
	}
	return writeLogFile(filepath.Join(e.setup.Workspace.medium, name), 0o640, printed, fields)
}

// writeLogFile writes a log: what was printed, which lies in a file unless the
// name of that is empty, and may be of any size, and then the fields.
func writeLogFile(path string, mode os.FileMode, printed, fields string) error {
	return atomicfile.Write(path, mode, func(w io.Writer) error {
		if printed != "" {
			in, err := os.Open(printed)
			switch {
			case errors.Is(err, os.ErrNotExist): // the job came to no printing
			case err != nil:
				return err
			default:
				defer in.Close() //nolint:errcheck // it was only read
				if _, err := io.Copy(w, in); err != nil {
					return err
				}
			}
		}
		_, err := io.WriteString(w, fields)
		return err
	})
}

func writeText(path string, mode os.FileMode, text string) error {
	return atomicfile.Write(path, mode, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// logFields are the job's fields, one a line.
func logFields(p *Progress, outputs *made) string {
	var b strings.Builder
	field := func(name string, value any) { fmt.Fprintf(&b, "%s: %v\n", name, value) }
	b.WriteString("\n")
	field("state", p.State)
	field("status_code", p.Code)
	if p.Message != "" {
		field("status_message", p.Message)
	}
	field("job_id", p.Identifier)
	field("job_request", p.Request)
	field("action", p.Action)
	field("run_command", strings.Join(strings.Fields(p.RunCommand), " "))
	field("command", strings.Join(p.Command, " "))
	if p.ExitStatus != nil {
		field("exit_code", *p.ExitStatus)
	}
	field("created_at", utc(p.CreatedAt))
	if p.StartedAt != nil {
		field("started_at", utc(*p.StartedAt))
	}
	if p.FinishedAt != nil {
		field("completed_at", utc(*p.FinishedAt))
	}
	field("cpu_seconds", fmt.Sprintf("%.3f", p.CPU.Seconds()))
	field("peak_memory_bytes", p.PeakMemory)
	for _, hint := range p.Hints {
		field("hint", hint)
	}
	if outputs != nil {
		b.WriteString("\noutputs:\n")
		for _, f := range outputs.outputs.Files {
			fmt.Fprintf(&b, "  %s - %s\n", f.Path, f.Level)
			if f.Withheld != "" {
				fmt.Fprintf(&b, "    withheld: %s\n", f.Withheld)
			}
		}
	}
	return b.String()
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
