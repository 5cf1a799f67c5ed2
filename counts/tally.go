package counts

import (
	"math"
	"math/bits"

	"cohortcounts/cohort"
)

// tally is the counts of one worker. Values are counted by day first, which
// needs no table of weeks in the inner loop, and folded into rows when a
// column ends.
type tally struct {
	rows    *rows
	plan    *plan
	cells   []int64 // row after row, one for each codelist
	outside []int64 // events outside the period, of each codelist

	column int     // whose days are in byDay; -1: none
	byDay  []int64 // slots: each day of the period, then outside, then missing

	// The slot of each entry of the dictionary that was seen last.
	dictionary []int32
	slots      []uint32

	divider divider // for perDay
	perDay  int64
}

func newTally(p *plan, r *rows) *tally {
	return &tally{
		rows: r, plan: p, column: -1,
		cells:   make([]int64, len(r.labels)*len(p.codelists)),
		outside: make([]int64, len(p.codelists)),
		byDay:   make([]int64, len(r.of)+2),
	}
}

// add counts a chunk.
func (t *tally) add(c *cohort.Chunk) error {
	if c.Column != t.column {
		t.fold()
		t.column = c.Column
	}
	switch {
	case c.Indices != nil:
		t.indices(c)
	case c.Instants != nil:
		if c.PerDay != t.perDay {
			t.perDay = c.PerDay
			t.divider = newDivider(t.rows, c.PerDay)
		}
		if t.divider.perDay == 0 {
			t.instantsFar(c)
		} else {
			t.instants(c.Instants, c.Valid)
		}
	default:
		t.days(c.Days, c.Valid)
	}
	return nil
}

// fold adds the days of a column to its codelist's rows.
func (t *tally) fold() {
	if t.column < 0 {
		return
	}
	codelist, width := t.plan.codelist[t.column], len(t.plan.codelists)
	days := len(t.rows.of)
	for day, row := range t.rows.of {
		t.cells[int(row)*width+codelist] += t.byDay[day]
	}
	t.outside[codelist] += t.byDay[days]
	clear(t.byDay)
	t.column = -1
}

// instants counts times. This is the inner loop of the program: no branch in
// it depends on the data but the end of a word's bits.
func (t *tally) instants(values []int64, valid []uint64) {
	d, byDay := t.divider, t.byDay
	if valid == nil {
		for _, v := range values {
			byDay[d.slot(v)]++
		}
		return
	}
	for w, word := range valid {
		block := values[w*64 : min(w*64+64, len(values))]
		switch word {
		case 0:
		case math.MaxUint64:
			for _, v := range block {
				byDay[d.slot(v)]++
			}
		default:
			for ; word != 0; word &= word - 1 {
				byDay[d.slot(block[bits.TrailingZeros64(word)])]++
			}
		}
	}
}

// days counts days. Those that are NoDay are no events; they fall outside
// every period, and are taken off again.
func (t *tally) days(values []int32, valid []uint64) {
	start, span, byDay := t.rows.start, uint32(len(t.rows.of)), t.byDay
	var missing int64
	for i := 0; i < len(values); i += 64 {
		block := values[i:min(i+64, len(values))]
		word := uint64(math.MaxUint64)
		if valid != nil {
			word = valid[i/64]
		}
		if word == math.MaxUint64 {
			for _, v := range block {
				byDay[min(uint32(v-start), span)]++
				if v == cohort.NoDay {
					missing++
				}
			}
			continue
		}
		for ; word != 0; word &= word - 1 {
			v := block[bits.TrailingZeros64(word)]
			byDay[min(uint32(v-start), span)]++
			if v == cohort.NoDay {
				missing++
			}
		}
	}
	byDay[span] -= missing
}

// indices counts entries of a dictionary.
func (t *tally) indices(c *cohort.Chunk) {
	t.setDictionary(c.Dictionary)
	slots, byDay := t.slots, t.byDay
	if c.Valid == nil {
		for _, v := range c.Indices {
			byDay[slots[v]]++
		}
		return
	}
	for w, word := range c.Valid {
		block := c.Indices[w*64 : min(w*64+64, len(c.Indices))]
		for ; word != 0; word &= word - 1 {
			byDay[slots[block[bits.TrailingZeros64(word)]]]++
		}
	}
}

// setDictionary works out the slot of each entry, once for a dictionary.
func (t *tally) setDictionary(dictionary []int32) {
	if len(dictionary) == len(t.dictionary) && &dictionary[0] == &t.dictionary[0] {
		return
	}
	t.dictionary = dictionary
	t.slots = t.slots[:0]
	span := uint32(len(t.rows.of))
	for _, day := range dictionary {
		slot := min(uint32(day-t.rows.start), span)
		if day == cohort.NoDay {
			slot = span + 1
		}
		t.slots = append(t.slots, slot)
	}
}

// instantsFar counts times of a period that the unit cannot tell in 64 bits.
func (t *tally) instantsFar(c *cohort.Chunk) {
	span := int64(len(t.rows.of))
	for i, v := range c.Instants {
		if c.Valid != nil && c.Valid[i/64]>>(i%64)&1 == 0 {
			continue
		}
		day := v / c.PerDay
		if v%c.PerDay < 0 {
			day--
		}
		slot := day - int64(t.rows.start)
		if slot < 0 || slot > span {
			slot = span
		}
		t.byDay[slot]++
	}
}

// divider finds the day of the period that an instant falls on, by a
// multiplication: division is ten times slower, and there is one for every
// event.
type divider struct {
	start  int64  // first instant of the period
	span   uint64 // instants in the period
	perDay uint64 // 0: the period does not fit, use another way
	low    uint   // trailing zero bits of perDay
	factor uint64 // 2^(64+shift) / (perDay>>low), rounded up
	shift  uint
}

// newDivider works for all instants x of the period: with d = perDay>>low, L
// bits of span>>low and B bits of d, and k = max(64, L+B), the factor is
// floor(2^k/d)+1, which is too large by at most one part in 2^k/d; times x>>low
// < 2^L that is an error below 1/d, which floor does not see. (Granlund and
// Montgomery, Division by invariant integers using multiplication, 1994.)
func newDivider(r *rows, perDay int64) divider {
	days := int64(len(r.of))
	first, last := int64(r.start), int64(r.start)+days
	if first < math.MinInt64/perDay || last > math.MaxInt64/perDay {
		return divider{}
	}
	d := divider{start: first * perDay, span: uint64(days) * uint64(perDay), perDay: uint64(perDay)}
	d.low = uint(bits.TrailingZeros64(d.perDay))
	odd := d.perDay >> d.low
	k := max(64, bits.Len64(d.span>>d.low)+bits.Len64(odd))
	d.shift = uint(k - 64)
	quotient, _ := bits.Div64(1<<d.shift%odd, 0, odd) // 2^k/d less what is above 64 bits, which is 0
	d.factor = quotient + 1
	return d
}

// slot is the day of the period, or the number of its days for an instant
// outside.
func (d *divider) slot(instant int64) uint64 {
	// An instant before the period wraps around and is far behind it.
	since := min(uint64(instant-d.start), d.span)
	high, _ := bits.Mul64(since>>(d.low&63), d.factor)
	return high >> (d.shift & 63)
}
