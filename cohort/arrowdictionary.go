package cohort

import (
	"errors"
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
	kept   int // entries in loaded
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

const (
	// maxDictionary is how many entries a dictionary of dates may have: all
	// the minutes of four years.
	maxDictionary = 2 << 20
	// keepDictionaries is how many entries of all dictionaries are kept
	// (8 MiB); what is above is decoded each time it is needed.
	keepDictionaries = 2 << 20
)

func newArrowDictionaries(messages []arrowMessage) *arrowDictionaries {
	return &arrowDictionaries{messages: messages, loaded: map[dictionaryKey]dictionary{}}
}

// get is the dictionary of a field as it is for one record batch.
func (d *arrowDictionaries) get(in *input, f *arrowField, batch int) (dictionary, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		if err := d.readHeads(in); err != nil {
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
	loaded, err := d.load(in, f, key.version)
	if err == nil && d.kept+len(loaded.days) <= keepDictionaries {
		d.loaded[key] = loaded
		d.kept += len(loaded.days)
	}
	return loaded, err
}

// readHeads learns which dictionary each message is of.
func (d *arrowDictionaries) readHeads(in *input) error {
	heads := make([]dictionaryHead, 0, len(d.messages))
	var meta []byte
	for _, m := range d.messages {
		if cap(meta) < int(m.metaSize) {
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
func (d *arrowDictionaries) load(in *input, f *arrowField, messages int) (dictionary, error) {
	var loaded dictionary
	values := *f
	values.isDictionary = false
	found := false
	c := &arrowColumn{keepBad: true}
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
		if c.batch.rows > int64(maxDictionary-len(loaded.days)) {
			return loaded, errors.New("its dictionary has more entries than dates can have")
		}
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
