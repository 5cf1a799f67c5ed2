package project_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cohortcounts/pipeline/project"
)

// verdict is what the reference library says of a file.
type verdict struct {
	Name           string
	OK             bool `json:"ok"`
	Actions        []any
	Version        any
	PopulationSize *json.Number `json:"population_size"`
	Disputed       []string
}

// refusedForSafety are the files that the reference accepts and that cannot be
// run safely (P3).
var refusedForSafety = []string{
	"ehrql-directory-output--parent-first",
	"glob-normal-form--parent-first",
	"glob-normal-form--parent-twice-first",
	"large-projects--200-actions-ring",
	"needs-graph--cycle-of-three",
	"needs-graph--cycle-of-two",
	"needs-graph--self",
	"unique-output-paths--among-actions-nan",
	"version-text--quoted-minus-infinity-word",
}

func TestVerdictsOfTheReference(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "cases")
	file, err := os.Open(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	var verdicts []verdict
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	if err := decoder.Decode(&verdicts); err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(dir, v.Name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			p, err := project.Parse("project.yaml", data)
			if len(v.Disputed) > 0 {
				return // the reference does not agree with itself: it is enough that we end
			}
			if slices.Contains(refusedForSafety, v.Name) {
				if err == nil || !v.OK {
					t.Fatal("want a file that only we refuse")
				}
				return
			}
			if (err == nil) != v.OK {
				t.Fatalf("accepted: %t, want %t; %v", err == nil, v.OK, err)
			}
			if err != nil {
				return
			}
			var keys []any
			for _, a := range p.Actions {
				keys = append(keys, a.Key)
			}
			if !slices.Equal(keys, v.Actions) {
				t.Errorf("actions %v, want %v", keys, v.Actions)
			}
			if number, _ := v.Version.(json.Number); number.String() != fmt.Sprint(p.Version) && number.String() != fmt.Sprintf("%.1f", p.Version) {
				t.Errorf("version %v, want %v", p.Version, v.Version)
			}
			var want *big.Int
			if v.PopulationSize != nil {
				want, _ = new(big.Int).SetString(v.PopulationSize.String(), 10)
			}
			if (want == nil) != (p.PopulationSize == nil) || want != nil && want.Cmp(p.PopulationSize) != 0 {
				t.Errorf("population %v, want %v", p.PopulationSize, want)
			}
		})
	}
}
