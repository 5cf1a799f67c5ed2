package lz4frame

import "github.com/pierrec/lz4/v4"

// decodeBlock decodes one block into window[at:] and returns how many bytes it
// gave, or a negative number when the block is corrupt or gives more than the
// window holds. Matches may reach back to window[from].
func decodeBlock(window []byte, from, at int, block []byte) int {
	n, err := lz4.UncompressBlockWithDict(block, window[at:], window[from:at])
	if err != nil {
		return -1
	}
	return n
}
