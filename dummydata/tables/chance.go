package tables

import (
	"hash/fnv"
	"math/rand/v2"

	"cohortcounts/internal/samebits"
)

// dice are the random numbers of one purpose of one patient, so that what a
// patient gets does not depend on who draws it, nor on what else is drawn.
type dice struct {
	source rand.PCG
	*rand.Rand
}

func newDice() *dice {
	d := &dice{}
	d.Rand = rand.New(&d.source)
	return d
}

// roll makes the dice those of a purpose, by its key, for a row of the cohort.
func (d *dice) roll(key uint64, row int) { d.source.Seed(key, uint64(row)*0x9e3779b97f4a7c15) }

// keyOf is the key of a purpose.
func keyOf(seed uint64, purpose string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return h.Sum64() ^ (seed+1)*0xbf58476d1ce4e5b9
}

// unit is a number from 0 to 1, 1 left out.
func (d *dice) unit() float64 { return float64(float64(d.Uint64()>>11) / (1 << 53)) }

// between is a day from one to another, both in.
func (d *dice) between(from, to int32) int32 {
	if to <= from {
		return from
	}
	return from + int32(d.IntN(int(to-from)+1))
}

// count is a number with the given mean and a long tail: a Poisson number
// whose mean is itself exponential, which is to say a geometric one.
func (d *dice) count(mean float64) int {
	if mean <= 0 {
		return 0
	}
	return int(samebits.Log(1-d.unit()) / samebits.Log(mean/(1+mean)))
}

// A mix chooses among n things, the first the most often, as the codes of
// records are used: the k-th with a chance proportional to 1/k (Zipf's law).
// It is a table, as it is asked tens of millions of times.
type mix []uint16

// newMix takes at most 32,768 things; of more the others are never chosen.
func newMix(n int) mix {
	n = min(n, 1<<15)
	size := 1024
	for size < 8*n && size < 1<<17 {
		size *= 2
	}
	weights := make([]float64, n)
	total := 0.0
	for k := range weights {
		weights[k] = 1 / float64(k+1)
		total += weights[k]
	}
	m := make(mix, 0, size)
	// Everything gets one slot, what is left over is shared by weight.
	spare := float64(size - n)
	sum := 0.0
	for k, w := range weights {
		sum += w
		for end := k + 1 + int(spare*sum/total+0.5); len(m) < end && len(m) < size; {
			m = append(m, uint16(k))
		}
	}
	return m
}

func (m mix) pick(d *dice) int { return int(m[d.Uint64()&uint64(len(m)-1)]) }
