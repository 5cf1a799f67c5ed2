package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/rootcmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cohortcounts": func() {
			os.Exit(cli.Run(context.Background(), rootcmd.New(), os.Args[1:], os.Stdout, os.Stderr))
		},
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
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
