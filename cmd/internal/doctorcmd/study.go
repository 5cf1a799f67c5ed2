package doctorcmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/versioncmd"
	"cohortcounts/extract"
	"cohortcounts/internal/sandbox"
	"cohortcounts/study"
)

func program() Check {
	return Check{"version", OK, fmt.Sprintf("%s, %s, %s/%s", cli.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH), ""}
}

// probe is a study of two columns.
const probe = `from cohortextractor import StudyDefinition, patients
study = StudyDefinition(
    default_expectations={"incidence": 0.5, "date": {"earliest": "2020-01-01", "latest": "2020-12-31"}},
    index_date="2020-01-01",
    population=patients.all(),
    sex=patients.sex(return_expectations={"category": {"ratios": {"F": 0.5, "M": 0.5}}}),
)
`

// escape is a study that tries what the sandbox must refuse, and prints what
// it could do. The file that it reads is outside of its project.
const escape = `import os, socket
def possible(what, how):
    try:
        how()
    except OSError:
        return
    print(what)
possible("read a file outside of the project", lambda: open(%q).read())
possible("write a file", lambda: open("written", "w").close())
possible("open a socket", lambda: socket.socket().close())
possible("start a process", lambda: os._exit(0) if os.fork() == 0 else os.wait())
` + probe

// python starts the embedded Python and evaluates a study.
func python(ctx context.Context, o options) (Check, *study.Definition) {
	dir, err := project(o, "python", probe)
	if err != nil {
		return Check{"python", Failed, err.Error(), "make room in the temporary folder"}, nil
	}
	unconfined := sandbox.Available() != nil
	def, err := study.Load(ctx, dir, "study_definition", study.Options{CacheDir: o.Cache, NoSandbox: unconfined})
	if err != nil {
		do := "the embedded Python must be unpacked into a folder from which programs may be started; set $XDG_CACHE_HOME to one"
		if runtime.GOOS == "linux" {
			do += ". On Linux it needs glibc 2.17 or newer (not musl)"
		}
		return Check{"python", Failed, err.Error(), do}, nil
	}
	return Check{"python", OK, "the embedded Python evaluates a study", ""}, def
}

// confined runs a study that tries to get out of the sandbox.
func confined(ctx context.Context, o options) Check {
	if err := sandbox.Available(); err != nil {
		state, do := Note, "run only studies that you trust"
		if sandbox.Restricts {
			state, do = Failed, "use a kernel with Landlock (Linux 5.13 or newer, `lsm=landlock`), or --no-sandbox for studies that you trust"
		}
		return Check{"sandbox", state, err.Error(), do}
	}
	secret := filepath.Join(o.Temp, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		return Check{"sandbox", Failed, err.Error(), "make room in the temporary folder"}
	}
	dir, err := project(o, "escape", fmt.Sprintf(escape, secret))
	if err != nil {
		return Check{"sandbox", Failed, err.Error(), "make room in the temporary folder"}
	}
	var could writer
	if _, err := study.Load(ctx, dir, "study_definition", study.Options{CacheDir: o.Cache, Prints: &could}); err != nil {
		return Check{"sandbox", Failed, "a study in it does not run: " + err.Error(), "see the line python"}
	}
	if len(could) > 0 {
		return Check{"sandbox", Failed, fmt.Sprintf("a study in it could: %q", string(could)), "do not run studies of others on this machine"}
	}
	return Check{"sandbox", OK, "a study could not read, write, connect or start anything outside", ""}
}

// writer keeps what is written to it.
type writer []byte

func (w *writer) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// project makes a project with one study.
func project(o options, name, text string) (string, error) {
	dir := filepath.Join(o.Temp, name)
	if err := os.MkdirAll(filepath.Join(dir, "analysis"), 0o700); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "analysis", "study_definition.py"), []byte(text), 0o600)
}

// duckDB extracts a cohort of one made-up patient.
func duckDB(ctx context.Context, o options, def *study.Definition) Check {
	if !extract.HasDuckDB {
		return Check{"duckdb", Note, versioncmd.DuckDB(), ""}
	}
	if def == nil {
		return Check{"duckdb", Note, "not tried, as Python does not work", ""}
	}
	tables := filepath.Join(o.Temp, "tables")
	err := os.MkdirAll(tables, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(tables, "patients.csv"), []byte("patient_id,sex,date_of_birth,date_of_death\n1,female,1950-01-01,\n"), 0o600)
	}
	var made extract.Report
	if err == nil {
		made, err = extract.Write(ctx, def, filepath.Join(o.Temp, "cohort.feather"), extract.Options{URL: "duckdb:" + tables, TempDir: o.Temp})
	}
	if err != nil || made.Patients != 1 {
		return Check{"duckdb", Failed, fmt.Sprintf("a table of one patient gives %d: %v", made.Patients, err), "install the program again"}
	}
	return Check{"duckdb", OK, "DuckDB, in this program, makes a cohort of a table", ""}
}

// database reaches the database that was named, and looks for its tables.
func database(ctx context.Context, o options, def *study.Definition) Check {
	if def == nil {
		return Check{"database", Note, "not tried, as Python does not work", ""}
	}
	err := extract.PrintSQL(ctx, def, new(writer), extract.Options{
		URL: o.URL, TempDir: o.Temp, Password: os.Getenv("TRINO_PASSWORD"), Token: os.Getenv("TRINO_TOKEN"),
	})
	if err != nil {
		return Check{"database", Failed, err.Error(), "see docs/real-tables.md"}
	}
	return Check{"database", OK, "reached, and it has a table patients", ""}
}
