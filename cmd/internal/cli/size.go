package cli

import (
	"strconv"
	"strings"

	"cohortcounts/internal/exit"
)

// ParseSize reads the size of memory that a flag gives: 128MiB, 1GiB, 512M, or
// bytes.
func ParseSize(flag, text string) (int64, error) {
	number := strings.TrimRight(text, "KMGTiBb ")
	units := map[string]float64{
		"": 1, "B": 1, "K": 1 << 10, "KiB": 1 << 10, "KB": 1e3, "M": 1 << 20, "MiB": 1 << 20, "MB": 1e6,
		"G": 1 << 30, "GiB": 1 << 30, "GB": 1e9, "T": 1 << 40, "TiB": 1 << 40, "TB": 1e12,
	}
	unit, known := units[strings.TrimSpace(text[len(number):])]
	n, err := strconv.ParseFloat(number, 64)
	if !known || err != nil || !(n > 0) || n*unit >= 1<<62 {
		return 0, exit.Usagef("--%s: want a size such as 256MiB, found %q", flag, text)
	}
	return int64(n * unit), nil
}
