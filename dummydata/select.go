package dummydata

import (
	"math/bits"

	"cohortcounts/internal/samebits"
)

// Which rows have a value is decided in two steps, so that the number of them
// is exact over the whole cohort and yet every block of rows can be drawn by
// itself: allocate shares the wanted number out over the blocks, as a draw
// without replacement from all rows would; choose then takes exactly that many
// rows of a block.

// emptied is how many of n rows an incidence leaves empty: the original's
// `int((1 - incidence) * n)`, in the same floating point.
func emptied(incidence float64, n int) int {
	return int((1 - incidence) * float64(n))
}

// allocate shares want rows out over blocks that have eligible[b] rows to
// choose from. When there are fewer eligible rows than wanted, all are taken.
func allocate(s stream, eligible []int, want int) (taken []int) {
	left := 0
	for _, e := range eligible {
		left += e
	}
	want = min(want, left)
	taken = make([]int, len(eligible))
	for b, e := range eligible {
		taken[b] = hypergeometric(unit(s.at(uint64(b))), left, want, e)
		left -= e
		want -= taken[b]
	}
	return taken
}

// hypergeometric is how many marked ones a sample of the given size has when
// it is drawn from a population of which some are marked: the inverse of the
// distribution at u, walked outwards from its mode.
func hypergeometric(u float64, population, marked, sample int) int {
	low, high := max(0, sample-(population-marked)), min(sample, marked)
	if low == high {
		return low
	}
	mode := int(float64(sample+1) * float64(marked+1) / float64(population+2))
	mode = min(max(mode, low), high)
	p := samebits.Exp(logChoose(marked, mode) + logChoose(population-marked, sample-mode) - logChoose(population, sample))
	up, down := mode, mode
	pUp, pDown := p, p
	for u -= p; u > 0; {
		more := false
		if up < high {
			pUp = float64(pUp * (float64(marked-up) / float64(up+1) * float64(sample-up) / float64(population-marked-sample+up+1)))
			up++
			if u -= pUp; u <= 0 {
				return up
			}
			more = pUp > 0
		}
		if down > low {
			pDown = float64(pDown * (float64(down) / float64(marked-down+1) * float64(population-marked-sample+down) / float64(sample-down+1)))
			down--
			if u -= pDown; u <= 0 {
				return down
			}
			more = more || pDown > 0
		}
		if !more { // what is left of u is rounding
			break
		}
	}
	return mode
}

func logChoose(n, k int) float64 {
	return samebits.LogFactorial(n) - samebits.LogFactorial(k) - samebits.LogFactorial(n-k)
}

// A bitmap has a bit for each row of a block, the first in the lowest bit of
// the first word. Bits behind the last row are zero.
type bitmap []uint64

func words(rows int) int { return (rows + 63) / 64 }

func (m bitmap) has(row int) bool { return m[row>>6]>>(row&63)&1 == 1 }
func (m bitmap) set(row int)      { m[row>>6] |= 1 << (row & 63) }
func (m bitmap) clear(row int)    { m[row>>6] &^= 1 << (row & 63) }

func (m bitmap) count() int {
	n := 0
	for _, w := range m {
		n += bits.OnesCount64(w)
	}
	return n
}

// fill sets the bits of the first rows rows and clears the others.
func (m bitmap) fill(rows int) {
	clear(m)
	for i := range rows / 64 {
		m[i] = ^uint64(0)
	}
	if rest := rows % 64; rest > 0 {
		m[rows/64] = 1<<rest - 1
	}
}

// each calls do with the rows whose bit is set, in order.
func (m bitmap) each(do func(row int)) {
	for i, w := range m {
		for ; w != 0; w &= w - 1 {
			do(i<<6 | bits.TrailingZeros64(w))
		}
	}
}

// choose sets, in out, exactly want of the have bits of from (selection
// sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
// Every subset of that size is as likely as any other.
func choose(out, from bitmap, s stream, have, want int) {
	switch {
	case want >= have:
		copy(out, from)
		return
	case want <= 0:
		clear(out)
		return
	}
	left, need := uint64(have), uint64(want)
	counter := uint64(0)
	for i, w := range from {
		var chosen uint64
		if w == ^uint64(0) { // all 64 rows: no bit to look for, two draws of one number
			for bit := 0; bit < 64; bit += 2 {
				r := s.at(counter)
				counter++
				// The difference is negative, its sign bit one, with
				// probability need/left.
				take := ((r>>32)*left>>32 - need) >> 63
				left--
				need -= take
				chosen |= take << bit
				take = ((r&(1<<32-1))*left>>32 - need) >> 63
				left--
				need -= take
				chosen |= take << (bit + 1)
			}
			out[i] = chosen
			continue
		}
		for ; w != 0; w &= w - 1 {
			r := s.at(counter)
			counter++
			take := ((r>>32)*left>>32 - need) >> 63
			left--
			need -= take
			chosen |= take << bits.TrailingZeros64(w)
		}
		out[i] = chosen
	}
}
