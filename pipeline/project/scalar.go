package project

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dialect is the version of YAML that a file is in. It decides what a plain
// scalar means: `no` is text in 1.2 and false in 1.1.
type dialect int

const (
	yaml12 dialect = iota // also without a %YAML line
	yaml11
)

// implicit is how plain scalars get a tag: the first pattern that matches.
// A pattern is only looked at for scalars that start with one of its letters.
type implicit struct {
	tag     string
	first   string
	pattern *regexp.Regexp
}

const (
	numberFirst = "-+0123456789"
	nullText    = "^(?:~|null|Null|NULL|)$"
	timeText    = `^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}` +
		`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?` +
		`(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$`
)

// implicits are the patterns of each dialect, in the reference's order.
var implicits = map[dialect][]implicit{
	yaml12: {
		{"!!bool", "tTfF", regexp.MustCompile("^(?:true|True|TRUE|false|False|FALSE)$")},
		{"!!float", numberFirst + ".", regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?` +
			`|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)},
		{"!!int", numberFirst, regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+)$`)},
		{"!!merge", "<", regexp.MustCompile("^<<$")},
		{"!!null", "~nN", regexp.MustCompile(nullText)},
		{"!!timestamp", "0123456789", regexp.MustCompile(timeText)},
		{"!!value", "=", regexp.MustCompile("^=$")},
	},
	yaml11: {
		{"!!bool", "yYnNtTfFoO", regexp.MustCompile("^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$")},
		{"!!float", numberFirst + ".", regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?` +
			`|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9_]+(?:[eE][-+][0-9]+)?` +
			`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)},
		{"!!int", numberFirst, regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0?[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)` +
			`|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)},
		{"!!merge", "<", regexp.MustCompile("^<<$")},
		{"!!null", "~nN", regexp.MustCompile(nullText)},
		{"!!timestamp", "0123456789", regexp.MustCompile(timeText)},
		{"!!value", "=", regexp.MustCompile("^=$")},
	},
}

// resolve is the tag of a plain scalar.
func (d dialect) resolve(text string) string {
	if text == "" {
		return "!!null"
	}
	for _, i := range implicits[d] {
		if strings.IndexByte(i.first, text[0]) >= 0 && i.pattern.MatchString(text) {
			return i.tag
		}
	}
	return "!!str"
}

// scalar is the value of a scalar with the tag. It fails for text that is not
// what its tag says, such as `!!int four` or the date 2020-13-01.
func (d dialect) scalar(tag, text string) (*value, error) {
	switch tag {
	case "!!str":
		return &value{kind: kindText, text: text}, nil
	case "!!null":
		return &value{kind: kindNull}, nil
	case "!!bool":
		switch strings.ToLower(text) {
		case "yes", "y", "true", "on":
			return &value{kind: kindBool, boolean: true}, nil
		case "no", "n", "false", "off":
			return &value{kind: kindBool}, nil
		}
		return nil, errors.New("is neither true nor false")
	case "!!int":
		integer, err := d.integer(text)
		return &value{kind: kindInt, integer: integer}, err
	case "!!float":
		float, err := d.float(text)
		return &value{kind: kindFloat, float: float}, err
	case "!!binary":
		data, err := decodeBase64(text)
		return &value{kind: kindBytes, text: data}, err
	case "!!timestamp":
		return parseTime(text)
	case "!!map", "!!seq", "!!omap", "!!pairs", "!!set":
		return nil, errors.New("is not a " + strings.TrimPrefix(tag, "!!"))
	}
	return &value{kind: kindTagged, text: text}, nil
}

// integer reads a YAML integer.
func (d dialect) integer(text string) (*big.Int, error) {
	text = strings.ReplaceAll(text, "_", "")
	if text == "" {
		return nil, errNumber
	}
	negative := text[0] == '-'
	if text[0] == '-' || text[0] == '+' {
		text = text[1:]
	}
	if text == "" {
		return nil, errNumber
	}
	var number *big.Int
	var err error
	switch {
	case strings.HasPrefix(text, "0b"):
		number, err = parseInt(text[2:], 2)
	case strings.HasPrefix(text, "0x"):
		number, err = parseInt(text[2:], 16)
	case strings.HasPrefix(text, "0o"):
		number, err = parseInt(text[2:], 8)
	case d == yaml11 && text != "0" && text[0] == '0':
		number, err = parseInt(text, 8)
	case d == yaml11 && strings.Contains(text, ":"):
		number = new(big.Int)
		for part := range strings.SplitSeq(text, ":") {
			digit, partErr := parseInt(part, 10)
			if partErr != nil {
				return nil, partErr
			}
			number.Mul(number, big.NewInt(60)).Add(number, digit)
		}
	default:
		number, err = parseInt(text, 10)
	}
	if err == nil && negative {
		number.Neg(number)
	}
	return number, err
}

// float reads a YAML floating point number.
func (d dialect) float(written string) (float64, error) {
	text := strings.ToLower(strings.ReplaceAll(written, "_", ""))
	if text == "" {
		return 0, errNumber
	}
	sign := 1.0
	if text[0] == '-' {
		sign = -1
	}
	if text[0] == '-' || text[0] == '+' {
		text = text[1:]
	}
	switch {
	case text == ".inf":
		return math.Inf(int(sign)), nil
	case text == ".nan":
		return math.NaN(), nil
	case d == yaml11 && strings.Contains(text, ":"):
		number := 0.0
		for part := range strings.SplitSeq(text, ":") {
			digit, err := parseFloat(part)
			if err != nil {
				return 0, err
			}
			number = number*60 + digit
		}
		return sign * number, nil
	case !strings.Contains(text, "e") && !strings.Contains(written, "."):
		return 0, errors.New("has no decimal point") // !!float 4
	}
	number, err := parseFloat(text)
	return sign * number, err
}

// decodeBase64 is lenient as Python's base64.decodebytes: what is no base64
// letter is skipped, a complete padding ends the text.
func decodeBase64(text string) (string, error) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var data []byte
	bits, filled, padding := 0, 0, 0
	for _, r := range text {
		if r >= 0x80 {
			return "", errors.New("is not base64 text")
		}
		if r == '=' {
			padding++
			if filled >= 2 && filled+padding >= 4 {
				return string(data), nil
			}
			continue
		}
		letter := strings.IndexByte(letters, byte(r))
		if letter < 0 {
			continue
		}
		padding = 0
		bits = bits<<6 | letter
		if filled = (filled + 1) % 4; filled != 1 {
			data = append(data, byte(bits>>(2*((4-filled)%4))))
		}
	}
	if filled != 0 {
		return "", errors.New("is not base64 text")
	}
	return string(data), nil
}

// timeParts takes a date or time apart.
var timeParts = regexp.MustCompile(`^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})` +
	`(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?)?$`)

// parseTime reads a YAML timestamp, in UTC.
func parseTime(text string) (*value, error) {
	parts := timeParts.FindStringSubmatch(text)
	if parts == nil {
		return nil, errors.New("is not a date")
	}
	number := func(i int) int {
		n, _ := strconv.Atoi(parts[i]) // digits, or empty
		return n
	}
	year, month, day := number(1), number(2), number(3)
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year == 0 || date.Month() != time.Month(month) || date.Day() != day {
		return nil, errors.New("is not a day of the calendar")
	}
	if parts[4] == "" {
		return &value{kind: kindTime, time: date, text: date.Format(time.DateOnly)}, nil
	}
	hour, minute, second := number(4), number(5), number(6)
	if hour > 23 || minute > 59 || second > 59 {
		return nil, errors.New("is not a time of day")
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	offset := time.Duration(number(9))*time.Hour + time.Duration(number(10))*time.Minute
	if parts[8] == "-" {
		offset = -offset
	}
	at = at.Add(-offset)
	printed := at.Format(time.DateTime)
	if fraction := fmt.Sprintf("%-6.6s", parts[7]); strings.Trim(fraction, " 0") != "" {
		printed += "." + strings.ReplaceAll(fraction, " ", "0")
	}
	return &value{kind: kindTime, time: at, text: printed}, nil
}
