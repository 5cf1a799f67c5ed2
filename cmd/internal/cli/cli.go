// Package cli is what all the programs share: they end on Ctrl-C, print their
// last words in one way, and know their version.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cohortcounts/internal/exit"
)

// Run runs one command with the arguments after the program's name and
// returns its exit status. Ctrl-C, a termination signal, a terminal that is
// closed and a standard output that nobody reads any more cancel the command's
// context, so that it takes what is not finished away; a signal that comes
// again later ends the program at once, whatever it waits for.
func Run(ctx context.Context, cmd *cobra.Command, args []string, stdout, stderr io.Writer) int {
	ctx, unread := context.WithCancel(ctx)
	defer unread()
	ctx, stop := signal.NotifyContext(ctx, endings()...)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(again, stop) })
	// Taken, this signal does not end the program, and writing is an error.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	out := &standardOutput{Writer: stdout, unread: unread}
	cmd.SetArgs(args)
	cmd.SetOut(out)
	cmd.SetErr(stderr)
	cmd.SilenceErrors = true
	cmd.SilenceUsage = true
	cmd.Version = Version()
	cmd.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exit.UsageError(inOurWords(err)) })
	called, err := cmd.ExecuteContextC(ctx)
	return exit.Report(stderr, called.CommandPath(), out.outcome(err))
}

// inOurWords is an error of the flags without what Go calls a number that is
// none.
func inOurWords(err error) error {
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	if !errors.As(err, &invalid) || !errors.As(err, &number) {
		return err
	}
	if errors.Is(number.Err, strconv.ErrRange) {
		return fmt.Errorf("--%s: %s is too large", invalid.GetFlag().Name, invalid.GetValue())
	}
	wanted := map[string]string{"ParseInt": "a whole number", "ParseUint": "a whole number from 0", "ParseFloat": "a number"}[number.Func]
	return fmt.Errorf("--%s: want %s, found %q", invalid.GetFlag().Name, wanted, invalid.GetValue())
}

// again is how long a signal that comes again is taken for the same one: that
// of timeout(1), for one, comes twice.
const again = time.Second

// endings are the signals that end a command. That of a closed terminal is
// left alone under nohup.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// NoArguments refuses arguments that are not flags.
func NoArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return exit.Usagef("unexpected argument %q", args[0])
	}
	return nil
}

// CheckSVG refuses a name for an SVG file that says that it is another kind of
// file: a study definition would be lost. Devices have no kind.
func CheckSVG(flag, path string) error {
	if path == "" || strings.EqualFold(filepath.Ext(path), ".svg") || strings.HasPrefix(path, "/dev/") {
		return nil
	}
	return exit.Usagef("--%s: %s: end its name in .svg", flag, path)
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
