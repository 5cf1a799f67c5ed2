package manual

import (
	"bytes"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// Share makes what is installed beside the programs, by its path below share/:
// a manual page (section 1) for each command, dated as given, and the
// completions of bash, zsh, fish and PowerShell for each program.
func Share(programs []*cobra.Command, date time.Time, version string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, root := range programs {
		// The pages must not say when they were made.
		root.DisableAutoGenTag = true
		for _, cmd := range append([]*cobra.Command{root}, Commands(root)...) {
			name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
			header := &doc.GenManHeader{
				Title: strings.ToUpper(name), Section: "1", Date: &date, Source: "cohortcounts " + version, Manual: "cohortcounts",
			}
			var page bytes.Buffer
			if err := doc.GenMan(cmd, header, &page); err != nil {
				return nil, err
			}
			files["man/man1/"+name+".1"] = page.Bytes()
		}
		name := root.Name()
		for path, write := range map[string]func(*bytes.Buffer) error{
			"bash-completion/completions/" + name:         func(b *bytes.Buffer) error { return root.GenBashCompletionV2(b, true) },
			"zsh/site-functions/_" + name:                 func(b *bytes.Buffer) error { return root.GenZshCompletion(b) },
			"fish/vendor_completions.d/" + name + ".fish": func(b *bytes.Buffer) error { return root.GenFishCompletion(b, true) },
			"powershell/" + name + ".ps1":                 func(b *bytes.Buffer) error { return root.GenPowerShellCompletionWithDesc(b) },
		} {
			var script bytes.Buffer
			if err := write(&script); err != nil {
				return nil, err
			}
			files[path] = script.Bytes()
		}
	}
	return files, nil
}
