package cohort

import (
	"slices"
	"sync"

	"cohortcounts/cohort/internal/flatbuf"
)

// arrowDictionaries are the dictionaries of one file, decoded to days when a
// column asks for them.
type arrowDictionaries struct {
	messages []arrowMessage
	before   []int // of a stream: how many messages stand before each record batch; nil: all hold for all

	mu     sync.Mutex
	ids    []dictionaryHead // of the messages, once they were read
	loaded map[dictionaryKey]dictionary
	kept   int64 // bytes in loaded; what does not fit is decoded each time it is needed
}

type dictionaryHead struct {
	id    int64
	delta bool
}

type dictionaryKey struct {
	id      int64
	kind    dateKind
	perDay  int64
	version int // messages that count
}

type dictionary struct {
	days []int32
	bad  badTexts // by place in days
}

func newArrowDictionaries(messages []arrowMessage) *arrowDictionaries {
	return &arrowDictionaries{messages: messages, loaded: map[dictionaryKey]dictionary{}}
}

// get is the dictionary of a field as it is for one record batch.
func (d *arrowDictionaries) get(in *input, f *arrowField, batch int, allowed *allowance) (dictionary, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		if err := d.readHeads(in, allowed); err != nil {
			return dictionary{}, err
		}
	}
	key := dictionaryKey{f.dictionary, f.kind, f.perDay, len(d.messages)}
	if d.before != nil {
		key.version = d.before[batch]
	}
	if known, ok := d.loaded[key]; ok {
		return known, nil
	}
	// The loading's own buffers are garbage when it is over.
	before := allowed.used
	loaded, err := d.load(in, f, key.version, allowed)
	allowed.used = before
	if size := entrySize * int64(len(loaded.days)); err == nil && d.kept+size <= allowed.memory.dictionaries {
		d.loaded[key] = loaded
		d.kept += size
	}
	return loaded, err
}

// entrySize is what an entry of a dictionary takes, with the size of its text
// when it is no date: those are few.
const entrySize = 4

// forget drops the dictionaries that are kept.
func (d *arrowDictionaries) forget() { d.loaded, d.kept = map[dictionaryKey]dictionary{}, 0 }

// readHeads learns which dictionary each message is of.
func (d *arrowDictionaries) readHeads(in *input, allowed *allowance) error {
	heads := make([]dictionaryHead, 0, len(d.messages))
	var meta []byte
	for _, m := range d.messages {
		if cap(meta) < int(m.metaSize) {
			if err := allowed.take(int64(m.metaSize)); err != nil {
				return err
			}
			defer allowed.give(int64(m.metaSize))
			meta = make([]byte, m.metaSize)
		}
		meta = meta[:m.metaSize]
		if err := readFull(in, meta, m.offset); err != nil {
			return err
		}
		buffer := flatbuf.New(meta)
		message := buffer.Root()
		table := message.Table(2)
		if message.Uint8(1) != messageDictionary || buffer.Damaged() {
			return corrupt("a dictionary is none")
		}
		heads = append(heads, dictionaryHead{table.Int64(0), table.Bool(2)})
	}
	d.ids = heads
	return nil
}

// load decodes a dictionary from the first messages: the last whole one of the
// field's id and the deltas behind it.
func (d *arrowDictionaries) load(in *input, f *arrowField, messages int, allowed *allowance) (dictionary, error) {
	var loaded dictionary
	values := *f
	values.isDictionary = false
	found := false
	c, err := newArrowColumn(allowed.take)
	if err != nil {
		return loaded, err
	}
	c.keepBad = true
	for i, head := range d.ids[:messages] {
		if head.id != f.dictionary {
			continue
		}
		if !head.delta {
			if found && d.before == nil {
				return loaded, corrupt("it has two dictionaries for one column")
			}
			loaded = dictionary{days: loaded.days[:0]}
			c.bad = nil
		}
		found = true
		if err := c.batch.read(in, d.messages[i], true); err != nil {
			return loaded, err
		}
		if err := allowed.dictionary(int64(len(loaded.days)) + c.batch.rows); err != nil {
			return loaded, err
		}
		loaded.days = slices.Grow(loaded.days, int(c.batch.rows))
		rows := 0
		c.place = len(loaded.days)
		err := c.scan(in, &values, place{}, 0, func(chunk *Chunk) error {
			rows += chunk.Rows
			loaded.days = appendDays(loaded.days, chunk)
			c.place = len(loaded.days)
			return nil
		})
		if err != nil {
			return loaded, err
		}
		for ; rows < int(c.batch.rows); rows++ { // a dictionary of nulls
			loaded.days = append(loaded.days, NoDay)
		}
	}
	loaded.bad = c.bad
	return loaded, nil
}

// appendDays appends the values of a chunk as days.
func appendDays(to []int32, chunk *Chunk) []int32 {
	for i := range chunk.Rows {
		day := NoDay
		switch {
		case !isValid(chunk.Valid, i):
		case chunk.Instants != nil:
			day = dayOf(chunk.Instants[i], chunk.PerDay)
		default:
			day = chunk.Days[i]
		}
		to = append(to, day)
	}
	return to
}

// dayOf is the day of an instant. Days that int32 cannot hold, which are no
// dates of people, become the farthest that it can.
func dayOf(instant, perDay int64) int32 {
	day := instant / perDay
	if instant%perDay < 0 {
		day--
	}
	return int32(max(min(day, 1<<31-1), int64(badDay)+1))
}
