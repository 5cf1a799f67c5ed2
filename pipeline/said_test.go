package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSaid(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprint("note ", i))
	}
	for _, c := range []struct {
		name    string
		text    string
		want    []string
		crashed bool
	}{
		{"nothing", "", nil, false},
		{"lines", "a note\r\n\nwrote out.csv\nflu.csv: is damaged\n", []string{"a note", "flu.csv: is damaged"}, false},
		{"many", strings.Join(many, "\n"), many[10:], false},
		{
			"out of memory", "a note\nruntime: out of memory\nfatal error: out of memory\n\ngoroutine 1 [running]:\n\tmain.go:1 +0x1\n",
			[]string{"a note", "runtime: out of memory", "fatal error: out of memory"},
			true,
		},
		{
			"no thread", "runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort\nPC=0x7f m=5\n",
			[]string{"runtime/cgo: pthread_create failed: Resource temporarily unavailable"},
			true,
		},
	} {
		if got, crashed := linesOf(c.text); !slices.Equal(got, c.want) || crashed != c.crashed {
			t.Errorf("%s: %q, crashed %v; want %q, %v", c.name, got, crashed, c.want, c.crashed)
		}
	}
}
