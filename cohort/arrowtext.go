package cohort

import (
	"encoding/binary"
	"errors"
)

func (c *arrowColumn) nextText(offsets, values pieces, width int, chunk *Chunk) error {
	b, err := offsets.Next(width * chunk.Rows)
	if err != nil {
		return err
	}
	end, err := offsetAt(b, width, chunk.Rows-1)
	if err != nil {
		return err
	}
	start := c.lastText
	if end < start {
		return corrupt("a text has an impossible place")
	}
	if end-start > maxChunkText {
		return errors.New("its texts are too long for dates")
	}
	text, err := values.Next(int(end - start))
	if err != nil {
		return err
	}
	from := start
	for i := range chunk.Rows {
		to, err := offsetAt(b, width, i)
		if err != nil {
			return err
		}
		if to < from || to > end {
			return corrupt("a text has an impossible place")
		}
		if err := c.setDay(i, text[from-start:to-start], chunk); err != nil {
			return err
		}
		from = to
	}
	c.lastText = end
	chunk.Days = c.days[:chunk.Rows]
	return nil
}

// nextViews reads dates from string views. A date fits into the view; longer
// text lies elsewhere and is no date.
func (c *arrowColumn) nextViews(views pieces, chunk *Chunk) error {
	b, err := views.Next(16 * chunk.Rows)
	if err != nil {
		return err
	}
	for i := range chunk.Rows {
		view := b[16*i : 16*i+16]
		size := binary.LittleEndian.Uint32(view)
		if size > 12 {
			if isValid(chunk.Valid, i) {
				return errText{row: int64(i), value: shape(view[4:8]) + "…"}
			}
			size = 0
		}
		if err := c.setDay(i, view[4:4+size], chunk); err != nil {
			return err
		}
	}
	chunk.Days = c.days[:chunk.Rows]
	return nil
}

// setDay parses the text of value i.
func (c *arrowColumn) setDay(i int, text []byte, chunk *Chunk) error {
	day, ok := parseDay(text)
	switch {
	case ok:
	case !isValid(chunk.Valid, i):
		day = NoDay
	case c.keepBad:
		day = badDay
		c.bad.add(c.place+i, text)
	default:
		return errText{row: int64(i), value: shape(text)}
	}
	c.days[i] = day
	return nil
}

func nextOffset(offsets pieces, width int) (int64, error) {
	b, err := offsets.Next(width)
	if err != nil {
		return 0, err
	}
	return offsetAt(b, width, 0)
}

func offsetAt(b []byte, width, i int) (int64, error) {
	var v int64
	if width == 4 {
		v = int64(int32(binary.LittleEndian.Uint32(b[4*i:])))
	} else {
		v = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	if v < 0 {
		return 0, corrupt("a text has an impossible place")
	}
	return v, nil
}

func skipPieces(p pieces, n int64) error {
	for n > 0 {
		step := min(n, 8*chunkRows)
		if _, err := p.Next(int(step)); err != nil {
			return err
		}
		n -= step
	}
	return nil
}
