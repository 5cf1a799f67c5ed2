package project

import (
	"errors"
	"io"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"cohortcounts/internal/problem"
)

// The YAML library reads the language as libyaml does. The reference reads it
// as PyYAML's descendant ruyaml does, which differs in few places: they are put
// right here, before and after the library.

// parseDocument is the root of the one document of a text, or nil when the
// text holds none.
func parseDocument(name, text string) (*yaml.Node, error) {
	text = otherLineBreaks.Replace(text)
	root, err := parse(text)
	if err != nil {
		for _, other := range rewritings(text, err) {
			if again, stillWrong := parse(other); stillWrong == nil {
				root, err = again, nil
			}
		}
	}
	if err == nil && root != nil {
		err = findTab(text, root)
	}
	var fault problem.Problem
	if errors.As(err, &fault) {
		fault.File = name
		return nil, fault
	}
	return root, err
}

// parse runs the library. Its error is a [problem.Problem] without a file.
func parse(text string) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document, second yaml.Node
	switch err := decode(decoder, &document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxProblem(text, err)
	}
	switch err := decode(decoder, &second); {
	case errors.Is(err, io.EOF):
		return document.Content[0], nil
	case err != nil:
		return nil, syntaxProblem(text, err)
	}
	return nil, problem.Problem{
		Line: second.Line, Column: second.Column,
		What: "a second document starts here", Remedy: "keep one, without '---' lines between",
	}
}

// decode reads the next document. The library panics on some broken files.
func decode(decoder *yaml.Decoder, document *yaml.Node) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("cannot be read as YAML")
		}
	}()
	return decoder.Decode(document)
}

// otherLineBreaks are those of old YAML. For the reference they separate words
// but do not start a line, as a blank does.
var otherLineBreaks = strings.NewReplacer("\u0085", " ", "\u2028", " ", "\u2029", " ")

// halfPair is an escape, in a double-quoted scalar, of half a UTF-16 pair.
// Python has such characters, Go and the YAML library do not.
var halfPair = regexp.MustCompile(`(^|[^\\])((?:\\\\)*)\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}`)

// withoutHalfPairs writes the replacement character for them, as every other
// decoder of broken UTF-16 does.
func withoutHalfPairs(text string) string {
	for {
		replaced := halfPair.ReplaceAllString(text, "$1$2\uFFFD")
		if replaced == text {
			return text
		}
		text = replaced
	}
}

// emptyKey is a line of a block mapping whose key is left out.
var emptyKey = regexp.MustCompile(`(?m)^( *):([ \n]|$)`)

// rewritings are texts with the same meaning for a reader that knows what the
// library does not, for the fault that the library found.
func rewritings(text string, fault error) []string {
	switch what := fault.Error(); {
	case strings.Contains(what, "invalid Unicode character escape"):
		return []string{withoutHalfPairs(text)}
	case strings.Contains(what, "did not find expected key"):
		return []string{emptyKey.ReplaceAllString(text, "$1~:$2")}
	}
	return nil
}

// syntaxLine is how the library starts a message.
var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line \d+: )?`)

func withoutLine(err error) string { return syntaxLine.ReplaceAllString(err.Error(), "") }

// syntaxProblem is a fault of the form. The library names a line, which may be
// the one where the faulty list or mapping starts: the fault itself is at the
// end of the shortest text that has it.
func syntaxProblem(text string, err error) problem.Problem {
	what := withoutLine(err)
	has := func(length int) bool {
		for length < len(text) && !utf8.RuneStart(text[length]) {
			length++
		}
		decoder := yaml.NewDecoder(strings.NewReader(text[:length]))
		for {
			var node yaml.Node
			switch err := decode(decoder, &node); {
			case errors.Is(err, io.EOF):
				return false
			case err != nil:
				return withoutLine(err) == what
			}
		}
	}
	length := sort.Search(len(text), has)
	for length < len(text) && !utf8.RuneStart(text[length]) {
		length++
	}
	line, column := place([]byte(text), max(length-1, 0))
	return problem.Problem{Line: line, Column: column, What: what, Remedy: syntaxRemedy(what)}
}

// syntaxRemedy is a way out of the faults that people make.
func syntaxRemedy(what string) string {
	switch {
	case strings.Contains(what, "mapping values are not allowed"):
		return "check the indentation of this line and of the one before, and quote values that hold ': '"
	case strings.Contains(what, "could not find expected ':'"):
		return "write 'key: value' on one line"
	case strings.Contains(what, "cannot start any token"):
		return "indent with spaces instead of tabs, and quote values that start with a special character"
	case strings.Contains(what, "anchor"):
		return "define the anchor with &name before it is used"
	}
	return "correct the YAML; a value with special characters can be put in quotes"
}
