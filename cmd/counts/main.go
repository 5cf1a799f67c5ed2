// Command counts counts the events of a cohort per week and codelist, with
// disclosure control.
package main

import (
	"context"
	"os"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/countscmd"
)

func main() {
	os.Exit(cli.Run(context.Background(), countscmd.New(nil), os.Args[1:], os.Stdout, os.Stderr))
}
