package doctest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// block makes a fenced block; a raw string cannot hold its quotes.
func block(info, body string) string { return "```" + info + "\n" + body + "```\n" }

func run(t *testing.T, text string) (Page, []Result) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash")
	}
	page, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	results, err := page.Run(t.Context(), t.TempDir(), []string{"PATH=" + os.Getenv("PATH")})
	if err != nil {
		t.Fatal(err)
	}
	return page, results
}

func TestTrue(t *testing.T) {
	t.Parallel()
	page, results := run(t, "# A page\n\n"+
		block("yaml new/file.yaml", "a: 1\nb: 2\n")+
		block("console", "$ cd new\n$ cat file.yaml\na: 1\nb: ...\n$ printf 'no line end'\nno line end\n")+
		"Words.\n"+
		block("console", "$ echo one; echo two >&2; echo three\none\n...\n$ false\n$ echo $?\n1\n$ echo a \\\n  b\na b\n$ echo took 3.2 s\ntook 0.1 s\n"))
	if lies := page.Lies(results); lies != nil {
		t.Error(strings.Join(lies, "\n"))
	}
	if len(results) != 8 {
		t.Errorf("%d commands were run", len(results))
	}
}

func TestLies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, corrected string }{
		{"another text", "$ echo one\ntwo\n", "$ echo one\none\n"},
		{"more than it prints", "$ echo one\none\ntwo\n", "$ echo one\none\n"},
		{"less than it prints", "$ echo one; echo two\none\n", "$ echo one; echo two\none\ntwo\n"},
		{"nothing", "$ echo one\n$ echo two\ntwo\n", "$ echo one\none\n$ echo two\ntwo\n"},
		{"a failure", "$ ls missing 2>/dev/null\n", "$ ls missing 2>/dev/null\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page, results := run(t, block("console", c.body))
			if lies := page.Lies(results); len(lies) != 1 {
				t.Errorf("lies: %q", lies)
			}
			if diff := cmp.Diff(block("console", c.corrected), page.Corrected(results)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEndsEarly(t *testing.T) {
	t.Parallel()
	page, err := Parse(block("console", "$ exit 3\n$ echo never\nnever\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := page.Run(t.Context(), t.TempDir(), nil); err == nil {
		t.Error("a session that ended early is taken for a whole one")
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"a command nobody runs", "Do this:\n\n    counts --input a\n", "line 3: a command outside"},
		{"in a block of another kind", block("sh", "make dist\n"), "line 1: a command outside"},
		{"no end", "```console\n$ true\n", "line 1: a block that does not end"},
		{"output first", block("console", "hello\n$ true\n"), "line 1: output before"},
		{"no reason", notRun + "\n" + block("console", "$ true\n"), "line 2: " + notRun + " needs a reason"},
		{"directive", "<!-- doctest: fly -->\n", "line 1: unknown directive fly"},
	} {
		if _, err := Parse(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	page, err := Parse(notRun + " needs a server.\n" + block("console", "$ counts\n"))
	if err != nil || len(page.Steps) != 0 || len(page.Skipped) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestBrokenLinks(t *testing.T) {
	t.Parallel()
	repository := fstest.MapFS{
		"docs/a.md":     {Data: []byte("# Cohorts, and `their` files\n")},
		"cohort/doc.go": {Data: []byte("package cohort\n\n// T is it.\ntype T int\n")},
	}
	page, err := Parse("[a](a.md#cohorts-and-their-files) [b](b.md) [c](a.md#nothing) [d](https://example.org/x) [e](../cohort/doc.go)\n" +
		block("go cohort/doc.go", "type T int\n") + block("go cohort/doc.go", "type T string\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"line 1: b.md leads nowhere", "line 1: docs/a.md has no heading #nothing", "line 5: these lines are not in cohort/doc.go"}
	if diff := cmp.Diff(want, page.BrokenLinks(repository, "docs/a.md")); diff != "" {
		t.Error(diff)
	}
}
