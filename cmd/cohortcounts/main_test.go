package main

import (
	"context"
	"os"
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
			return os.CopyFS(env.WorkDir+"/example", os.DirFS(example))
		},
	})
}

// example is the project that the repository comes with.
const example = "../../examples/primary-care-covid-codes"
