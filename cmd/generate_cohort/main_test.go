package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"cohortcounts/cohort"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"generate_cohort": main,
		"columns":         columns,
		"exits":           exits,
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// Python is unpacked once, not for each script.
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("EXAMPLE", os.Getenv("PWD")+"/../../examples/primary-care-covid-codes")
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// exits runs the program in its other arguments and fails unless it ends with
// the status that the first is.
func exits() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	_ = cmd.Run()
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != os.Args[1] {
		fmt.Fprintf(os.Stderr, "exit status %s, want %s\n", got, os.Args[1])
		os.Exit(1)
	}
}

// columns prints the names and types of the columns of feather files.
func columns() {
	var out bytes.Buffer
	for _, path := range os.Args[1:] {
		records, err := cohort.OpenRecords(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, field := range records.Schema().Fields() {
			kind := field.Type.String()
			if strings.HasPrefix(kind, "dictionary") {
				kind = "dictionary"
			}
			fmt.Fprintln(&out, field.Name, kind)
		}
		_ = records.Close()
	}
	fmt.Print(out.String())
}
