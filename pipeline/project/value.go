package project

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"cohortcounts/internal/pythontext"
)

// kind is what a YAML node means.
type kind int

const (
	kindNull kind = iota
	kindBool
	kindInt
	kindFloat
	kindText
	kindTime   // a date, or date and time
	kindBytes  // !!binary
	kindTagged // a scalar with a tag that nobody knows: not text
	kindList
	kindMap
	kindSet
)

// noun is the kind in a message.
func (k kind) noun() string {
	return [...]string{
		"nothing", "a yes/no value", "a number", "a number", "text", "a date",
		"binary data", "a tagged value", "a list", "a mapping", "a set",
	}[k]
}

// value is a node with its meaning. Only the fields of its kind are set.
type value struct {
	kind         kind
	text         string // of text, bytes and tagged scalars; a time as Python prints it
	boolean      bool
	integer      *big.Int
	float        float64
	time         time.Time
	items        []*value // of a list or set
	entries      []entry  // of a map, in order; merged ones after its own
	line, column int      // from 1
}

// entry is one key of a map.
type entry struct{ key, value *value }

// get is the value of a text key, and whether the key is there.
func (v *value) get(key string) (*value, bool) {
	for _, e := range v.entries {
		if e.key.kind == kindText && e.key.text == key {
			return e.value, true
		}
	}
	return nil, false
}

// missing tells whether an optional value is absent: not there, or null.
func (v *value) missing() bool { return v == nil || v.kind == kindNull }

// identity is equal for two keys that Python takes for the same key of a dict
// (1, 1.0 and true are one key; "1" is another). It is false for a key that
// cannot be one.
func (v *value) identity() (string, bool) {
	switch v.kind {
	case kindNull:
		return "null", true
	case kindBool:
		if v.boolean {
			return "number 1", true
		}
		return "number 0", true
	case kindInt:
		return "number " + v.integer.String(), true
	case kindFloat:
		if whole := new(big.Float); !math.IsNaN(v.float) && !math.IsInf(v.float, 0) && whole.SetFloat64(v.float).IsInt() {
			integer, _ := whole.Int(nil)
			return "number " + integer.String(), true
		}
		if math.IsNaN(v.float) {
			return fmt.Sprintf("not a number %p", v), true
		}
		return "number " + strconv.FormatFloat(v.float, 'g', -1, 64), true
	case kindText:
		return "text " + v.text, true
	case kindBytes:
		return "bytes " + v.text, true
	case kindTime:
		return "time " + v.text, true
	case kindTagged:
		return fmt.Sprintf("tagged %p", v), true
	case kindList:
		parts := make([]string, len(v.items))
		for i, item := range v.items {
			id, ok := item.identity()
			if !ok || item.isCollection() {
				return "", false
			}
			parts[i] = strconv.Quote(id)
		}
		return "list " + strings.Join(parts, ","), true
	case kindMap:
		parts := make([]string, len(v.entries))
		for i, e := range v.entries {
			key, _ := e.key.identity()
			id, ok := e.value.identity()
			if !ok || e.value.isCollection() {
				return "", false
			}
			parts[i] = strconv.Quote(key) + ":" + strconv.Quote(id)
		}
		return "map " + strings.Join(parts, ","), true
	}
	return "", false
}

func (v *value) isCollection() bool {
	return v.kind == kindList || v.kind == kindMap || v.kind == kindSet
}

// print is the value as Python's str() writes it: so are names that are not
// text shown.
func (v *value) print() string {
	if v.kind == kindText || v.kind == kindTagged {
		return v.text
	}
	return v.represent()
}

// represent is the value as Python's repr() writes it.
func (v *value) represent() string {
	switch v.kind {
	case kindNull:
		return "None"
	case kindBool:
		if v.boolean {
			return "True"
		}
		return "False"
	case kindInt:
		return v.integer.String()
	case kindFloat:
		return pythontext.Float(v.float)
	case kindText:
		return quotePython(v.text)
	case kindBytes:
		return "b" + quoteBytes(v.text)
	case kindList:
		parts := make([]string, len(v.items))
		for i, item := range v.items {
			parts[i] = item.represent()
		}
		if len(parts) == 1 {
			return "(" + parts[0] + ",)"
		}
		return "(" + strings.Join(parts, ", ") + ")"
	case kindMap:
		parts := make([]string, len(v.entries))
		for i, e := range v.entries {
			parts[i] = "(" + e.key.represent() + ", " + e.value.represent() + ")"
		}
		return "ordereddict([" + strings.Join(parts, ", ") + "])"
	}
	return v.text
}

// quotePython writes text as Python's repr() does, but for characters that
// Python escapes and Go does not.
func quotePython(text string) string {
	quote := "'"
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = `"`
	}
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, quote, `\`+quote).Replace(text)
	return quote + escaped + quote
}

// quoteBytes writes bytes as Python's repr() does.
func quoteBytes(data string) string {
	var b strings.Builder
	for i := range len(data) {
		if c := data[i]; c >= 0x80 || c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7F {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	quoted := quotePython(b.String())
	return strings.ReplaceAll(quoted, `\\x`, `\x`)
}

// json is the value as JSON has it; dates and other scalars that JSON lacks
// become text, keys become what Python prints.
func (v *value) json() any {
	switch v.kind {
	case kindNull:
		return nil
	case kindBool:
		return v.boolean
	case kindInt:
		return json.Number(v.integer.String())
	case kindFloat:
		if math.IsNaN(v.float) || math.IsInf(v.float, 0) {
			return pythontext.Float(v.float)
		}
		return json.Number(pythontext.Float(v.float))
	case kindList, kindSet:
		items := make([]any, len(v.items))
		for i, item := range v.items {
			items[i] = item.json()
		}
		return items
	case kindMap:
		object := make(map[string]any, len(v.entries))
		for _, e := range v.entries {
			object[e.key.print()] = e.value.json()
		}
		return object
	}
	return v.text
}
