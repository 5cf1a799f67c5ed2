package freqplotscmd

import (
	"path/filepath"
	"strconv"
	"strings"

	"cohortcounts/plots"
)

// maxName is how much of a panel's title a file name takes; most systems
// refuse names of more than 255 bytes.
const maxName = 80

// separateNames is a path for each panel: plots.svg gives plots-sgss-tests.svg.
// Panels whose titles are alike get numbers.
func separateNames(path string, figure *plots.Figure) []string {
	suffix := filepath.Ext(path)
	stem := strings.TrimSuffix(path, suffix)
	used := map[string]bool{}
	var names []string
	for i, panel := range figure.Separate() {
		base := plain(panel.Title())
		if base == "" {
			base = strconv.Itoa(i + 1)
		}
		name := base
		for n := 2; used[name]; n++ {
			name = base + "-" + strconv.Itoa(n)
		}
		used[name] = true
		names = append(names, stem+"-"+name+suffix)
	}
	return names
}

// plain keeps the letters a-z and digits of a title, in lower case, with
// hyphens between: a name that no system and no glob mistakes.
func plain(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	name := strings.Join(words, "-")
	return strings.Trim(name[:min(len(name), maxName)], "-")
}
