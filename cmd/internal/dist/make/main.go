// Command make makes the archives that are handed out. `make dist` runs it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cohortcounts/cmd/internal/countscmd"
	"cohortcounts/cmd/internal/dist"
	"cohortcounts/cmd/internal/freqplotscmd"
	"cohortcounts/cmd/internal/generatecohortcmd"
	"cohortcounts/cmd/internal/manual"
	"cohortcounts/cmd/internal/rootcmd"
)

func main() {
	o := dist.Options{Share: share, Log: os.Stderr}
	pflag.StringVar(&o.Dir, "dir", ".", "the module's main folder")
	pflag.StringVar(&o.Out, "out", "dist", "the folder to fill; what lies there is removed")
	pflag.StringSliceVar(&o.Only, "only", nil, "make these targets only, such as linux-amd64")
	pflag.Parse()
	if err := dist.Make(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// share are the manual pages and completions of the programs at this commit.
func share(c dist.Commit) (map[string][]byte, error) {
	programs := []*cobra.Command{rootcmd.New(), generatecohortcmd.New(), countscmd.New(nil), freqplotscmd.New()}
	made, err := manual.Share(programs, c.Time, c.Version)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, data := range made {
		files["share/"+name] = data
	}
	return files, nil
}
