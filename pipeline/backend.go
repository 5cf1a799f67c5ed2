package pipeline

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Backend is where patients come from: none, so that cohorts are dummy data, or
// a database. Its zero value is the first.
//
// In production OpenSAFELY gives a database's address to the actions that
// extract a cohort and to no other; so it is here, in the environment: others
// can read command lines.
type Backend struct {
	// URL of the database, as generate_cohort takes it, with an absolute path
	// and without any secret; empty for dummy data.
	URL string
	// Environment is what else the stage needs to reach the database, name=value:
	// a password, a token. It is neither recorded nor told.
	Environment []string
	// Files are those that the environment names, such as an authority's
	// certificate.
	Files []string
}

const dummyBackend = "dummy"

// ParseBackend reads dummy, duckdb:PATH or trino://user@host:port/catalog/schema.
func ParseBackend(text string) (Backend, error) {
	scheme, rest, _ := strings.Cut(text, ":")
	switch scheme {
	case "", dummyBackend:
		if rest == "" {
			return Backend{}, nil
		}
	case "duckdb":
		path := strings.TrimPrefix(rest, "//")
		if path == "" {
			return Backend{}, fmt.Errorf("duckdb: names no folder or file; write duckdb:PATH")
		}
		path, err := filepath.Abs(path)
		return Backend{URL: "duckdb:" + path}, err
	case "trino", "presto":
		// No part of it is told: one that is misplaced may be a password.
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			return Backend{}, fmt.Errorf("the database's URL cannot be read; write trino://user@host:port/catalog/schema")
		}
		_, password := u.User.Password()
		for name := range u.Query() {
			password = password || name != "tls"
		}
		if password {
			return Backend{}, fmt.Errorf("a database's URL is recorded and must have no password in it, and nothing after the schema but ?tls=true; set TRINO_PASSWORD or TRINO_TOKEN")
		}
		return Backend{URL: text}, nil
	}
	return Backend{}, fmt.Errorf("no backend is known as %q; write dummy, duckdb:PATH or trino://user@host:port/catalog/schema", scheme)
}

// String is the backend as the record has it.
func (b Backend) String() string {
	if !b.Real() {
		return dummyBackend
	}
	return b.URL
}

// Real tells whether patients come from a database.
func (b Backend) Real() bool { return b.URL != "" }

// path is the folder or file of a database that is one.
func (b Backend) path() (string, bool) { return strings.CutPrefix(b.URL, "duckdb:") }

// readsDatabase tells whether a stage with these arguments may reach the
// database: it makes a cohort, or counts one where it lies.
func readsDatabase(stage string, args []string) bool {
	return stage == generateCohort || stage == countsStage && slices.ContainsFunc([]string{"table", "study", "database-url"}, func(flag string) bool { return hasFlag(args, flag) })
}

// dummyFlags ask for dummy data whatever the backend.
var dummyFlags = []string{"expectations-population", "dummy-data-file"}

// memoryShare is how much of a job's memory the engine in it may take.
const memoryShare = 0.75

// environment is what a stage that reads the database gets.
func (b Backend) environment(memory int64) []string {
	return append([]string{
		"DATABASE_URL=" + b.URL,
		// What does not fit goes to the job's folder for temporary files.
		"COHORTCOUNTS_MEMORY_LIMIT=" + strconv.FormatInt(int64(memoryShare*float64(memory))>>20, 10) + "MiB",
	}, b.Environment...)
}
