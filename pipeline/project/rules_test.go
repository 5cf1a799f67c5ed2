package project

import (
	"math"
	"slices"
	"testing"
)

// TestSplitWords: each result is that of Python's shlex.split.
func TestSplitWords(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		`a b  c`:              {"a", "b", "c"},
		"a\tb\nc\r\n":         {"a", "b", "c"},
		``:                    nil,
		`  `:                  nil,
		`''`:                  {""},
		`a'b c'd`:             {"ab cd"},
		`'a\'`:                {`a\`},
		`"a\"b\\c\d"`:         {`a"b\c\d`},
		`a\ b\'c`:             {"a b'c"},
		`a"" ''b`:             {"a", "b"},
		`python:v2 a.py # no`: {"python:v2", "a.py", "#", "no"},
		"a\u00a0b":            {"a\u00a0b"},
	} {
		got, err := SplitWords(command)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("SplitWords(%q) = %q, %v; want %q", command, got, err, want)
		}
	}
	for _, command := range []string{`'a`, `"a`, `a\`, `"a\`} {
		if got, err := SplitWords(command); err == nil {
			t.Errorf("SplitWords(%q) = %q, want an error", command, got)
		}
	}
}

// TestParseFloat: each result is that of Python's float().
func TestParseFloat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"4": 4, " 4.5\n": 4.5, "4.": 4, ".5": .5, "1e1": 10, "1_0": 10, "+4": 4, "-4": -4, "٣": 3, "１.５": 1.5, "1e999": math.Inf(1),
		"inf": math.Inf(1), "-Infinity": math.Inf(-1), "\u00a04\u2003": 4,
	} {
		if got, err := parseFloat(text); err != nil || got != want {
			t.Errorf("parseFloat(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	if got, err := parseFloat("NaN"); err != nil || !math.IsNaN(got) {
		t.Errorf("parseFloat(NaN) = %v, %v", got, err)
	}
	for _, text := range []string{"", ".", "4_", "_4", "4__0", "0x4", "4e", "e4", "4 5", "++4", "1e1_", "½"} {
		if got, err := parseFloat(text); err == nil {
			t.Errorf("parseFloat(%q) = %v, want an error", text, got)
		}
	}
}

// TestParseInt: each result is that of Python's int(text, base).
func TestParseInt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		base int
		want string
	}{
		{" 1_000 ", 10, "1000"},
		{"-٣", 10, "-3"},
		{"007", 10, "7"},
		{"ff", 16, "255"},
		{"0xff", 16, "255"},
		{"0x_f", 16, "15"},
		{"0b1", 2, "1"},
		{"17", 8, "15"},
		{"123456789012345678901234567890", 10, "123456789012345678901234567890"},
	} {
		got, err := parseInt(c.text, c.base)
		if err != nil || got.String() != c.want {
			t.Errorf("parseInt(%q, %d) = %v, %v; want %s", c.text, c.base, got, err, c.want)
		}
	}
	for _, text := range []string{"", "-", "1__0", "_1", "1_", "1.0", "0x1", "+-1", "1 0"} {
		if got, err := parseInt(text, 10); err == nil {
			t.Errorf("parseInt(%q) = %v, want an error", text, got)
		}
	}
}

// TestSuffix: each result is that of Python's PurePosixPath(p).suffix.
func TestSuffix(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]string{
		"a.csv": ".csv", "a/b.c/d": "", ".csv": "", "a.": "", "a.tar.gz": ".gz", "a.csv/": ".csv", "a/.b.c": ".c", "..": "", "a..b": ".b", "": "",
	} {
		if got := suffix(p); got != want {
			t.Errorf("suffix(%q) = %q, want %q", p, got, want)
		}
	}
}

// TestGlob: each result is that of Python's fnmatch.fnmatch.
func TestGlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		glob, name string
		want       bool
	}{
		{"a/*.csv", "a/b/c.csv", true},
		{"a?", "ab", true},
		{"a?", "a", false},
		{"[ab]", "b", true},
		{"[!ab]", "b", false},
		{"[a-c]", "b", true},
		{"[c-a]", "b", false},
		{"[]]", "]", true},
		{"[", "[", true},
		{"[!]", "[!]", true},
		{"[-a]", "-", true},
		{"[^a]", "^", true},
		{"a.b", "axb", false},
	} {
		if got := compileGlob(c.glob).MatchString(c.name); got != c.want {
			t.Errorf("fnmatch(%q, %q) = %t", c.name, c.glob, got)
		}
	}
}
