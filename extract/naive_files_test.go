//go:build cgo

package extract

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// files are random files that a study reads values from: some patients have a
// line, some of them with blanks, and some lines are of nobody.
func (r random) files(patients int) map[string][]record {
	files := map[string][]record{}
	for _, path := range []string{"data/a.csv", "data/b.csv.gz"} {
		for _, i := range r.Perm(patients + 3) {
			if r.chance(40) {
				continue
			}
			files[path] = append(files[path], record{
				"patient_id": int64(100 + i), "number": r.maybe(int64(0), int64(-7), int64(12)), "fraction": r.maybe(0.0, 2.5, -1e-3),
				"word": r.maybe("x", "it's", "a,b", `say "no"`, "two\nlines"), "day": r.maybe(r.day()), "flag": r.maybe(true, false),
			})
		}
	}
	return files
}

func writeFiles(t *testing.T, root string, files map[string][]record) {
	t.Helper()
	for path, rows := range files {
		header := []string{"word", "patient_id", "number", "fraction", "day", "flag"}
		var text strings.Builder
		text.WriteString("\ufeff" + strings.Join(header, ",") + "\n")
		for _, row := range rows {
			for i, name := range header {
				cell := ""
				switch v := row[name].(type) {
				case nil:
				case bool:
					cell = map[bool]string{true: "1", false: "0"}[v]
				default:
					cell = fmt.Sprint(v)
				}
				if strings.ContainsAny(cell, "\",\n") {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				text.WriteString(cell + map[bool]string{true: "\n", false: ","}[i == len(header)-1])
			}
		}
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		data := []byte(text.String())
		if strings.HasSuffix(path, ".gz") {
			var packed strings.Builder
			w := gzip.NewWriter(&packed)
			_, _ = w.Write(data) // Close tells
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			data = []byte(packed.String())
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
