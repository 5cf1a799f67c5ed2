package manual_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/countdatabase"
	"cohortcounts/cmd/internal/countscmd"
	"cohortcounts/cmd/internal/freqplotscmd"
	"cohortcounts/cmd/internal/generatecohortcmd"
	"cohortcounts/cmd/internal/manual"
	"cohortcounts/cmd/internal/rootcmd"
	"cohortcounts/extract"
	"cohortcounts/internal/doctest"
)

// repository is the main folder, as seen from here.
const repository = "../../.."

var update = flag.Bool("update", false, "put what the commands print into the pages")

// The pages' commands are the programs of this commit: this test under their
// names.
func TestMain(m *testing.M) {
	program := func(build func() *cobra.Command) func() {
		return func() {
			os.Exit(cli.Run(context.Background(), build(), os.Args[1:], os.Stdout, os.Stderr))
		}
	}
	testscript.Main(m, map[string]func(){
		"cohortcounts":    program(rootcmd.New),
		"generate_cohort": program(generatecohortcmd.New),
		"counts":          program(func() *cobra.Command { return countscmd.New(countdatabase.Count) }),
		"freq_plots":      program(freqplotscmd.New),
	})
}

// TestPages runs README.md and the pages below docs/, each in a folder of its
// own.
func TestPages(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the pages' commands need bash")
	}
	files := os.DirFS(repository)
	for _, name := range pages(t, files) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			page, err := doctest.Parse(string(text))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, broken := range page.BrokenLinks(files, name) {
				t.Errorf("%s: %s", name, broken)
			}
			for _, reason := range page.Skipped {
				t.Logf("%s: a block that is not run: %s", name, reason)
			}
			if len(page.Steps) > 0 {
				run(t, name, page)
			}
		})
	}
}

// pages are the names of all pages, such as docs/counting.md.
func pages(t *testing.T, files fs.FS) []string {
	t.Helper()
	names := []string{"README.md", "CONTRIBUTING.md"}
	err := fs.WalkDir(files, "docs", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func run(t *testing.T, name string, page doctest.Page) {
	dir := t.TempDir()
	if page.Duck && !extract.HasDuckDB {
		t.Skip("this build has no DuckDB, which comes with cgo")
	}
	if page.Clone {
		if os.Getenv("COHORTCOUNTS_SLOW") != "1" {
			t.Skip("builds the programs in a copy of the repository: set COHORTCOUNTS_SLOW=1")
		}
		clone(t, dir)
	}
	results, err := page.Run(t.Context(), dir, environment(t))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	lies := page.Lies(results)
	if *update && len(lies) > 0 {
		if err := os.WriteFile(filepath.Join(repository, name), []byte(page.Corrected(results)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, lie := range lies {
		t.Errorf("%s: %s", name, lie)
	}
}

// environment is a user's who has just installed the programs. The embedded
// Python, and what Go has built, are taken from this user's caches.
func environment(t *testing.T) []string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "XDG_CACHE_HOME=" + cache, "LC_ALL=C.UTF-8", "TZ=UTC"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "CGO_ENABLED", "GOTOOLCHAIN"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
}

// clone copies what of the repository is needed to build and run.
func clone(t *testing.T, dir string) {
	t.Helper()
	left := map[string]bool{".git": true, "bin": true, "dist": true, "testdata": true, "output": true, "metadata": true, ".cohortcounts": true}
	err := filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if left[entry.Name()] && path != repository {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(repository, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(dir, name), 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The options in docs/commands are those of the commands.
func TestCommandPagesAreCurrent(t *testing.T) {
	t.Parallel()
	stale, err := manual.WritePages(rootcmd.New(), filepath.Join(repository, "docs", "commands"), true)
	if err != nil {
		t.Fatal(err)
	}
	if len(stale) > 0 {
		t.Errorf("run `make docs`; not as the commands are: %v", stale)
	}
}

// What --help shows works when it is pasted, in a project that has run and
// with what the examples name beside it.
func TestExamples(t *testing.T) {
	t.Parallel()
	if !extract.HasDuckDB {
		t.Skip("this build has no DuckDB, which comes with cgo")
	}
	elsewhere := map[string]string{
		"cohortcounts cancel 1":  "the request is over",
		"cohortcounts doctor --": "its server is made up",
		"cohortcounts generate_measures --study-definition study_definition --output-dir output": "the example study has no measures",
		"cohortcounts serve ": "it goes on until it is ended",
	}
	text := "```console\n$ cohortcounts init --quiet . && cohortcounts run --quiet run_all && cohortcounts spec >analysis.yaml\n" +
		"$ cohortcounts dummydata tables --quiet --patients 100 --output tables\n$ mkdir parts && cp output/input.feather parts\n" +
		"$ generate_cohort --quiet --expectations-population 100 --output-file cohort.csv.gz\n"
	root := rootcmd.New()
	for _, cmd := range append([]*cobra.Command{root}, manual.Commands(root)...) {
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
	examples:
		for line := range strings.Lines(cmd.Example) {
			line = strings.TrimSpace(line)
			for start, reason := range elsewhere {
				if strings.HasPrefix(line, start) {
					t.Logf("not run: %s: %s", line, reason)
					continue examples
				}
			}
			text += "$ " + line + "\n...\n"
		}
	}
	page, err := doctest.Parse(text + "```\n")
	if err != nil {
		t.Fatal(err)
	}
	results, err := page.Run(t.Context(), t.TempDir(), environment(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, lie := range page.Lies(results) {
		t.Error(lie)
	}
}
