package doctest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`^#+ (.*)$`)
	notWord = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// BrokenLinks are the links and quotes of a page that lead to no file of the
// repository, or to no heading of a page. name is the page's path in it.
func (p Page) BrokenLinks(repository fs.FS, name string) (broken []string) {
	inBlock := false
	for i, line := range p.Lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inBlock = !inBlock
		}
		if inBlock {
			continue
		}
		for _, found := range link.FindAllStringSubmatch(line, -1) {
			file, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := fs.Stat(repository, target); err != nil {
				broken = append(broken, fmt.Sprintf("line %d: %s leads nowhere", i+1, found[1]))
			} else if anchor != "" && !hasHeading(repository, target, anchor) {
				broken = append(broken, fmt.Sprintf("line %d: %s has no heading #%s", i+1, target, anchor))
			}
		}
	}
	for _, q := range p.Quotes {
		text, err := fs.ReadFile(repository, q.Path)
		if err != nil || !strings.Contains(string(text), strings.Join(q.Lines, "\n")+"\n") {
			broken = append(broken, fmt.Sprintf("line %d: these lines are not in %s", q.Line, q.Path))
		}
	}
	return broken
}

// hasHeading tells whether a page has a heading that GitHub gives this anchor.
func hasHeading(repository fs.FS, name, anchor string) bool {
	text, err := fs.ReadFile(repository, name)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		found := heading.FindStringSubmatch(strings.TrimSpace(line))
		if found == nil {
			continue
		}
		words := notWord.ReplaceAllString(strings.ToLower(found[1]), "")
		if strings.ReplaceAll(words, " ", "-") == anchor {
			return true
		}
	}
	return false
}
