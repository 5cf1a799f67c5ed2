package doctest

import (
	"fmt"
	"regexp"
	"strings"
)

// Page is a Markdown page, taken apart.
type Page struct {
	Lines []string // of the whole page, without line ends
	Clone bool     // its session starts in a copy of the repository
	Duck  bool     // its session needs a program with DuckDB
	First string   // a command that comes before the others; may be empty
	Steps []Step   // what is to be done, in the page's order
	// Skipped are the places and reasons of blocks that cannot be run (D3).
	Skipped []string
	Quotes  []Quote
}

// Step is a command to be run or a file to be written.
type Step struct {
	Line    int    // from 1, where it stands in the page
	Command string // may have several lines; empty for a file
	Want    []string
	Path    string // of a file, below the session's folder
	Text    string
}

// wantFrom is the page's line, from 1, at which a command's output starts.
func (s Step) wantFrom() int { return s.Line + 1 + strings.Count(s.Command, "\n") }

// Quote is a block that shows lines of a file of the repository.
type Quote struct {
	Line  int
	Path  string
	Lines []string
}

var (
	fence     = regexp.MustCompile("^ {0,3}(```+)\\s*([a-z]*)\\s*(\\S*)\\s*$")
	directive = regexp.MustCompile(`^<!-- doctest: (.*) -->$`)
	// A line of an indented block that is a command by its first word.
	outside = regexp.MustCompile(`^(\$ )?(cohortcounts|generate_cohort|counts|freq_plots|make|go|docker|DATABASE_URL=\S+) `)
)

const notRun = "Not run by the tests:"

// Parse takes a page apart. The error tells every fault of it, a line each.
func Parse(text string) (Page, error) {
	p := Page{Lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	var faults []string
	fault := func(line int, what string) { faults = append(faults, fmt.Sprintf("line %d: %s", line, what)) }
	above := "" // the last line of prose that was not blank
	for i := 0; i < len(p.Lines); i++ {
		line := p.Lines[i]
		if found := directive.FindStringSubmatch(line); found != nil {
			word, rest, _ := strings.Cut(found[1], " ")
			switch word {
			case "first":
				p.First = rest
			case "clone":
				p.Clone = true
			case "duckdb":
				p.Duck = true
			default:
				fault(i+1, "unknown directive "+found[1])
			}
			continue
		}
		open := fence.FindStringSubmatch(line)
		if open == nil {
			if strings.HasPrefix(line, "    ") && outside.MatchString(strings.TrimSpace(line)) {
				fault(i+1, "a command outside of a console block; nobody runs it")
			}
			if strings.TrimSpace(line) != "" {
				above = line
			}
			continue
		}
		start := i + 1
		for i++; i < len(p.Lines) && strings.TrimSpace(p.Lines[i]) != open[1]; i++ {
		}
		if i == len(p.Lines) {
			fault(start, "a block that does not end")
			break
		}
		for _, what := range p.block(start, open[2], open[3], above, p.Lines[start:i]) {
			fault(start, what)
		}
		above = ""
	}
	if faults != nil {
		return p, fmt.Errorf("%s", strings.Join(faults, "\n"))
	}
	return p, nil
}

// block takes one fenced block, whose opening line is the given one, and
// returns what is wrong with it.
func (p *Page) block(line int, language, path, above string, body []string) (faults []string) {
	skipped := strings.Contains(above, notRun)
	switch {
	case language == "console" && skipped:
		_, reason, _ := strings.Cut(above, notRun)
		p.Skipped = append(p.Skipped, fmt.Sprintf("line %d:%s", line, reason))
		if strings.TrimSpace(reason) == "" {
			return []string{notRun + " needs a reason"}
		}
	case language == "console":
		return p.commands(line, body)
	case language == "go" && path != "":
		p.Quotes = append(p.Quotes, Quote{Line: line, Path: path, Lines: body})
	case path != "":
		p.Steps = append(p.Steps, Step{Line: line, Path: path, Text: strings.Join(body, "\n") + "\n"})
	case language != "text":
		for _, text := range body {
			if outside.MatchString(strings.TrimSpace(text)) {
				return []string{"a command outside of a console block; nobody runs it"}
			}
		}
	}
	return nil
}

// commands takes the body of a console block.
func (p *Page) commands(line int, body []string) []string {
	var last *Step
	for i := 0; i < len(body); i++ {
		command, ok := strings.CutPrefix(body[i], "$ ")
		if !ok {
			if last == nil {
				return []string{"output before the first command; commands start with '$ '"}
			}
			last.Want = append(last.Want, body[i])
			continue
		}
		step := Step{Line: line + 1 + i}
		for strings.HasSuffix(command, `\`) && i+1 < len(body) {
			i++
			command += "\n" + body[i]
		}
		step.Command = command
		p.Steps = append(p.Steps, step)
		last = &p.Steps[len(p.Steps)-1]
	}
	return nil
}
