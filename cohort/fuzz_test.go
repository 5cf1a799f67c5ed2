package cohort

import (
	"bytes"
	"os"
	"testing"
	"time"
)

// Any bytes are an error or a cohort, in little time and memory, never a panic.
func FuzzOpen(f *testing.F) {
	for _, path := range formatFiles(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		begun := time.Now()
		if _, err := scanBytes(data); panicked(err) {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Fatalf("%d bytes took %s", len(data), took)
		}
	})
}

// A date is read as the standard library reads it.
func FuzzParseDay(f *testing.F) {
	for _, text := range []string{
		"2020-02-29", "2019-02-29", "2020-02", "2020", "1677-01-01", "9999-12-31", "0000-01-01",
		"2020-02-01T23:59:59Z", "2020-02-01 23:30:00-01:00", "2020-02-01T00:00:00.123456", "x", "2020-2-1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, ok := parseDay([]byte(text))
		var want time.Time
		var err error
		for _, layout := range []string{
			"2006-01-02", "2006-01", "2006", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00",
			"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00",
			"2006-01-02T15:04:05-07", "2006-01-02 15:04:05-07", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700",
		} {
			if want, err = time.Parse(layout, text); err == nil {
				break
			}
		}
		if text == "" {
			return
		}
		if ok != (err == nil) {
			t.Fatalf("%q: read %v, the standard library says %v", text, ok, err)
		}
		seconds := want.Unix()
		if ok && int64(day) != (seconds-(seconds%86_400+86_400)%86_400)/86_400 {
			t.Fatalf("%q: day %d, want %s", text, day, want)
		}
	})
}

// Rows are cut where the quotes say, whatever the size of the blocks.
func FuzzCSVRows(f *testing.F) {
	f.Add([]byte("a_date,b\n2020-01-01,\"x\n\"\"y\"\n,\n"))
	f.Add([]byte("a_date\r\n\r\n2020-01-01\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if end := lastRow(data); end > 0 && bytes.Count(data[:end], []byte{'"'})%2 != 0 {
			t.Fatal("a block ends inside of quotes")
		}
		if end := firstRow(data); end > 0 && bytes.Count(data[:end], []byte{'"'})%2 != 0 {
			t.Fatal("a row ends inside of quotes")
		}
	})
}
