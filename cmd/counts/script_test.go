package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/checkoutputcmd"
	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/countscmd"
	"cohortcounts/cmd/internal/speccmd"
)

func TestMain(m *testing.M) {
	program := func(build func() *cobra.Command) func() {
		return func() {
			os.Exit(cli.Run(context.Background(), build(), os.Args[1:], os.Stdout, os.Stderr))
		}
	}
	testscript.Main(m, map[string]func(){
		"counts":       program(func() *cobra.Command { return countscmd.New(nil) }),
		"check-output": program(checkoutputcmd.New),
		"spec":         program(speccmd.New),
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	golden, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOLDEN", golden+"/testdata/golden")
			return nil
		},
	})
}
