package dist

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licenseclassifier/v2/assets"
)

// parts are all that is inside the programs of a target, by name: Go, Go
// modules, CPython and DuckDB.
func (t Target) parts(ctx context.Context, dir string) ([]Part, error) {
	modules, err := t.goModules(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := classify(modules); err != nil {
		return nil, err
	}
	libraries, err := t.nativeParts()
	if err != nil {
		return nil, err
	}
	golang, err := goItself(ctx, dir)
	if err != nil {
		return nil, err
	}
	all := slices.Concat([]Part{golang}, modules, libraries)
	slices.SortStableFunc(all, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// goItself is Go's runtime and standard library.
func goItself(ctx context.Context, dir string) (Part, error) {
	out, err := run(ctx, dir, nil, "go", "env", "GOROOT", "GOVERSION")
	if err != nil {
		return Part{}, err
	}
	root, version, _ := strings.Cut(strings.TrimSpace(out), "\n")
	version = strings.TrimPrefix(version, "go")
	part := Part{Name: "go", Version: version, PURL: "pkg:generic/go@" + version, Licences: []string{"BSD-3-Clause"}}
	for _, name := range []string{"LICENSE", "PATENTS"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return Part{}, err
		}
		part.Notices = append(part.Notices, Notice{Name: name, Text: string(text)})
	}
	return part, nil
}

// classify finds the SPDX identifiers of the modules' licences.
func classify(modules []Part) error {
	classifier, err := assets.DefaultClassifier()
	if err != nil {
		return err
	}
	for i := range modules {
		for _, notice := range modules[i].Notices {
			for _, match := range classifier.Match([]byte(notice.Text)).Matches {
				// Headers and mentions are no licences of their own.
				if match.MatchType == "License" && !slices.Contains(modules[i].Licences, match.Name) {
					modules[i].Licences = append(modules[i].Licences, match.Name)
				}
			}
		}
		slices.Sort(modules[i].Licences)
	}
	return nil
}

// noticesText is NOTICES.txt: each part with its texts. A text that many parts
// share is there each time, with the names of those who hold the rights.
func noticesText(parts []Part) []byte {
	var b strings.Builder
	b.WriteString("cohortcounts holds the following software, under the licences below.\n\n")
	for _, p := range parts {
		fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(p.Name+" "+p.Version+"  "+strings.Join(p.Licences, ", ")))
	}
	for _, p := range parts {
		for _, n := range p.Notices {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n%s\n\n%s\n", strings.Repeat("=", 80), p.Name, p.Version, n.Name,
				strings.Repeat("=", 80), strings.TrimSpace(n.Text))
		}
	}
	return []byte(b.String())
}
