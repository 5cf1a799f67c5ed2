package project

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// errNumber is the fault of text that is no number.
var errNumber = errors.New("is not a number")

// floatText is what Python's float() takes, once digits are ASCII.
var floatText = regexp.MustCompile(`^[+-]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$`)

// notFinite is what else it takes.
var notFinite = regexp.MustCompile(`(?i)^[+-]?(?:inf|infinity|nan)$`)

// parseFloat reads text as Python's float() does: blanks around it, digits of
// any script, and single underscores between digits are fine.
func parseFloat(text string) (float64, error) {
	text = asciiDigits(trimSpace(text))
	if notFinite.MatchString(text) {
		return strconv.ParseFloat(strings.TrimLeft(text, "+"), 64)
	}
	if !floatText.MatchString(text) {
		return 0, errNumber
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil // infinity, as in Python
	}
	return number, err
}

// maxDigits is the length from which on Python refuses to read an integer.
const maxDigits = 4300

// parseInt reads text as Python's int(text, base) does, for base 2, 8, 10, 16.
func parseInt(text string, base int) (*big.Int, error) {
	text = asciiDigits(trimSpace(text))
	sign := ""
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, text = text[:1], text[1:]
	}
	if prefix := map[int]string{2: "0b", 8: "0o", 16: "0x"}[base]; prefix != "" && len(text) > 2 && strings.EqualFold(text[:2], prefix) {
		text = strings.TrimPrefix(text[2:], "_")
	}
	if text == "" || strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") || strings.ContainsAny(text, "+-") {
		return nil, errNumber
	}
	digits := strings.ReplaceAll(text, "_", "")
	if base == 10 && len(digits) > maxDigits {
		return nil, errors.New("has too many digits")
	}
	number, ok := new(big.Int).SetString(sign+digits, base)
	if !ok {
		return nil, errNumber
	}
	return number, nil
}

// asciiDigits turns decimal digits of every script into 0 to 9.
func asciiDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		for _, r16 := range unicode.Nd.R16 {
			if rune(r16.Lo) <= r && r <= rune(r16.Hi) {
				return '0' + (r-rune(r16.Lo))%10
			}
		}
		for _, r32 := range unicode.Nd.R32 {
			if rune(r32.Lo) <= r && r <= rune(r32.Hi) {
				return '0' + (r-rune(r32.Lo))%10
			}
		}
		return r
	}, text)
}

// trimSpace cuts what Python calls white space.
func trimSpace(text string) string { return strings.TrimFunc(text, isSpace) }

// isSpace is Python's str.isspace: Go's, and four separators.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1C <= r && r <= 0x1F }
