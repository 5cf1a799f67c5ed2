package generatecohortcmd

import (
	"fmt"
	"strconv"
	"strings"
)

// wholeNumber is a number in the forms that Python's int() takes, which are not
// Go's: 010 is ten, and there is no 0x10 or 1e3.
type wholeNumber int

func (n *wholeNumber) Set(text string) error {
	digits := strings.TrimSpace(text)
	if !strings.HasPrefix(digits, "_") && !strings.HasSuffix(digits, "_") && !strings.Contains(digits, "__") {
		digits = strings.ReplaceAll(digits, "_", "")
	}
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return fmt.Errorf("invalid int value: '%s'", text)
	}
	*n = wholeNumber(value)
	return nil
}

func (n *wholeNumber) String() string { return strconv.Itoa(int(*n)) }

// Type is shown in the help text.
func (n *wholeNumber) Type() string { return "int" }
