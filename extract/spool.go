package extract

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/study"
)

// spooled is an answer on disk. A cohort file begins with what is known only
// at the end of the rows (how many there are, which texts occur), so they are
// read twice: from the engine, and from here. Of a text the row holds only its
// number: the texts themselves are kept once, in memory.
//
//	row: patient_id int64, then per column
//	     bool: 1 byte; date: int32 days or noDay; int: int64; float: float64;
//	     text: uint32, its place among the column's texts plus one; 0 is empty
type spooled struct {
	columns []outputColumn
	numbers []texts // by column
	rows    int64
	file    *os.File
}

const noDay = math.MinInt32

// spool reads an answer to its end. The file has no name, where the system
// allows that, so that nothing is left however the program ends.
func spool(ctx context.Context, answer rows, columns []outputColumn, dir string) (s *spooled, err error) {
	file, err := os.CreateTemp(dir, ".cohortcounts-*.tmp")
	if err != nil {
		return nil, err
	}
	s = &spooled{columns: columns, numbers: make([]texts, len(columns)), file: file}
	_ = os.Remove(file.Name()) // where it cannot be removed while open, close does
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	out := bufio.NewWriterSize(file, 1<<20)
	for i := range s.numbers {
		s.numbers[i] = texts{numbers: map[string]uint32{}, cleaned: map[string]uint32{}}
	}
	row := make([]any, len(columns)+1)
	var b []byte
	for {
		if err := answer.next(row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return s, err
		}
		if s.rows%1024 == 0 && ctx.Err() != nil {
			return s, ctx.Err()
		}
		id, ok := row[0].(int64)
		if !ok {
			return s, errors.New("the database gave a patient without an id")
		}
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(id))
		for i := range columns {
			if b, ok = s.append(b, i, row[i+1]); !ok {
				return s, fmt.Errorf("%s: the database gave a value of type %T for a column of type %s", columns[i].variable.Name, row[i+1], columns[i].variable.Type)
			}
		}
		if _, err := out.Write(b); err != nil {
			return s, s.full(err)
		}
		s.rows++
	}
	if err := out.Flush(); err != nil {
		return s, s.full(err)
	}
	return s, nil
}

// full is why the rows could not be kept.
func (s *spooled) full(err error) error {
	return fmt.Errorf("the cohort cannot be kept in %s while it is made: %w; set TMPDIR to a folder with more space", filepath.Dir(s.file.Name()), atomicfile.Cause(err))
}

// append adds a value of column i to a row.
func (s *spooled) append(b []byte, i int, value any) ([]byte, bool) {
	column := &s.columns[i]
	switch column.variable.Type {
	case study.Bool:
		n, ok := value.(int64)
		if n != 0 {
			n = 1
		}
		return append(b, byte(n)), ok
	case study.Int:
		n, ok := value.(int64)
		return binary.LittleEndian.AppendUint64(b, uint64(n)), ok
	case study.Float:
		x, ok := value.(float64)
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(x)), ok
	case study.Date:
		n, ok := value.(int64)
		if value == nil || n <= noDay || n > math.MaxInt32 {
			n, ok = noDay, value == nil
		}
		return binary.LittleEndian.AppendUint32(b, uint32(int32(n))), ok
	}
	text, ok := value.(string)
	return binary.LittleEndian.AppendUint32(b, s.numbers[i].of(text, column.clean)), ok
}

// texts numbers the texts of a column in order of first appearance, from 1; 0
// is the empty text.
type texts struct {
	shown   []string
	numbers map[string]uint32 // of what is shown
	cleaned map[string]uint32 // of what the engine gave, where that is another text
}

func (t *texts) of(text string, clean func(string) string) uint32 {
	if clean == nil {
		return t.number(text)
	}
	number, known := t.cleaned[text]
	if !known {
		number = t.number(clean(text))
		t.cleaned[text] = number
	}
	return number
}

func (t *texts) number(text string) uint32 {
	if text == "" {
		return 0
	}
	number, known := t.numbers[text]
	if !known {
		t.shown = append(t.shown, text)
		number = uint32(len(t.shown))
		t.numbers[text] = number
	}
	return number
}

func (s *spooled) close() error {
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
