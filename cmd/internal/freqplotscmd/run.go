package freqplotscmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"cohortcounts/analysis"
	"cohortcounts/disclosure"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/problem"
	"cohortcounts/plots"
)

// job is one run of the command.
type job struct {
	input, spec, data string // paths; spec and data may be empty
	outputs           []output
	options           plots.Options
	separate, quiet   bool
}

// output is a file to write.
type output struct {
	path   string
	format plots.Format
}

// run draws everything before the first output is replaced.
func (j job) run(ctx context.Context, stderr io.Writer) (err error) {
	spec := analysis.Original()
	if j.spec != "" {
		if spec, err = analysis.Load(j.spec); err != nil {
			return err
		}
	}
	table, err := readTable(j.input)
	if err != nil {
		return err
	}
	if err := j.keepsInput(); err != nil {
		return err
	}
	j.options.RoundedTo = spec.Disclosure.RoundTo
	figure, err := plots.New(table, spec.Panels, j.options)
	if err != nil {
		return fmt.Errorf("%s: %w", j.input, err)
	}
	var written atomicfile.Set
	defer func() { err = errors.Join(err, written.Close()) }()
	if err := j.write(ctx, figure, &written); err != nil {
		return err
	}
	if err := written.Commit(); err != nil {
		return err
	}
	if !j.quiet {
		for _, note := range figure.Notes() {
			fmt.Fprintf(stderr, "%s: %s\n", j.input, note)
		}
	}
	return nil
}

// keepsInput refuses to write over the table that is drawn.
func (j job) keepsInput() error {
	input, err := os.Stat(j.input)
	if err != nil {
		return unreadable(j.input, err)
	}
	paths := []string{j.data}
	for _, out := range j.outputs {
		paths = append(paths, out.path)
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && os.SameFile(input, info) {
			return fmt.Errorf("%s: is the input; name another file to write", path)
		}
	}
	return nil
}

// write draws each output into a file that is not yet in its place.
func (j job) write(ctx context.Context, figure *plots.Figure, written *atomicfile.Set) error {
	for _, out := range j.outputs {
		draw := func(path string, f *plots.Figure) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return add(written, path, func(w io.Writer) error { return f.Write(w, out.format) })
		}
		if !j.separate {
			if err := draw(out.path, figure); err != nil {
				return err
			}
			continue
		}
		names := separateNames(out.path, figure)
		for i, panel := range figure.Separate() {
			if err := draw(names[i], panel); err != nil {
				return err
			}
		}
	}
	if j.data == "" {
		return nil
	}
	return add(written, j.data, figure.WriteData)
}

// add writes an output; its error begins with the path.
func add(written *atomicfile.Set, path string, write func(io.Writer) error) error {
	return written.Write(path, 0o666, func(w io.Writer) error {
		if err := write(w); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

func readTable(path string) (*disclosure.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, problem.List{{File: path, What: "is a folder", Remedy: "name a counts table (CSV)"}}
	}
	return disclosure.ReadCSV(f, path)
}

// unreadable says why a file cannot be opened, without its name twice.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return problem.List{{File: path, What: "no such file", Remedy: "name the counts table with --input, or run counts first"}}
	}
	return fmt.Errorf("%s: cannot read: %w", path, atomicfile.Cause(err))
}
