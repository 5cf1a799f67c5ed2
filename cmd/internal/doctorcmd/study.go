package doctorcmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/versioncmd"
	"cohortcounts/extract"
	"cohortcounts/internal/sandbox"
	"cohortcounts/study"
)

func program() Check {
	return Check{"version", OK, fmt.Sprintf("%s, %s, %s/%s", cli.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH), ""}
}

// probe is a study that asks no more of a database than the patients' identifiers,
// and prints whether Python finds time zones.
const probe = `import zoneinfo
from cohortextractor import StudyDefinition, patients
try:
    zoneinfo.ZoneInfo("Europe/London")
    print("zones")
except zoneinfo.ZoneInfoNotFoundError:
    pass
study = StudyDefinition(index_date="2020-01-01", population=patients.all())
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
from cohortextractor import StudyDefinition, patients
study = StudyDefinition(index_date="2020-01-01", population=patients.all())
`

// python starts the embedded Python and evaluates a study. That one is ours, so
// it is free: what is wrong with the sandbox is told by its own check.
func python(ctx context.Context, o options) (checks []Check, def *study.Definition) {
	var printed writer
	dir, err := project(o, "python", probe)
	if err == nil {
		def, err = study.Load(ctx, dir, "study_definition", study.Options{CacheDir: o.Cache, NoSandbox: true, Prints: &printed})
	}
	if err != nil {
		found, _, _ := strings.Cut(err.Error(), "; 'cohortcounts doctor'") // which is this
		return []Check{{"python", Failed, found, pythonRemedy(err, o)}}, nil
	}
	checks = []Check{{"python", OK, "the embedded Python evaluates a study", ""}}
	// Our programs count in UTC and need no time zones; a study may ask for them.
	if !strings.Contains(string(printed), "zones") {
		return append(checks, Check{"zones", Note, "Python finds no time zone data", "install tzdata if a study definition uses zoneinfo; nothing else needs it"}), def
	}
	return append(checks, Check{"zones", OK, "Python finds time zone data", ""}), def
}

// pythonRemedy says what to do when the embedded Python does not run.
func pythonRemedy(err error, o options) string {
	dir, _, unknown := study.CacheDir(o.Cache)
	switch {
	case unknown != nil:
		return "see the line cache"
	case full(err):
		return "make room there, or set $XDG_CACHE_HOME to a folder with 200 MB"
	case sandbox.Restricts && !exists("/proc/self/exe"):
		return "mount /proc"
	case errors.Is(err, fs.ErrPermission):
		return "set $XDG_CACHE_HOME to a folder from which programs may be started (not mounted noexec)"
	case runtime.GOOS == "linux" && errors.Is(err, fs.ErrNotExist) && !study.Unpacked(dir):
		return "the embedded Python needs glibc 2.17 or newer, not musl: use another distribution, or a Python of yours with --python PATH"
	}
	return "remove " + dir + ", and it is unpacked again"
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// full tells whether there was no room to write.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// confined runs a study that tries to get out of the sandbox, if Python runs.
func confined(ctx context.Context, o options, runs bool) Check {
	if err := sandbox.Available(); err != nil {
		// What follows the semicolon is the remedy: internal/problem.
		found, do, _ := strings.Cut(err.Error(), "; ")
		if !sandbox.Restricts {
			return Check{"sandbox", Note, found, "run only studies that you trust"}
		}
		return Check{"sandbox", Failed, found, do + "; then run only studies that you trust"}
	}
	if !runs {
		return Check{"sandbox", Note, notTried, ""}
	}
	secret := filepath.Join(o.Temp, "secret")
	err := os.WriteFile(secret, []byte("secret"), 0o600)
	dir := ""
	if err == nil {
		dir, err = project(o, "escape", fmt.Sprintf(escape, secret))
	}
	if err != nil {
		return Check{"sandbox", Failed, err.Error(), "make room in the temporary folder, or set $TMPDIR to another"}
	}
	var could writer
	if _, err := study.Load(ctx, dir, "study_definition", study.Options{CacheDir: o.Cache, Prints: &could}); err != nil {
		return Check{
			"sandbox", Failed, "a study in it does not run: " + err.Error(),
			"a container's or service's rules may forbid it: allow landlock_*, seccomp, prctl and capset there, or add --no-sandbox and run only studies that you trust",
		}
	}
	if len(could) > 0 {
		return Check{"sandbox", Failed, fmt.Sprintf("a study in it could: %q", string(could)), "do not run studies of others on this machine"}
	}
	return Check{"sandbox", OK, "a study could not read, write, connect or start anything outside", ""}
}

// notTried is found by what needs Python, where that does not work.
const notTried = "not tried, as Python does not work"

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
		return Check{"duckdb", Note, notTried, ""}
	}
	tables := filepath.Join(o.Temp, "tables")
	err := os.MkdirAll(tables, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(tables, "patients.csv"), []byte("patient_id\n1\n"), 0o600)
	}
	var made extract.Report
	if err == nil {
		made, err = extract.Write(ctx, def, filepath.Join(o.Temp, "cohort.feather"), extract.Options{URL: "duckdb:" + tables, TempDir: o.Temp})
	}
	switch {
	case full(err):
		return Check{"duckdb", Failed, err.Error(), "make room there, or set $TMPDIR to another folder"}
	case err != nil:
		return Check{"duckdb", Failed, err.Error(), "install the program again, or take the archive without DuckDB"}
	case made.Patients != 1:
		return Check{"duckdb", Failed, fmt.Sprintf("a table of one patient gives %d", made.Patients), "install the program again"}
	}
	return Check{"duckdb", OK, "DuckDB, in this program, makes a cohort of a table", ""}
}

// database reaches the database that was named, and looks for its tables.
func database(ctx context.Context, o options, def *study.Definition) Check {
	if def == nil {
		return Check{"database", Note, notTried, ""}
	}
	err := extract.PrintSQL(ctx, def, new(writer), extract.Options{
		URL: o.URL, TempDir: o.Temp, Password: os.Getenv("TRINO_PASSWORD"), Token: os.Getenv("TRINO_TOKEN"), CAFile: os.Getenv("TRINO_CA_FILE"),
	})
	if err != nil {
		found, do, told := strings.Cut(err.Error(), "; ")
		if !told {
			do = "see docs/real-tables.md, and docs/trino.md"
		}
		return Check{"database", Failed, found, do}
	}
	return Check{"database", OK, "reached, and it has a table patients", ""}
}
