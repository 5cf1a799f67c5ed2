package cohort

import (
	"encoding/binary"
	"fmt"
	"io"
	"unsafe"

	"cohortcounts/cohort/internal/flatbuf"
)

// An Arrow file ("feather", version 2) is a stream of messages between two
// magic words, and a footer that says where they are:
//
//	ARROW1\0\0 | schema | dictionaries | record batches | end | footer | its size | ARROW1
//
// Each message is a flatbuffer with the places of its columns' buffers, and a
// body that holds them. A bare stream has neither magic nor footer: its
// messages are found by walking from one to the next.
const (
	arrowMagic   = "ARROW1"
	arrowStart   = 8 // the magic and its padding
	continuation = 0xFFFFFFFF
	// The MessageHeader union of Message.fbs.
	messageSchema     = 1
	messageDictionary = 2
	messageBatch      = 3
)

// arrowMessage is where a message lies.
type arrowMessage struct {
	offset   int64 // of the flatbuffer, behind its length
	metaSize int32 // of the flatbuffer
	bodySize int64 // which follows it
}

// messageSize is what we remember of a message: its place, what a dictionary's
// head says, and of a stream how many of those stand before it.
const messageSize = int64(unsafe.Sizeof(arrowMessage{})+unsafe.Sizeof(dictionaryHead{})) + 8

func (m arrowMessage) body() int64 { return m.offset + int64(m.metaSize) }

// arrowPart is one file of Arrow record batches.
type arrowPart struct {
	input        *input
	columns      []arrowField
	batches      []arrowMessage
	dictionaries *arrowDictionaries
	digest       string // of its data, if the file carries one
}

// openArrowFile reads the footer of an Arrow file.
func openArrowFile(in *input, m *budget) (*arrowPart, error) {
	data, limit, err := readFooter(in, arrowStart, arrowMagic, m)
	if err != nil {
		return nil, err
	}
	defer m.describe(-int64(len(data))) //nolint:errcheck // giving back cannot fail
	buffer := flatbuf.New(data)
	footer := buffer.Root()
	part := &arrowPart{input: in}
	if part.columns, err = arrowFields(footer.Table(1), m); err != nil {
		return nil, err
	}
	part.digest = digestOf(footer.Table(1))
	dictionaries, err := footerBlocks(in, footer.Structs(2, 24), limit, m)
	if err != nil {
		return nil, err
	}
	if part.batches, err = footerBlocks(in, footer.Structs(3, 24), limit, m); err != nil {
		return nil, err
	}
	if buffer.Damaged() {
		return nil, corrupt("its footer points outside of itself")
	}
	part.dictionaries = newArrowDictionaries(dictionaries)
	return part, nil
}

// footerBlocks reads the places of messages from a footer: structs of an
// offset (8 bytes), the size of the message with its length and padding (4,
// and 4 unused), and the size of its body (8).
func footerBlocks(in *input, structs []byte, limit int64, m *budget) ([]arrowMessage, error) {
	if err := m.describe(messageSize * int64(len(structs)/24)); err != nil {
		return nil, fmt.Errorf("its footer %w", err)
	}
	messages := make([]arrowMessage, 0, len(structs)/24)
	var head [8]byte
	for ; len(structs) >= 24; structs = structs[24:] {
		offset := int64(binary.LittleEndian.Uint64(structs))
		meta := int64(int32(binary.LittleEndian.Uint32(structs[8:])))
		body := int64(binary.LittleEndian.Uint64(structs[16:]))
		if offset < arrowStart || meta < 8 || meta > maxMetadata || body < 0 ||
			offset > limit || meta > limit-offset || body > limit-offset-meta {
			return nil, corrupt("its footer points outside of the file")
		}
		if err := readFull(in, head[:], offset); err != nil {
			return nil, err
		}
		prefix := int64(8)
		if binary.LittleEndian.Uint32(head[:]) != continuation { // before Arrow 0.15
			prefix = 4
		}
		messages = append(messages, arrowMessage{offset + prefix, int32(meta - prefix), body})
	}
	return messages, nil
}

// openArrowStream finds the messages of an Arrow stream, which begins at
// offset.
func openArrowStream(in *input, offset int64, m *budget) (*arrowPart, error) {
	part := &arrowPart{input: in}
	var dictionaries []arrowMessage
	versions := []int{} // dictionaries known before each batch
	for first := true; ; first = false {
		message, header, err := nextMessage(in, offset, m)
		if err == io.EOF { //nolint:errorlint // nextMessage gives it bare
			if first {
				return nil, corrupt("it has no schema")
			}
			break
		}
		if err != nil {
			return nil, err
		}
		if err := m.describe(2 * messageSize); err != nil { // twice: the lists grow
			return nil, fmt.Errorf("its number of messages %w", err)
		}
		kind, table := header.Uint8(1), header.Table(2)
		switch {
		case first != (kind == messageSchema):
			return nil, corrupt("its messages are out of order")
		case kind == messageSchema:
			if part.columns, err = arrowFields(table, m); err != nil {
				return nil, err
			}
		case kind == messageDictionary:
			dictionaries = append(dictionaries, message)
		case kind == messageBatch:
			part.batches = append(part.batches, message)
			versions = append(versions, len(dictionaries))
		default:
			return nil, corrupt("it holds a message of an unknown kind")
		}
		offset = message.body() + message.bodySize
	}
	part.dictionaries = newArrowDictionaries(dictionaries)
	part.dictionaries.before = versions
	return part, nil
}

// nextMessage reads the message at offset; at the end of the stream the error
// is io.EOF.
func nextMessage(in *input, offset int64, allowed *budget) (m arrowMessage, header flatbuf.Table, err error) {
	var head [8]byte
	left := in.size - offset
	if left == 0 {
		return m, header, io.EOF
	}
	if left < 4 {
		return m, header, corrupt("it ends too soon")
	}
	if err := readFull(in, head[:min(left, 8)], offset); err != nil {
		return m, header, err
	}
	size, prefix := binary.LittleEndian.Uint32(head[:]), int64(4)
	if size == continuation {
		size, prefix = binary.LittleEndian.Uint32(head[4:]), 8
	}
	if size == 0 {
		return m, header, io.EOF
	}
	if size > maxMetadata || int64(size) > left-prefix {
		return m, header, corrupt("a message has an impossible size")
	}
	// The message of the turn before is garbage by now.
	if err := allowed.describe(int64(size)); err != nil {
		return m, header, fmt.Errorf("a message %w", err)
	}
	defer allowed.describe(-int64(size)) //nolint:errcheck // giving back cannot fail
	data := make([]byte, size)
	if err := readFull(in, data, offset+prefix); err != nil {
		return m, header, err
	}
	buffer := flatbuf.New(data)
	header = buffer.Root()
	m = arrowMessage{offset + prefix, int32(size), header.Int64(3)}
	if buffer.Damaged() || m.bodySize < 0 || m.bodySize > in.size-m.body() {
		return m, header, corrupt("a message points outside of the file")
	}
	return m, header, nil
}

// isArrowStream tells whether the file begins with the schema of an Arrow
// stream.
func isArrowStream(in *input, m *budget) bool {
	_, header, err := nextMessage(in, 0, m)
	return err == nil && header.Uint8(1) == messageSchema && header.Table(2).Present()
}

// readFull reads the bytes at offset; a file that is too short is damaged.
func readFull(src io.ReaderAt, buf []byte, offset int64) error {
	// ReadAt gives an error whenever it gives fewer bytes than asked for.
	if n, err := src.ReadAt(buf, offset); n < len(buf) {
		return damaged(fmt.Errorf("read: %w", err))
	}
	return nil
}

func (p *arrowPart) format() string { return formatArrow }

func (p *arrowPart) forget() { p.dictionaries.forget() }
