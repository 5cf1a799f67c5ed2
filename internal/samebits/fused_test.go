package samebits_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// Code that draws random numbers leaves the compiler no product and sum to
// make one instruction of, where a processor has it.
func TestNoFusedArithmetic(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command to compile with:", err)
	}
	fused := regexp.MustCompile(`(?m)^.*\((.*)\)\s+FN?M(ADD|SUB)[SD]\s.*$`)
	for _, folder := range []string{"internal/samebits", "dummydata", "dummydata/tables"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-S", "./"+folder)
			cmd.Dir = "../.."
			cmd.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
			listing, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %.2000s", err, listing)
			}
			if len(listing) < 10_000 {
				t.Fatalf("the compiler listed only %q", listing)
			}
			for _, place := range fused.FindAllStringSubmatch(string(listing), -1) {
				t.Errorf("%s: a product is added to without being rounded: put it in float64(…)", place[1])
			}
		})
	}
}
