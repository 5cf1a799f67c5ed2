package project

import (
	"regexp"
	"slices"
	"strings"
)

// outputArgument is the value of the first --output in a command.
func outputArgument(words []string) string {
	for i, word := range words {
		if word == "--output" {
			if i+1 < len(words) {
				return words[i+1]
			}
			return ""
		}
		if value, found := strings.CutPrefix(word, "--output="); found {
			return value
		}
	}
	return ""
}

// outputsMatch tells whether declared patterns fit the --output of a
// generate-dataset command: `output/dataset.csv` must be declared as it is, of
// `output/:csv` (a file for each table) every pattern must be output/*.csv.
// It fails (ok is false) where the argument names no file.
func outputsMatch(argument string, patterns []string) (match, ok bool) {
	parts := pathParts(argument)
	name := lastName(argument)
	colon := strings.LastIndexByte(name, ':')
	if colon < 0 {
		return slices.Contains(patterns, argument), true
	}
	base, extension := name[:colon], "."+name[colon+1:]
	var directory string
	switch base {
	case "":
		directory = joinParts(root(argument), parts[:len(parts)-1])
	case ".":
		return false, false
	default:
		directory = joinParts(root(argument), append(slices.Clone(parts[:len(parts)-1]), base))
	}
	glob := compileGlob(directory + "/*" + extension)
	for _, pattern := range patterns {
		if !glob.MatchString(pattern) {
			return false, true
		}
	}
	return true, true
}

// compileGlob is Python's fnmatch: * and ? match any character, slashes too,
// [abc], [a-z] and [!a] sets.
func compileGlob(glob string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	runes := []rune(glob)
	for i := 0; i < len(runes); i++ {
		switch c := runes[i]; c {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		case '[':
			set, length := globSet(runes[i:])
			b.WriteString(set)
			i += length - 1
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String())
}

// globSet is the pattern of a set that starts the runes, and its length. A
// bracket that is not closed stands for itself.
func globSet(runes []rune) (pattern string, length int) {
	end := 1
	if end < len(runes) && runes[end] == '!' {
		end++
	}
	if end < len(runes) && runes[end] == ']' {
		end++
	}
	for end < len(runes) && runes[end] != ']' {
		end++
	}
	if end >= len(runes) {
		return `\[`, 1
	}
	members := runes[1:end]
	negated := members[0] == '!'
	if negated {
		members = members[1:]
	}
	var b strings.Builder
	for i := 0; i < len(members); i++ {
		if i+2 < len(members) && members[i+1] == '-' {
			if members[i] <= members[i+2] { // a range that runs backwards holds nothing
				b.WriteString(regexp.QuoteMeta(string(members[i])) + "-" + regexp.QuoteMeta(string(members[i+2])))
			}
			i += 2
			continue
		}
		if members[i] == '-' || members[i] == '^' {
			b.WriteByte('\\')
			b.WriteRune(members[i])
			continue
		}
		b.WriteString(regexp.QuoteMeta(string(members[i])))
	}
	switch {
	case b.Len() == 0 && negated:
		return ".", end + 1
	case b.Len() == 0:
		return `[^\x{0}-\x{10FFFF}]`, end + 1
	case negated:
		return "[^" + b.String() + "]", end + 1
	}
	return "[" + b.String() + "]", end + 1
}
