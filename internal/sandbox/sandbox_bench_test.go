//go:build linux && (amd64 || arm64)

package sandbox

import (
	"os/exec"
	"testing"
)

// BenchmarkStart compares the start and end of a program in the sandbox with
// those of the same program outside.
func BenchmarkStart(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			if err := exec.Command("/bin/true").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, p := range map[string]Policy{"alone": {}, "off": {Off: true}} {
		b.Run(name, func(b *testing.B) {
			p.Readable = SystemLibraries()
			for b.Loop() {
				cmd, err := Command(b.Context(), p, "/bin/true")
				if err != nil {
					b.Fatal(err)
				}
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("job", func(b *testing.B) {
		g, err := NewGuard()
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = g.Close() }()
		for b.Loop() {
			if ended, err := g.Run(b.Context(), Job{Path: "/bin/true", Policy: Policy{Readable: SystemLibraries()}}); err != nil || !ended.State.Success() {
				b.Fatal(ended.State, err)
			}
		}
	})
}
