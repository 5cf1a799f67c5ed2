package cohort

import (
	"encoding/hex"

	"github.com/zeebo/xxh3"
)

// DigestKey is the key in the schema metadata of a feather file's footer under
// which our writer leaves a digest of the file's data. Its value is
// "xxh3-128:" and 32 hexadecimal digits, of this sum:
//
//	XXH3-128( M ‖ B1 ‖ B2 ‖ … )
//	M  = XXH3-128 of the schema message at the file's start
//	Bi = XXH3-128 of the i-th block's bytes (its metadata with the prefix and
//	     padding, and its body): the dictionaries, then the record batches, in
//	     the order of the footer
//
// each of M and Bi as 16 bytes, big-endian. Blocks are hashed on their own so
// that writers and readers can do so in parallel. It finds damage (a flipped
// bit, a lost piece), not forgery.
const DigestKey = "cohortcounts.digest"

// digest sums up a feather file's messages; its zero value is ready. See
// [DigestKey].
type digest struct{ sums []byte }

// blockDigest is the sum of one message's bytes.
func blockDigest(parts ...[]byte) [16]byte {
	if len(parts) == 1 {
		return xxh3.Hash128(parts[0]).Bytes()
	}
	h := xxh3.New()
	for _, p := range parts {
		_, _ = h.Write(p) // a hash does not fail
	}
	return h.Sum128().Bytes()
}

// add takes the next message's sum.
func (d *digest) add(block [16]byte) { d.sums = append(d.sums, block[:]...) }

// String is the value that belongs to [DigestKey].
func (d *digest) String() string {
	sum := xxh3.Hash128(d.sums).Bytes()
	return "xxh3-128:" + hex.EncodeToString(sum[:])
}
