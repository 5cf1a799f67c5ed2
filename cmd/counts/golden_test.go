package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/countscmd"
)

// The cohorts of testdata/golden, and the tables that the original script made
// of them: what counts writes has the same bytes, from a file, a pipe and a
// redirection, and at any number of workers.
func TestGolden(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/golden/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct{ Cohort, Expected, Note string }
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Cases) != 21 {
		t.Fatalf("%d cases", len(golden.Cases))
	}
	cases := append(golden.Cases, struct{ Cohort, Expected, Note string }{
		"seed.feather", "seed.expected.csv", "made by the original tool",
	})
	for _, c := range cases {
		t.Run(c.Cohort, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", "golden", c.Cohort)
			want, err := os.ReadFile(filepath.Join("testdata", "golden", c.Expected))
			if err != nil {
				t.Fatal(err)
			}
			for _, workers := range []string{"1", "3"} {
				got := counts(t, nil, "--input", path, "--workers", workers)
				if !bytes.Equal(got, want) {
					t.Errorf("%s, %s workers: another table", c.Note, workers)
				}
			}
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close() //nolint:errcheck // a file that is only read
			if got := counts(t, file, "--input", "-"); !bytes.Equal(got, want) {
				t.Error("from a redirection: another table")
			}
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			pipe := struct{ io.Reader }{file} // hides that it is a file
			if got := counts(t, pipe, "--input", "-"); !bytes.Equal(got, want) {
				t.Error("from a pipe: another table")
			}
		})
	}
}

// counts runs the command and returns the table.
func counts(t *testing.T, stdin io.Reader, args ...string) []byte {
	t.Helper()
	output := filepath.Join(t.TempDir(), "new", "counts.csv")
	cmd := countscmd.New(nil)
	cmd.SetIn(stdin)
	var stdout, stderr bytes.Buffer
	if status := cli.Run(context.Background(), cmd, append(args, "--output", output), &stdout, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, stderr.String())
	}
	table, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
