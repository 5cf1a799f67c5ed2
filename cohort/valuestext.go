package cohort

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

func (r *ValueReader) openCSV(file *checkedFile, columns []ValueColumn) error {
	var in io.Reader = bufio.NewReaderSize(file.all(), 1<<18)
	if file.format == formatGzipCSV {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("%s: %w", r.path, corrupt("it cannot be read as gzip"))
		}
		in = unpacked
	}
	texts := csv.NewReader(in)
	header, err := texts.Read()
	if err != nil {
		return fmt.Errorf("%s: read the line of names: %w", r.path, err)
	}
	texts.ReuseRecord = true
	places := make([]int, len(columns))
	for i, c := range columns {
		places[i] = slices.IndexFunc(header, func(name string) bool {
			return strings.TrimPrefix(name, "\ufeff") == c.Name
		})
		if places[i] < 0 {
			return fmt.Errorf("%s: has no column %q", r.path, c.Name)
		}
	}
	values := make([]Values, len(columns))
	line := 1
	r.next = func() ([]Values, error) {
		for i, c := range columns {
			v := &values[i]
			*v = Values{Kind: Words, Category: true, Texts: v.Texts[:0], Floats: v.Floats[:0]}
			if c.Number {
				v.Kind, v.Category = Floats, false
			}
		}
		for rows := 0; rows < valueRows; rows++ {
			row, err := texts.Read()
			if errors.Is(err, io.EOF) && rows > 0 {
				break
			}
			if err != nil {
				return nil, err
			}
			line++
			for i, c := range columns {
				v, text := &values[i], row[places[i]]
				v.Rows++
				if !c.Number {
					v.Texts = append(v.Texts, text)
					continue
				}
				n, ok := numberOf(text)
				if !ok {
					return nil, fmt.Errorf("row %d: column %q holds something that is not a number", line, c.Name)
				}
				v.Floats = append(v.Floats, n)
			}
		}
		return values, nil
	}
	return nil
}

// powerOfTen are the doubles nearest to the powers of ten. Those of math.Pow10
// are products of two, and not always the nearest.
var powerOfTen = func() (p [309]float64) {
	for i := range p {
		p[i], _ = strconv.ParseFloat("1e"+strconv.Itoa(i), 64)
	}
	return p
}()

// numberOf is the number that a text of a CSV file stands for, to the last bit
// as pandas reads it (float_precision="high", its default): 17 digits at most
// are taken, leading zeros among them, and scaled once by a power of ten. For
// numbers of up to 15 digits that is the nearest double. There is no NaN, and
// nothing above what a double holds.
func numberOf(text string) (float64, bool) {
	const most = 17 // digits that tell two doubles apart
	text = strings.Trim(text, " \t\v\f\r\n")
	sign := 1.0
	if text != "" && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if lower := strings.ToLower(text); lower == "inf" || lower == "infinity" {
		return math.Inf(int(sign)), true
	}
	n, digits, exponent, read := 0.0, 0, 0, 0
	digit := func() bool { return read < len(text) && text[read] >= '0' && text[read] <= '9' }
	take := func() bool {
		if digits == most {
			return false
		}
		n = float64(n*10) + float64(text[read]-'0')
		digits++
		return true
	}
	for ; digit(); read++ {
		if !take() {
			exponent++
		}
	}
	if read < len(text) && text[read] == '.' {
		for read++; digit(); read++ {
			if take() {
				exponent--
			}
		}
	}
	if digits == 0 {
		return 0, false
	}
	if read < len(text) && (text[read] == 'e' || text[read] == 'E') {
		// Beyond four digits the number is out of bounds or zero anyway.
		power, err := strconv.Atoi(text[read+1:])
		if err != nil || strings.Contains(text[read+1:], "_") {
			return 0, false
		}
		exponent += max(min(power, 9999), -9999)
		read = len(text)
	}
	if read < len(text) {
		return 0, false
	}
	switch {
	case exponent > 308:
		return 0, false
	case exponent > 0:
		n *= powerOfTen[exponent]
	case exponent < -308: // below what a double holds as a power
		n = n / powerOfTen[min(-308-exponent, 308)] / powerOfTen[308]
	default:
		n /= powerOfTen[-exponent]
	}
	return sign * n, !math.IsInf(n, 0)
}
