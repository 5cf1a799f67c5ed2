package studyflags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/internal/exit"
)

// originalFlags are the options of the original's commands. A prefix is looked
// up among them first, so that a command line of the original means the same
// here whatever flags are added.
var originalFlags = []string{
	"help", "version", "study-definition", "temp-database-name", "index-date-range", "skip-existing", "with-end-date-fix", "output-dir",
	"output-format", "output-file", "param", "expectations-population", "dummy-data-file", "database-url",
}

// Parse reads a command's arguments as the original would; the command has
// [cobra.Command.DisableFlagParsing]. It is done when they only ask for help or
// the version.
func Parse(cmd *cobra.Command, args []string) (done bool, err error) {
	args, err = likeArgparse(cmd.Flags(), args)
	if err != nil {
		return false, exit.UsageError(err)
	}
	if err := cmd.Flags().Parse(args); err != nil {
		return false, exit.UsageError(err)
	}
	if help, _ := cmd.Flags().GetBool("help"); help {
		return true, cmd.Help()
	}
	if version, _ := cmd.Flags().GetBool("version"); version {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), cmd.Name(), cli.Version())
		return true, err
	}
	return false, cli.NoArguments(cmd, cmd.Flags().Args())
}

// likeArgparse rewrites arguments that Python's argparse takes and pflag does
// not: unambiguous prefixes of long options, and --param with several words,
// which are joined.
func likeArgparse(known *pflag.FlagSet, args []string) ([]string, error) {
	var out []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(out, args[i:]...), nil
		}
		if !strings.HasPrefix(arg, "--") {
			out = append(out, arg)
			continue
		}
		name, value, hasValue := strings.Cut(arg[2:], "=")
		name, err := expand(known, name)
		if err != nil {
			return nil, err
		}
		switch flag := known.Lookup(name); {
		case flag == nil || flag.NoOptDefVal != "" || hasValue:
			out = append(out, "--"+name+map[bool]string{true: "=" + value}[hasValue])
		case name == "param":
			first := i + 1
			for i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
			}
			if first > i {
				return nil, fmt.Errorf("--param needs a value")
			}
			out = append(out, "--param="+strings.Join(args[first:i+1], ""))
		default:
			// The next argument is this one's value, even if it looks like an
			// option to us.
			out = append(out, "--"+name)
			if i+1 < len(args) {
				i++
				out = append(out, args[i])
			}
		}
	}
	return out, nil
}

// expand is the full name of an option that may be shortened.
func expand(known *pflag.FlagSet, name string) (string, error) {
	if known.Lookup(name) != nil {
		return name, nil
	}
	var ours []string
	known.VisitAll(func(f *pflag.Flag) { ours = append(ours, f.Name) })
	for _, names := range [][]string{originalFlags, ours} {
		var found []string
		for _, candidate := range names {
			if strings.HasPrefix(candidate, name) && name != "" {
				found = append(found, candidate)
			}
		}
		slices.Sort(found)
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("--%s is ambiguous: it could be --%s", name, strings.Join(found, " or --"))
		}
	}
	return name, nil
}
