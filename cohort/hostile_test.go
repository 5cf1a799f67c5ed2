package cohort

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// A file that is written to while it is read is an error, whatever came of it;
// one that is replaced is read as it was.
func TestChangedWhileRead(t *testing.T) {
	t.Parallel()
	rewrite := func(t *testing.T, path string, data []byte) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // the writing tells
		if _, err := f.WriteAt(data, 0); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, path string, data []byte)
		fine   bool
	}{
		"cut short": {change: func(t *testing.T, path string, data []byte) {
			if err := os.Truncate(path, int64(len(data)/3)); err != nil {
				t.Fatal(err)
			}
		}},
		"emptied": {change: func(t *testing.T, path string, _ []byte) {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		}},
		"overwritten":   {change: func(t *testing.T, path string, data []byte) { rewrite(t, path, make([]byte, len(data))) }},
		"written again": {change: func(t *testing.T, path string, data []byte) { rewrite(t, path, data) }},
		"grown":         {change: func(t *testing.T, path string, data []byte) { rewrite(t, path, append(slices.Clone(data), data...)) }},
		"replaced": {fine: true, change: func(t *testing.T, path string, _ []byte) {
			if err := os.WriteFile(path+".new", []byte("other"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
		}},
		"removed": {fine: true, change: func(t *testing.T, path string, _ []byte) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		for _, form := range []string{"plain.feather", "lz4.feather", "snappy.parquet", "csv.far.csv", "csv.csv.gz", "stream.arrows"} {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				data, err := os.ReadFile("testdata/formats/" + form)
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), form)
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				// The system's clock for files is slow: the change must come later.
				before := modified(t, path)
				for modified(t, path) == before {
					if err := os.WriteFile(path, data, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				opened, err := Files(path).Open()
				if err != nil {
					t.Fatal(err)
				}
				defer opened.Close() //nolint:errcheck // files that were only read
				settle(t)
				c.change(t, path, data)
				_, err = scanAll(opened, testColumns, 2)
				if c.fine {
					if err != nil {
						t.Error(err)
					}
				} else if err == nil || !strings.HasSuffix(err.Error(), ": changed while it was read; run again when it is finished") {
					t.Error(err)
				}
			})
		}
	}
}

func modified(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime().UnixNano()
}

// settle waits until the clock of files goes on.
func settle(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clock")
	var first int64
	for {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		switch now := modified(t, path); first {
		case 0:
			first = now
		case now:
		default:
			return
		}
	}
}

// A page that becomes more than it tells is damaged, and one that tells more
// than there is memory for is refused: in neither case is the memory taken.
func TestPageBombs(t *testing.T) {
	const size = 256 << 20
	zeros := make([]byte, 1<<20)
	write := func(w interface {
		Write(p []byte) (int, error)
		Close() error
	}, b *bytes.Buffer,
	) []byte {
		for range size / len(zeros) {
			if _, err := w.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var gz, br, zs bytes.Buffer
	frames, err := zstd.NewWriter(&zs)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, lz4.CompressBlockBound(len(zeros)))
	n, err := lz4.CompressBlock(zeros, block, nil)
	if err != nil {
		t.Fatal(err)
	}
	for codec, bomb := range map[int][]byte{
		codecGzip: write(gzip.NewWriter(&gz), &gz), codecBrotli: write(brotli.NewWriter(&br), &br), codecZstd: write(frames, &zs),
		codecSnappy: snappy.Encode(nil, zeros), codecLZ4Raw: block[:n],
	} {
		m := &budget{total: DefaultMemory}
		m.divide(1)
		for _, told := range []int{1000, size} {
			p := pageReader{decompressor: decompressor{allowed: &allowance{memory: m}}}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := p.decompress(codec, bomb, told)
			runtime.ReadMemStats(&after)
			p.allowed.release()
			var scarce errMemory
			if want := told == size; err == nil || errors.As(err, &scarce) != want || errors.Is(err, ErrCorrupt) == want {
				t.Errorf("codec %d, %d bytes told: %v", codec, told, err)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
				t.Errorf("codec %d, %d bytes told: %d bytes were taken", codec, told, grown)
			}
		}
	}
}

// A compressed CSV that is one endless row ends at a row's limit.
func TestCSVBomb(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	text := bytes.Repeat([]byte("x"), 1<<20)
	if _, err := z.Write([]byte("flu_X1_date\n\"")); err != nil {
		t.Fatal(err)
	}
	for range 1024 {
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := scanBytes(b.Bytes())
	var scarce errMemory
	if err == nil || !errors.As(err, &scarce) && !strings.Contains(err.Error(), "longer than 16 MiB") {
		t.Error(err)
	}
}

// Sizes of footers that cannot be: none is believed.
func TestAbsurdFooters(t *testing.T) {
	t.Parallel()
	for _, path := range formatFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		end := 0 // of the size
		switch {
		case bytes.HasPrefix(data, []byte(arrowMagic)):
			end = len(data) - len(arrowMagic)
		case bytes.HasPrefix(data, []byte(parquetMagic)):
			end = len(data) - len(parquetMagic)
		default:
			continue
		}
		right := binary.LittleEndian.Uint32(data[end-4:])
		for _, size := range []uint32{0, 1, right / 2, right - 1, right + 1, uint32(len(data)), 1 << 24, math.MaxInt32, 1 << 31, math.MaxUint32} {
			damaged := slices.Clone(data)
			binary.LittleEndian.PutUint32(damaged[end-4:], size)
			if _, err := scanBytes(damaged); err == nil || panicked(err) {
				t.Errorf("%s, a footer of %d bytes instead of %d: %v", filepath.Base(path), size, right, err)
			}
		}
	}
}
