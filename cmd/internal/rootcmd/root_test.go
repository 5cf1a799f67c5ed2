package rootcmd

import (
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
)

// Help is in one style: a short line that starts in lower case and is no
// sentence, and an example for each of our commands.
func TestHelp(t *testing.T) {
	t.Parallel()
	var walk func(cmd *cobra.Command, own bool)
	walk = func(cmd *cobra.Command, own bool) {
		switch {
		case cmd.Short == "" || unicode.IsUpper(rune(cmd.Short[0])) || strings.HasSuffix(cmd.Short, "."):
			t.Errorf("%s: the short help %q is not in the style of the others", cmd.CommandPath(), cmd.Short)
		case own && cmd.Example == "":
			t.Errorf("%s: its help has no example", cmd.CommandPath())
		}
		for _, c := range cmd.Commands() {
			walk(c, own && c.GroupID != "" || own && cmd.GroupID != "")
		}
	}
	walk(New(), true)
}
