package lz4frame

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/pierrec/lz4/v4"
)

// dates are bytes as a column of a cohort has them: 64-bit instants of some
// hundred days, most of them far from their like.
func dates(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, 0, 8*n)
	for range n {
		v := uint64(0)
		if r.IntN(3) > 0 {
			v = (18_300 + r.Uint64N(666)) * 86_400e9
		}
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

func compress(t testing.TB, data []byte, options ...lz4.Option) []byte {
	t.Helper()
	var b bytes.Buffer
	w := lz4.NewWriter(&b)
	if err := w.Apply(options...); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// linkedFrame makes a frame of linked blocks by hand: the library's writer makes
// only independent ones. Each block is one literal run and a match that
// reaches into the block before.
func linkedFrame(blocks int) (frame, plain []byte) {
	frame = []byte{0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0}
	for i := range blocks {
		literals := bytes.Repeat([]byte{byte(i), byte(i >> 8), 7}, 3) // 9 bytes
		plain = append(plain, literals...)
		block := append([]byte{9 << 4}, literals...)
		if i > 0 {
			const length, distance = 14, 18 // the block before, and beyond its end
			block[0] |= length - 4
			block = append(block, distance, 0)
			for range length {
				plain = append(plain, plain[len(plain)-distance])
			}
			// A block ends with literals.
			block = append(block, 5<<4, 1, 2, 3, 4, 5)
			plain = append(plain, 1, 2, 3, 4, 5)
		}
		frame = binary.LittleEndian.AppendUint32(frame, uint32(len(block)))
		frame = append(frame, block...)
	}
	return append(frame, 0, 0, 0, 0), plain
}

func TestReader(t *testing.T) {
	t.Parallel()
	random := make([]byte, 300_000)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	linked, linkedPlain := linkedFrame(20_000)
	skipped := append([]byte{0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}, compress(t, random)...)
	for name, c := range map[string]struct{ frame, plain []byte }{
		"64 KiB blocks":      {compress(t, dates(100_000, 1), lz4.BlockSizeOption(lz4.Block64Kb), lz4.ChecksumOption(false)), dates(100_000, 1)},
		"4 MiB blocks":       {compress(t, dates(1_500_000, 1)), dates(1_500_000, 1)},
		"checksums":          {compress(t, dates(90_000, 2), lz4.BlockSizeOption(lz4.Block64Kb), lz4.BlockChecksumOption(true)), dates(90_000, 2)},
		"size":               {compress(t, dates(9, 2), lz4.SizeOption(72)), dates(9, 2)},
		"stored":             {compress(t, random, lz4.BlockSizeOption(lz4.Block256Kb)), random},
		"long runs":          {compress(t, make([]byte, 1<<20), lz4.BlockSizeOption(lz4.Block64Kb)), make([]byte, 1<<20)},
		"linked":             {linked, linkedPlain},
		"two frames":         {append(compress(t, dates(20_000, 4)), compress(t, dates(20_000, 5))...), append(dates(20_000, 4), dates(20_000, 5)...)},
		"a skippable frame":  {skipped, random},
		"nothing but an end": {compress(t, nil), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []int{64 << 10, 8, 1000} {
				// The reader is used again, and begins in the middle of a file.
				var reader Reader
				src := bytes.NewReader(append([]byte("before"), c.frame...))
				for range 2 {
					reader.Reset(src, 6, int64(len(c.frame)), int64(len(c.plain)))
					for at := 0; at < len(c.plain); at += step {
						n := min(step, len(c.plain)-at)
						got, err := reader.Next(n)
						if err != nil {
							t.Fatalf("at %d of %d: %v", at, len(c.plain), err)
						}
						if !bytes.Equal(got, c.plain[at:at+n]) {
							t.Fatalf("at %d: other bytes", at)
						}
					}
					if _, err := reader.Next(1); !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Fatalf("behind the end: %v", err)
					}
				}
			}
		})
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	frame, plain := linkedFrame(50)
	for i := range frame {
		for bit := range 8 {
			frame[i] ^= 1 << bit
			var reader Reader
			reader.Reset(bytes.NewReader(frame), 0, int64(len(frame)), int64(len(plain)))
			if _, err := reader.Next(len(plain)); err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("bit %d of byte %d: %v", bit, i, err)
			}
			frame[i] ^= 1 << bit
		}
	}
}

// A flipped bit of a frame with checksums is an error wherever it is, unless
// the content is the same: of matches with equal bytes either will do.
func TestChecksums(t *testing.T) {
	t.Parallel()
	plain := dates(200, 1)
	for name, options := range map[string][]lz4.Option{
		"content": {lz4.ChecksumOption(true), lz4.SizeOption(uint64(len(plain)))},
		"blocks":  {lz4.ChecksumOption(false), lz4.BlockChecksumOption(true)},
	} {
		frame := compress(t, plain, options...)
		for i := range frame {
			for bit := range 8 {
				frame[i] ^= 1 << bit
				var reader Reader
				reader.Reset(bytes.NewReader(frame), 0, int64(len(frame)), int64(len(plain)))
				if got, err := reader.Next(len(plain)); err == nil && !bytes.Equal(got, plain) {
					t.Errorf("%s: bit %d of byte %d of %d was not noticed", name, bit, i, len(frame))
				}
				frame[i] ^= 1 << bit
			}
		}
	}
}

// A frame that gives more than it should, by a block or by a byte, is corrupt.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	for _, size := range []int{64 << 10, 128 << 10} {
		plain := make([]byte, size)
		frame := compress(t, plain, lz4.BlockSizeOption(lz4.Block64Kb))
		for _, less := range []int{1, size / 2} {
			var reader Reader
			reader.Reset(bytes.NewReader(frame), 0, int64(len(frame)), int64(size-less))
			if _, err := reader.Next(size - less); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%d bytes instead of %d: %v", size, size-less, err)
			}
		}
	}
}

// Memory is asked for before it is taken, and a refusal ends the reading.
func TestTake(t *testing.T) {
	t.Parallel()
	plain := dates(100_000, 1)
	frame := compress(t, plain)
	var reader Reader
	var taken int64
	refusal := errors.New("no")
	reader.Take = func(n int64) error {
		if taken += n; taken > 1<<20 {
			return refusal
		}
		return nil
	}
	reader.Reset(bytes.NewReader(frame), 0, int64(len(frame)), int64(len(plain)))
	if _, err := reader.Next(8); err != nil {
		t.Logf("%d bytes were asked for", taken)
		if !errors.Is(err, refusal) {
			t.Error(err)
		}
		return
	}
	t.Error("a block of 800,000 bytes was decoded in less than 1 MiB with its window")
}

// naive decodes a block as its format is described, byte by byte: the bytes
// that follow history, or false.
func naive(history, block []byte, limit int) ([]byte, bool) {
	out := bytes.Clone(history)
	next := func() (b byte, ok bool) {
		if len(block) == 0 {
			return 0, false
		}
		b, block = block[0], block[1:]
		return b, true
	}
	more := func(n int) (int, bool) {
		if n < 15 {
			return n, true
		}
		for {
			b, ok := next()
			n += int(b)
			if !ok || b != 255 {
				return n, ok
			}
		}
	}
	for {
		token, ok := next()
		if !ok {
			return nil, false
		}
		n, ok := more(int(token >> 4))
		if !ok || n > len(block) {
			return nil, false
		}
		out, block = append(out, block[:n]...), block[n:]
		if len(out) > len(history)+limit {
			return nil, false
		}
		if len(block) == 0 {
			return out[len(history):], true
		}
		low, _ := next()
		high, ok := next()
		offset := int(low) | int(high)<<8
		if !ok || offset == 0 || offset > len(out) {
			return nil, false
		}
		n, ok = more(int(token & 15))
		if !ok || n+4 > limit+len(history)-len(out) {
			return nil, false
		}
		for range n + 4 {
			out = append(out, out[len(out)-offset])
		}
	}
}

// Any block that has history is refused or decoded as its description says;
// what is before and behind its output stays as it was.
func FuzzDecodeBlock(f *testing.F) {
	f.Add([]byte{9 << 4, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1)
	f.Add([]byte{0x1f, 1, 1, 0, 255, 10, 0x50, 1, 2, 3, 4, 5}, 100)
	f.Add([]byte{0x92, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 0, 0x50, 1, 2, 3, 4, 5}, 200)
	f.Add(bytes.Repeat([]byte{0x34, 1, 2, 3, 20, 0}, 100), 300)
	f.Fuzz(func(t *testing.T, block []byte, history int) {
		if history < 1 || history > 1000 || len(block) == 0 {
			return
		}
		const size = 4096
		window := make([]byte, history+size+100)
		for i := range window {
			window[i] = byte(i * 7)
		}
		want, ok := naive(window[:history:history], block, size)
		n := decodeBlock(window, history+size, 0, history, block)
		if ok != (n >= 0) || ok && !bytes.Equal(window[history:history+n], want) {
			t.Fatalf("%d bytes, want %d (%v)", n, len(want), ok)
		}
		for i := range window {
			if (i < history || i >= history+size) && window[i] != byte(i*7) {
				t.Fatalf("byte %d of the window was changed", i)
			}
		}
	})
}

// Each offset with each length of a match and of literals, far from the ends of
// the block, where words are copied, and near them, where bytes are.
func TestEverySequence(t *testing.T) {
	const history = 100
	long := func(n int) []byte { // what follows a length of 15
		return append(bytes.Repeat([]byte{255}, (n-15)/255), byte((n-15)%255))
	}
	for offset := 1; offset <= 70; offset++ {
		for _, literals := range []int{0, 1, 7, 8, 13, 14, 15, 16, 40} {
			for _, match := range []int{4, 5, 8, 15, 16, 17, 18, 19, 20, 31, 32, 33, 48, 64, 65, 200, 272, 273, 274, 275, 600} {
				var one []byte
				one = append(one, byte(min(literals, 15)<<4|min(match-4, 15)))
				if literals >= 15 {
					one = append(one, long(literals)...)
				}
				for i := range literals {
					one = append(one, byte(3*i+offset))
				}
				one = append(one, byte(offset), 0)
				if match-4 >= 15 {
					one = append(one, long(match-4)...)
				}
				block := append(bytes.Repeat(one, 5), 0x50, 1, 2, 3, 4, 5)
				size := 5*(literals+match) + 5
				for _, room := range []int{size, size + 1000, size - 1} {
					window := make([]byte, history+room)
					for i := range window {
						window[i] = byte(i * 7)
					}
					want, ok := naive(window[:history:history], block, room)
					n := decodeBlock(window, len(window), 0, history, block)
					if ok != (n >= 0) || ok && !bytes.Equal(window[history:history+n], want) {
						t.Fatalf("offset %d, %d literals, match of %d, room for %d: other bytes", offset, literals, match, room)
					}
				}
			}
		}
	}
}

func BenchmarkReader(b *testing.B) {
	plain := dates(65_536, 1)
	frame := compress(b, plain, lz4.BlockSizeOption(lz4.Block64Kb), lz4.ChecksumOption(false))
	b.SetBytes(int64(len(plain)))
	var reader Reader
	for b.Loop() {
		reader.Reset(bytes.NewReader(frame), 0, int64(len(frame)), int64(len(plain)))
		for range len(plain) / (64 << 10) {
			if _, err := reader.Next(64 << 10); err != nil {
				b.Fatal(err)
			}
		}
	}
}
