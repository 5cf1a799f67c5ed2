// Command write brings docs/commands up to date with the commands. `make docs`
// runs it.
package main

import (
	"fmt"
	"os"

	"cohortcounts/cmd/internal/manual"
	"cohortcounts/cmd/internal/rootcmd"
)

func main() {
	written, err := manual.WritePages(rootcmd.New(), "docs/commands", false)
	for _, name := range written {
		fmt.Println("docs/commands/" + name)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
