package project

import (
	"errors"
	"regexp"
	"strings"
)

// imageTag is a valid version of an image. A line break may end it, as
// Python's `$` lets one.
var imageTag = regexp.MustCompile(`^(?:v[\p{Nd}.]+(?:-pre)?|dev|latest)\n?$`)

// cutImage takes the first word of a command apart, at its first colon.
func cutImage(word string) (image, tag string, found bool) { return strings.Cut(word, ":") }

// notSpace is `\S` of Python, which knows all the white space of Unicode.
const notSpace = `[^\s\v\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]`

var (
	generateCohort  = regexp.MustCompile(`^cohortextractor:` + notSpace + `+ generate_cohort`)
	generateDataset = regexp.MustCompile(`^(?:ehrql|databuilder):` + notSpace + `+ generate[-_]dataset`)
)

// Errors of SplitWords.
var (
	errOpenQuote  = errors.New("a quote is not closed")
	errOpenEscape = errors.New("nothing follows the last backslash")
)

// SplitWords splits a command into words as a POSIX shell does, without
// expanding anything: blanks separate, quotes and backslashes protect. It is
// Python's shlex.split.
func SplitWords(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(command); i++ {
		switch c := command[i]; c {
		case ' ', '\t', '\r', '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case '\'':
			end := strings.IndexByte(command[i+1:], '\'')
			if end < 0 {
				return nil, errOpenQuote
			}
			word.WriteString(command[i+1 : i+1+end])
			i += end + 1
			inWord = true
		case '"':
			length, err := doubleQuoted(command[i+1:], &word)
			if err != nil {
				return nil, err
			}
			i += length
			inWord = true
		case '\\':
			i++
			if i == len(command) {
				return nil, errOpenEscape
			}
			word.WriteByte(command[i])
			inWord = true
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// doubleQuoted writes what stands between double quotes to word, and returns
// its length with the closing quote. A backslash protects only itself and the
// quote.
func doubleQuoted(text string, word *strings.Builder) (int, error) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return i + 1, nil
		case '\\':
			i++
			if i == len(text) {
				return 0, errOpenEscape
			}
			if text[i] != '"' && text[i] != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(text[i])
		default:
			word.WriteByte(c)
		}
	}
	return 0, errOpenQuote
}
