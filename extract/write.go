package extract

import (
	"context"
	"errors"
	"io"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// Options say where the tables are and how the cohort is stored.
type Options struct {
	// URL of the database: duckdb:FOLDER_OR_FILE, or
	// trino://user@host:port/catalog/schema.
	URL string
	// Password or Token of a Trino user; at most one of them. They come from the
	// environment: others can read command lines.
	Password, Token string
	// CAFile holds, in PEM form, certificates of authorities that a Trino server
	// is trusted by, besides those of the system.
	CAFile string
	// Root is the study's main folder, in which the files are that it reads
	// values from; "." when empty.
	Root string

	Format      cohort.Format      // feather when empty
	Compression cohort.Compression // of feather; LZ4 when empty

	// Threads of DuckDB; 0 leaves it to DuckDB, which takes all cores.
	Threads int
	// MemoryLimit of DuckDB, such as "4GB"; empty leaves it to DuckDB. What
	// does not fit goes to TempDir.
	MemoryLimit string
	// Scratch is a schema of Trino, as SCHEMA or CATALOG.SCHEMA, for a table of
	// what makes a query longer than the server takes; empty: there is none. The
	// table is removed when the run ends.
	Scratch string
	// TempDir is the folder for what does not fit into memory; empty for the
	// system's. It holds patients while a cohort is made.
	TempDir string
}

// Report is what a run did.
type Report struct {
	Patients int64 // in the cohort
}

// Write extracts the cohort of a study to path: one row for each patient of
// the population, by ascending patient_id; first the column patient_id, then
// the study's columns in its order. When it fails, path is as it was.
func Write(ctx context.Context, def *study.Definition, path string, o Options) (Report, error) {
	e, p, err := prepare(ctx, def, o)
	if err != nil {
		return Report{}, err
	}
	s := p.script()
	if err := p.ready(ctx, e, s); err != nil {
		return Report{}, errors.Join(err, e.close())
	}
	report, err := write(ctx, e, s, path, o)
	return report, errors.Join(err, e.close())
}

// PrintSQL writes the SQL that [Write] would run. For Trino it is one query that
// runs by hand; for DuckDB it is to read: the codelists, and patterns made of
// them, are handed over beside it and are comments here. The database is asked
// for its tables and their types, and checked as [Write] would.
func PrintSQL(ctx context.Context, def *study.Definition, w io.Writer, o Options) error {
	e, p, err := prepare(ctx, def, o)
	if err != nil {
		return err
	}
	if err = p.check(ctx, e); err == nil {
		_, err = io.WriteString(w, e.text(p.script()))
	}
	return errors.Join(err, e.close())
}

// prepare compiles a study and finds its tables. The study's own faults are
// told before the database is opened.
func prepare(ctx context.Context, def *study.Definition, o Options) (engine, *planned, error) {
	if _, err := compile(def, duckDialect{}); err != nil {
		return nil, nil, err
	}
	e, err := open(ctx, o.URL, o)
	if err != nil {
		return nil, nil, err
	}
	p, err := plan(ctx, e, def, o)
	if err != nil {
		return nil, nil, errors.Join(err, e.close())
	}
	return e, p, nil
}

// planned is a study that was compiled for an engine, what goes in with it, and
// its tables.
type planned struct {
	*compiler
	inputs []inputTable
	tables catalog
}

// plan compiles a study for an engine, reads the files that go in with it, and
// finds its tables.
func plan(ctx context.Context, e engine, def *study.Definition, o Options) (*planned, error) {
	c, err := compile(def, e.dialect())
	if err != nil {
		return nil, err
	}
	p := &planned{compiler: c}
	if c.d.keeps() {
		p.inputs = append(p.inputs, c.lists.table())
	}
	var faults []error
	for _, f := range c.inputFiles() {
		t, err := f.read(o.Root)
		p.inputs, faults = append(p.inputs, t), append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	p.tables, err = catalogOf(ctx, e, &c.needs)
	return p, err
}

// ready has the engine make a script one that it takes, then the tables read
// for what they may not hold: both before anything is computed.
func (p *planned) ready(ctx context.Context, e engine, s *script) error {
	if err := e.fit(ctx, s); err != nil {
		return err
	}
	return p.check(ctx, e)
}

func (p *planned) check(ctx context.Context, e engine) error { return p.tables.check(ctx, e, &p.needs) }

func write(ctx context.Context, e engine, s *script, path string, o Options) (Report, error) {
	answer, err := e.run(ctx, s)
	if err != nil {
		return Report{}, err
	}
	spooled, err := spool(ctx, answer, s.columns, o.TempDir)
	if err = errors.Join(err, answer.close()); err != nil {
		return Report{}, err
	}
	err = spooled.write(ctx, path, o)
	if err = errors.Join(err, spooled.close()); err != nil {
		return Report{}, err
	}
	return Report{Patients: spooled.rows}, nil
}
