package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is the module's main folder, as seen from here.
const repository = "../../.."

// What is known of the libraries inside CPython and DuckDB is of the modules
// in go.mod, and of the versions that these say.
func TestNativeIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range []string{pythonModule, duckDBModule} {
		if !strings.Contains(string(text), module) {
			t.Errorf("go.mod has another version of %s; bring native.go and notices/ up to date", module)
		}
	}
	if !strings.Contains(pythonModule, "-"+pythonVersion+"-") {
		t.Errorf("CPython is %s, the module %s", pythonVersion, pythonModule)
	}
	for module, want := range map[string]string{
		"github.com/duckdb/duckdb-go-bindings": "| v" + duckDBVersion + "         | " + strings.Fields(duckDBModule)[1],
	} {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		readme, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), want) {
			t.Errorf("the README of %s has no line %q", module, want)
		}
	}
}

// Each part has its text, on every platform (A2), and the texts that are there
// are all used.
func TestNativeNotices(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, target := range Targets() {
		parts, err := target.nativeParts()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			if len(p.Notices) == 0 || len(p.Licences) == 0 {
				t.Errorf("%s: %s has no licence", target.Name(), p.Name)
			}
			for _, n := range p.Notices {
				if len(n.Text) < 100 {
					t.Errorf("%s: the text of %s is %d bytes", target.Name(), p.Name, len(n.Text))
				}
				used[n.Name] = true
			}
		}
	}
	files, err := filepath.Glob("notices/*/*.txt")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d texts, %v", len(files), err)
	}
	for _, file := range files {
		if !used[strings.TrimSuffix(filepath.Base(file), ".txt")] {
			t.Errorf("%s is the licence of nothing", file)
		}
	}
}
