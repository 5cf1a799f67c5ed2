package generatecohortcmd

import (
	"cmp"
	"context"
	"errors"
	"time"

	"cohortcounts/extract"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
)

// useDatabase makes the request one of real tables when it names a database
// and no dummy patients: those come first, as in the original.
func (r *request) useDatabase(f *flags, getenv func(string) string) error {
	url := f.databaseURL
	if url == "" {
		url = getenv("DATABASE_URL")
	}
	if f.population != 0 || f.dummyDataFile != "" {
		url = ""
	}
	switch {
	case url == "" && f.printSQL:
		return exit.Usagef("--print-sql needs a --database-url, to know the tables' types")
	case f.threads < 0:
		return exit.Usagef("--threads must be 0 (one per core) or more, got %d", f.threads)
	case url == "":
		return nil
	}
	r.database = &extract.Options{URL: url, Root: ".", Threads: f.threads, MemoryLimit: cmp.Or(f.memoryLimit, getenv("COHORTCOUNTS_MEMORY_LIMIT")), Password: getenv("TRINO_PASSWORD"), Token: getenv("TRINO_TOKEN"), CAFile: getenv("TRINO_CA_FILE"), Scratch: cmp.Or(f.scratch, getenv("TEMP_DATABASE_NAME"))}
	r.printSQL = f.printSQL
	r.study.RealTables = true
	return nil
}

// extract makes one file from real tables.
func (r *request) extract(ctx context.Context, j job, say func(string, ...any)) (err error) {
	start := time.Now()
	o := *r.database
	o.Format, o.Compression = r.output.format, r.compression
	if r.printSQL {
		return extract.PrintSQL(ctx, j.definition, r.stdout, o)
	}
	var charts atomicfile.Set
	defer func() { err = errors.Join(err, charts.Close()) }()
	if err := r.flowcharts.prepare(ctx, j, o, &charts); err != nil {
		return err
	}
	report, err := extract.Write(ctx, j.definition, j.path, o)
	if err != nil {
		return err
	}
	if err := charts.Commit(); err != nil {
		return err
	}
	say("wrote %s: %d patients in %.2f s", j.path, report.Patients, time.Since(start).Seconds())
	return nil
}
