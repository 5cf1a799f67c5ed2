package cohort

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/pierrec/lz4/v4"
)

// FuzzCompressWords: the library reads back what was compressed.
func FuzzCompressWords(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8}, 4))
	f.Add(make([]byte, 65536))
	dates := make([]byte, 65536)
	for i := 0; i < len(dates); i += 8 {
		if rand.IntN(3) > 0 {
			binary.LittleEndian.PutUint64(dates[i:], uint64(18_000+rand.IntN(600))*86_400e9)
		}
	}
	f.Add(dates)
	f.Fuzz(func(t *testing.T, src []byte) {
		src = src[:min(len(src), lz4Block)&^7]
		packed := make([]byte, lz4.CompressBlockBound(len(src)))
		packed = packed[:compressWords(packed, src, new(wordTable))]
		plain := make([]byte, len(src))
		if n, err := lz4.UncompressBlock(packed, plain); err != nil || n != len(src) || !bytes.Equal(plain, src) {
			t.Fatalf("%d bytes came back as %d, %v", len(src), n, err)
		}
	})
}

func BenchmarkCompressDates(b *testing.B) {
	dates := make([]byte, 65536)
	for i := 0; i < len(dates); i += 8 {
		if rand.IntN(3) > 0 {
			binary.LittleEndian.PutUint64(dates[i:], uint64(18_000+rand.IntN(600))*86_400e9)
		}
	}
	dst := make([]byte, 0, 70_000)
	b.Run("words", func(b *testing.B) {
		b.SetBytes(65536)
		table := new(wordTable)
		n := 0
		for b.Loop() {
			n = compressWords(dst[:cap(dst)], dates, table)
		}
		b.ReportMetric(float64(n)/65536, "ratio")
	})
	b.Run("library", func(b *testing.B) {
		b.SetBytes(65536)
		var c lz4.Compressor
		n := 0
		for b.Loop() {
			n, _ = c.CompressBlock(dates, dst[:cap(dst)])
		}
		b.ReportMetric(float64(n)/65536, "ratio")
	})
}
