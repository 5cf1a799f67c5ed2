// Package cli is what all the programs share: they end on Ctrl-C, print their
// last words in one way, and know their version.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"cohortcounts/internal/exit"
)

// Run runs one command with the arguments after the program's name and
// returns its exit status. Ctrl-C and a termination signal cancel the
// command's context.
func Run(ctx context.Context, cmd *cobra.Command, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	cmd.SilenceErrors = true
	cmd.SilenceUsage = true
	cmd.Version = Version()
	cmd.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exit.UsageError(err) })
	called, err := cmd.ExecuteContextC(ctx)
	return exit.Report(stderr, called.CommandPath(), err)
}

// NoArguments refuses arguments that are not flags.
func NoArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return exit.Usagef("unexpected argument %q", args[0])
	}
	return nil
}

// release is the version of a program that is handed out. The linker sets it
// (cmd/internal/dist): Go's own stamp is not the same in every kind of clone.
var release string

// Version is the version the program was built at: the release's, the module's,
// else the commit, else "development".
func Version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "development"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "development"
}
