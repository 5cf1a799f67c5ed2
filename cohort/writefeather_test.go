package cohort

import (
	"encoding/binary"
	"testing"
)

// Readers older than Arrow 12 refuse a buffer that is stored as it is in a
// compressed file, so one that does not become smaller is compressed too.
func TestEveryBufferOfACompressedFileIsCompressed(t *testing.T) {
	t.Parallel()
	for _, compression := range []Compression{LZ4, ZSTD} {
		codec, err := newBufferCodec(compression)
		if err != nil {
			t.Fatal(err)
		}
		for _, plain := range [][]byte{{7}, []byte("no byte twice"), make([]byte, 100)} {
			w := bodyWriter{codec: codec}
			if err := w.buffer(plain, 0); err != nil {
				t.Fatal(err)
			}
			if got := binary.LittleEndian.Uint64(w.bytes); got != uint64(len(plain)) {
				t.Errorf("%s: a buffer of %d bytes begins with %d, not its length", compression, len(plain), int64(got))
			}
		}
	}
}
