package manual

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The comments between which a page is generated.
const (
	begin = "<!-- made from the command by `make docs`: change it there -->"
	end   = "<!-- end of what was made -->"
)

// Commands are the commands of the tree that have pages: all but help and
// completion, which are cobra's own.
func Commands(root *cobra.Command) (all []*cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		all = append(append(all, cmd), Commands(cmd)...)
	}
	return all
}

// PageName is the name of a command's page in docs/commands, such as
// "dummydata_tables.md".
func PageName(cmd *cobra.Command) string {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	return strings.ReplaceAll(name, " ", "_") + ".md"
}

// Page is a command's page with its generated part as it must be now; the page
// that is there (empty when none is) keeps the rest of its text.
func Page(cmd *cobra.Command, there string) string {
	made := begin + "\n\n" + reference(cmd) + "\n" + end + "\n"
	head, rest, ok := strings.Cut(there, begin)
	_, tail, closed := strings.Cut(rest, end+"\n")
	if !ok || !closed {
		head, tail = "# "+cmd.CommandPath()+"\n\n", ""
	}
	return head + made + tail
}

// Index is docs/commands/README.md: all pages, by the groups of the help text.
func Index(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# The commands\n\n" + begin + "\n")
	for _, group := range root.Groups() {
		fmt.Fprintf(&b, "\n## %s\n| command | |\n|---|---|\n", strings.TrimSuffix(group.Title, ":"))
		for _, cmd := range Commands(root) {
			top := cmd
			for top.Parent() != root {
				top = top.Parent()
			}
			if top.GroupID == group.ID {
				_, name, _ := strings.Cut(cmd.CommandPath(), " ")
				fmt.Fprintf(&b, "| [%s](%s) | %s |\n", name, PageName(cmd), cell(cmd.Short))
			}
		}
	}
	b.WriteString("\n" + end + "\n")
	return b.String()
}

// reference is what a command says of itself.
func reference(cmd *cobra.Command) string {
	var b strings.Builder
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(&b, "```text\n%s\n```\n\n", cmd.UseLine())
	if strings.Contains(text, "\n ") { // lines that must stay as they are
		fmt.Fprintf(&b, "```text\n%s\n```\n", strings.TrimSpace(text))
	} else {
		b.WriteString(prose(text) + "\n")
	}
	if cmd.HasAvailableLocalFlags() {
		b.WriteString("\n| option | | default |\n|---|---|---|\n")
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden && flag.Name != "help" {
				b.WriteString(row(flag))
			}
		})
	}
	return b.String()
}

// prose is a help text as Markdown: angle brackets would be taken for HTML.
func prose(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`).Replace(strings.TrimSpace(text))
}

// row is an option's row of the table. A default that the text gives already,
// or that stands for none, is not repeated.
func row(flag *pflag.Flag) string {
	kind, text := pflag.UnquoteUsage(flag)
	name := "--" + flag.Name
	if flag.Shorthand != "" && flag.ShorthandDeprecated == "" {
		name = "-" + flag.Shorthand + "`, `" + name
	}
	if kind != "" {
		name += " " + kind
	}
	value := strings.Trim(flag.DefValue, "[]")
	none := value == "" || value == "false" || value == "0" || value == "0s"
	if none || strings.Contains(text, "(default") {
		value = ""
	} else {
		value = "`" + filepath.ToSlash(value) + "`"
	}
	return fmt.Sprintf("| `%s` | %s | %s |\n", name, cell(text), value)
}

// cell is a text as a table's cell.
func cell(text string) string { return strings.ReplaceAll(prose(text), "|", `\|`) }
