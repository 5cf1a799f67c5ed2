// Command cohortcounts runs the actions of a project.yaml, and each stage by
// itself.
package main

import (
	"context"
	"os"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/rootcmd"
)

func main() {
	os.Exit(cli.Run(context.Background(), rootcmd.New(), os.Args[1:], os.Stdout, os.Stderr))
}
