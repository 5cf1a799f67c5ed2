package hybrid

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
)

// randomValues has runs of equal values between others, as real columns do.
func randomValues(r *rand.Rand, n int, width uint) []int32 {
	values := make([]int32, 0, n)
	for len(values) < n {
		v := int32(r.Uint64() & (1<<width - 1))
		if r.IntN(4) == 0 {
			for range min(r.IntN(100), n-len(values)) {
				values = append(values, v)
			}
			continue
		}
		values = append(values, v)
	}
	return values
}

// What a library has written is read, whatever the sizes of the reads.
func TestReaderReadsWhatALibraryWrites(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for width := uint(1); width <= 31; width++ {
		values := randomValues(r, 3001, width)
		encoded, err := (&rle.Encoding{BitWidth: int(width)}).EncodeInt32(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []int{3001, 7, 64, 1000} {
			reader := NewReader(encoded, width)
			got := make([]uint32, step)
			for at := 0; at < len(values); at += step {
				n := min(step, len(values)-at)
				if err := reader.Read(got[:n]); err != nil {
					t.Fatalf("width %d, at %d: %v", width, at, err)
				}
				for i, v := range got[:n] {
					if int32(v) != values[at+i] {
						t.Fatalf("width %d: value %d is %d, want %d", width, at+i, v, values[at+i])
					}
				}
			}
		}
		if width == 1 {
			want := 0
			for _, v := range values[:2999] {
				want += int(v)
			}
			reader := NewReader(encoded, 1)
			if got, err := reader.Ones(2999); err != nil || got != want {
				t.Errorf("%d ones, want %d (%v)", got, want, err)
			}
		}
	}
}

func TestReaderWidthZero(t *testing.T) {
	t.Parallel()
	reader := NewReader([]byte{10 << 1}, 0)
	got := []uint32{1, 2, 3}
	if err := reader.Read(got); err != nil || !slices.Equal(got, []uint32{0, 0, 0}) {
		t.Error(got, err)
	}
}

func TestDeltasReadWhatALibraryWrites(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{0, 1, 2, 128, 129, 1000} {
		values := make([]int64, n)
		for i := range values {
			values[i] = int64(r.Uint64()) >> r.IntN(64)
		}
		encoded, err := new(delta.BinaryPackedEncoding).EncodeInt64(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		d, err := NewDeltas(append(encoded, "rest"...))
		if err != nil || d.Left() != uint64(n) {
			t.Fatalf("%d values, want %d (%v)", d.Left(), n, err)
		}
		for i, want := range values {
			if got, err := d.Next(); err != nil || got != want {
				t.Fatalf("%d: value %d is %d, want %d (%v)", n, i, got, want, err)
			}
		}
		if _, err := d.Next(); err == nil {
			t.Error("a value behind the last")
		}
		// A library's last block may have miniblocks that hold nothing.
		if n > 0 && n <= 2 && !bytes.HasSuffix(d.Rest(), []byte("rest")) {
			t.Errorf("%d: the rest is %q", n, d.Rest())
		}
	}
}

// Any bytes give values or an error.
func FuzzReader(f *testing.F) {
	f.Add([]byte{3, 0x88, 0xc6, 0xfa}, uint(3))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, uint(10))
	f.Fuzz(func(_ *testing.T, data []byte, width uint) {
		if width > 32 {
			return
		}
		reader, values := NewReader(data, width), make([]uint32, 500)
		for range 100 {
			if reader.Read(values) != nil {
				break
			}
		}
		levels := NewReader(data, 1)
		for range 100 {
			if _, err := levels.Ones(1<<20 + 3); err != nil {
				break
			}
		}
		if d, err := NewDeltas(data); err == nil {
			for range 10_000 {
				if _, err := d.Next(); err != nil {
					break
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]int32, 65_536)
	for i := range values {
		values[i] = r.Int32N(666)
	}
	encoded, err := (&rle.Encoding{BitWidth: 10}).EncodeInt32(nil, values)
	if err != nil {
		b.Fatal(err)
	}
	got := make([]uint32, 2048)
	b.SetBytes(int64(4 * len(values)))
	for b.Loop() {
		reader := NewReader(encoded, 10)
		for range len(values) / len(got) {
			if err := reader.Read(got); err != nil {
				b.Fatal(err)
			}
		}
	}
}
