package bytesize

import "testing"

func TestText(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 116_704: "116.7 kB", 1_000_000: "1.0 MB", 2_345_678_901: "2.35 GB",
	} {
		if got := Text(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
