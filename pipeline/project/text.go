package project

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"cohortcounts/internal/problem"
)

// decodeText turns a file's bytes into UTF-8. As the reference, it takes UTF-16
// for a file that starts with its byte order mark and UTF-8 otherwise, and
// refuses characters that YAML does not allow. A mark at the start stays: the
// YAML reader skips one.
func decodeText(name string, data []byte) (string, error) {
	text, err := toUTF8(data)
	if err == nil {
		err = checkCharacters(text)
	}
	if err != nil {
		var bad badCharacter
		if !errors.As(err, &bad) {
			return "", err
		}
		line, column := place(text, bad.offset)
		return "", problem.Problem{
			File: name, Line: line, Column: column,
			What: bad.what, Remedy: "save the file as plain UTF-8 text",
		}
	}
	return string(text), nil
}

// badCharacter is a fault at a byte of the text.
type badCharacter struct {
	offset int
	what   string
}

func (b badCharacter) Error() string { return b.what }

// toUTF8 decodes UTF-16 by its mark. Text up to a fault is returned with it.
func toUTF8(data []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return data, nil
	}
	var text []byte
	for i := 0; i < len(data); i += 2 {
		if i+1 == len(data) {
			return text, badCharacter{len(text), "the file ends within a UTF-16 character"}
		}
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 < len(data) {
				r = utf16.DecodeRune(r, rune(order.Uint16(data[i+2:])))
			}
			if r == utf8.RuneError || utf16.IsSurrogate(r) {
				return text, badCharacter{len(text), "half of a UTF-16 surrogate pair"}
			}
			i += 2
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

// checkCharacters finds the first character that YAML does not allow.
func checkCharacters(text []byte) error {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return badCharacter{i, fmt.Sprintf("byte 0x%02X is not UTF-8 text", text[i])}
		}
		if !printable(r) {
			return badCharacter{i, fmt.Sprintf("character U+%04X is not allowed in YAML", r)}
		}
		i += size
	}
	return nil
}

// printable is YAML's set c-printable.
func printable(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r <= '~', r == 0x85:
		return true
	case r < 0xA0:
		return false
	}
	return r != 0xFFFE && r != 0xFFFF
}

// place is the line and column (both from 1, in characters) of a byte.
func place(text []byte, offset int) (line, column int) {
	before := text[:offset]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}
