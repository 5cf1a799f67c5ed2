// Command generate_cohort makes a cohort file from a study definition.
package main

import (
	"context"
	"os"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/generatecohortcmd"
)

func main() {
	os.Exit(cli.Run(context.Background(), generatecohortcmd.New(), os.Args[1:], os.Stdout, os.Stderr))
}
