package web

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// span is a piece of a line of source text and what it is; the class is that
// of the stylesheet.
type span struct {
	Class string // empty: plain text
	Text  string
}

// language is what the pieces of a kind of source look like. It is enough to
// tell comments, texts, numbers and words apart, which is all the colour that
// a study's files need.
type language struct {
	comment  string   // begins one, until the end of the line
	quotes   []string // delimiters of text, the longest first
	keywords map[string]bool
	keys     bool // "name:" at a line's start is a name
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

var (
	python = language{
		comment: "#", quotes: []string{`"""`, "'''", `"`, "'"},
		keywords: words(`and as assert async await break class continue def del elif else except False finally for from global if import
			in is lambda None nonlocal not or pass raise return True try while with yield match case`),
	}
	yamlText = language{comment: "#", quotes: []string{`"`, "'"}, keywords: words("true false null yes no"), keys: true}
	rText    = language{comment: "#", quotes: []string{`"`, "'"}, keywords: words("if else for while function return TRUE FALSE NULL NA in next break library")}
	sqlText  = language{
		comment: "--", quotes: []string{"'"},
		keywords: words("SELECT FROM WHERE GROUP BY ORDER JOIN LEFT INNER ON AS AND OR NOT NULL IS IN CASE WHEN THEN ELSE END WITH select from where group by order join left inner on as and or not null is in case when then else end with"),
	}
	jsonText  = language{quotes: []string{`"`}, keywords: words("true false null")}
	shellText = language{comment: "#", quotes: []string{`"`, "'"}, keywords: words("if then else fi for in do done while case esac function return")}
)

// languageOf is the language of a file by its name; nil when it is plain text.
func languageOf(name string) *language {
	switch strings.ToLower(path.Ext(name)) {
	case ".py":
		return &python
	case ".yaml", ".yml":
		return &yamlText
	case ".r", ".rmd":
		return &rText
	case ".sql":
		return &sqlText
	case ".json":
		return &jsonText
	case ".sh":
		return &shellText
	}
	return nil
}

// highlight takes source text apart into lines of spans. The texts of a line's
// spans are the line, without its end.
func highlight(l *language, source string) [][]span {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	var lines [][]span
	var line []span
	add := func(class, text string) {
		for i, part := range strings.Split(text, "\n") {
			if i > 0 {
				lines, line = append(lines, line), nil
			}
			if part == "" {
				continue
			}
			if n := len(line); n > 0 && line[n-1].Class == class {
				line[n-1].Text += part
				continue
			}
			line = append(line, span{class, part})
		}
	}
	if l == nil {
		add("", source)
	} else {
		l.scan(source, add)
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines
}

var (
	yamlKey    = regexp.MustCompile(`^([ \t]*(?:- +)*)([^\s#:"'&*!|>%@{}\[\],-][^:#\n"']*)(:)(?:[ \t\r\n]|$)`)
	wordStart  = regexp.MustCompile(`^[\pL_][\pL\pN_.]*`)
	numberText = regexp.MustCompile(`^[0-9][0-9_.xXa-fA-F-]*`)
)

// scan hands the pieces of source to add, one after another.
func (l *language) scan(source string, add func(class, text string)) {
	lineStart := true
	for len(source) > 0 {
		if lineStart && l.keys {
			if m := yamlKey.FindStringSubmatch(source); m != nil {
				add("", m[1])
				add("key", m[2])
				add("", m[3])
				source = source[len(m[1])+len(m[2])+len(m[3]):]
				lineStart = false
				continue
			}
		}
		class, n := l.piece(source)
		lineStart = source[n-1] == '\n'
		add(class, source[:n])
		source = source[n:]
	}
}

// piece is the kind and the length of what source begins with; the length is
// at least 1.
func (l *language) piece(source string) (class string, n int) {
	if l.comment != "" && strings.HasPrefix(source, l.comment) {
		return "comment", lineLength(source)
	}
	for _, quote := range l.quotes {
		if strings.HasPrefix(source, quote) {
			return "text", quotedLength(source, quote)
		}
	}
	if word := wordStart.FindString(source); word != "" {
		if l.keywords[word] {
			return "keyword", len(word)
		}
		return "", len(word)
	}
	if number := numberText.FindString(source); number != "" {
		return "number-text", len(number)
	}
	_, n = utf8.DecodeRuneInString(source)
	return "", n
}

func lineLength(source string) int {
	if i := strings.IndexByte(source, '\n'); i >= 0 {
		return i
	}
	return len(source)
}

// quotedLength is how long a text in quotes is. Only a text in three quotes
// goes on over lines.
func quotedLength(source, quote string) int {
	end := len(source)
	if len(quote) == 1 {
		end = lineLength(source)
	}
	for i := len(quote); i < end; i++ {
		switch {
		case source[i] == '\\':
			i++
		case strings.HasPrefix(source[i:], quote):
			return i + len(quote)
		}
	}
	return end
}
