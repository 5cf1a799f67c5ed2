// Package bytesize writes sizes of files for people.
package bytesize

import "fmt"

// Text is a number of bytes in the decimal unit that suits it: "117 B",
// "116.7 kB", "2.35 GB".
func Text(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}
