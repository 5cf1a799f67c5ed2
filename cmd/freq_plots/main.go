// Command freq_plots draws the frequency plots of a counts table.
package main

import (
	"context"
	"os"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/freqplotscmd"
)

func main() {
	os.Exit(cli.Run(context.Background(), freqplotscmd.New(), os.Args[1:], os.Stdout, os.Stderr))
}
