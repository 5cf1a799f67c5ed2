package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/rootcmd"
	"cohortcounts/extract"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cohortcounts": func() {
			os.Exit(cli.Run(context.Background(), rootcmd.New(), os.Args[1:], os.Stdout, os.Stderr))
		},
	})
}

// program is the program as a file of its own, for tests that kill it or look
// at it from another process: this test's file, which testscript runs as the
// command that its name says.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "cohortcounts")
	if os.Link(self, name) == nil {
		return name
	}
	data, err := os.ReadFile(self) // it lies on another disk
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Condition: func(condition string) (bool, error) {
			if condition == "duckdb" {
				return extract.HasDuckDB, nil
			}
			return false, fmt.Errorf("unknown condition %q", condition)
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// The embedded Python is unpacked once for all tests.
			cache, err := os.UserCacheDir()
			if err != nil {
				return err
			}
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("EXAMPLE", example)
			project := filepath.Join(env.WorkDir, "example")
			if err := os.CopyFS(project, os.DirFS(example)); err != nil {
				return err
			}
			// What somebody's run of the example has left is not the example.
			for _, left := range []string{"output", "metadata", ".cohortcounts"} {
				if err := os.RemoveAll(filepath.Join(project, left)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// example is the project that the repository comes with.
const example = "../../examples/primary-care-covid-codes"
