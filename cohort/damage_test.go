package cohort

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// One flipped bit: an error, or some counts, never a panic. Every format has
// its turn; which bits are flipped does not change from run to run. With
// COHORTCOUNTS_SLOW=1 a bit of every byte is (four minutes).
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	for _, path := range formatFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			refused := 0
			step := max(1, len(data)/60)
			if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
				step = 1
			}
			for i := 0; i < len(data); i += step {
				bit := byte(1) << (i * 5 % 8)
				data[i] ^= bit
				if _, err := scanBytes(data); panicked(err) {
					t.Fatalf("bit %d of byte %d: %v", i*5%8, i, err)
				} else if err != nil {
					refused++
				}
				data[i] ^= bit
			}
			if refused == 0 {
				t.Error("no damage was noticed")
			}
		})
	}
}

// A file that was cut short is an error wherever it was cut; of a stream and
// of a CSV, which have no end mark, only some cuts can be seen.
func TestTruncated(t *testing.T) {
	t.Parallel()
	for _, path := range formatFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			marked := bytes.HasPrefix(data, []byte(arrowMagic)) || bytes.HasPrefix(data, []byte(parquetMagic))
			for n := 0; n < len(data); n += 1 + len(data)/50 {
				_, err := scanBytes(data[:n])
				if panicked(err) {
					t.Fatalf("%d bytes: %v", n, err)
				}
				if marked && err == nil {
					t.Fatalf("%d of %d bytes were read without complaint", n, len(data))
				}
			}
		})
	}
}
