package study

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// parseCondition reads a logical expression of satisfying or categorised_as,
// such as `age >= 18 AND NOT (has_diabetes OR sex = "M")`.
//
// From loose to tight: OR, AND, NOT, comparisons, + and -, * and /, a sign.
// AND, OR and NOT are upper case. A name that stands alone, where a truth value
// is wanted, is compared with the empty value of its type, which empty gives
// for a known name; for an unknown one it says false.
func parseCondition(text string, empty func(name string) (any, bool)) (*Expression, []error) {
	p := conditionParser{empty: empty}
	if err := p.tokenize(text); err != nil {
		return nil, []error{err}
	}
	if len(p.tokens) == 0 {
		return nil, []error{fmt.Errorf("the expression is empty")}
	}
	e, err := p.or()
	if err == nil && p.next < len(p.tokens) {
		err = p.unexpected()
	}
	if err != nil {
		return nil, []error{err}
	}
	e = p.truth(e)
	return &e, p.unknown
}

type conditionParser struct {
	tokens  []string
	next    int
	depth   int
	empty   func(name string) (any, bool)
	unknown []error
}

// maxDepth bounds the nesting of brackets, so that no text exhausts the stack.
const maxDepth = 500

// One token after blanks and SQL comments: a number, a name, a quoted text, an
// operator or a bracket.
var (
	skipped = regexp.MustCompile(`^(?:\s+|--[^\n]*|#[^\n]*|/\*(?s:.*?)\*/)+`)
	token   = regexp.MustCompile(`^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|'[^']*'|"[^"]*"|!=|<=|>=|[=<>+\-*/()])`)
	// What the original lets a quoted text hold.
	plainText = regexp.MustCompile(`^[A-Za-z0-9_ <>=~]{0,64}$`)
)

func (p *conditionParser) tokenize(text string) error {
	for {
		text = text[len(skipped.FindString(text)):]
		if text == "" {
			return nil
		}
		t := token.FindString(text)
		switch {
		case t == "":
			return fmt.Errorf("cannot read the expression at %q", firstRunes(text, 12))
		case strings.HasPrefix(text, "=="):
			return fmt.Errorf("%q is not an operator here: write = instead", "==")
		case strings.HasPrefix(text, "<>"):
			return fmt.Errorf("%q is not an operator here: write != instead", "<>")
		case t != strings.ToUpper(t) && keywords[strings.ToUpper(t)]:
			return fmt.Errorf("%q must be written %q", t, strings.ToUpper(t))
		}
		if t[0] == '\'' || t[0] == '"' {
			if !plainText.MatchString(t[1 : len(t)-1]) {
				return fmt.Errorf("the text %s may only hold up to 64 letters, digits, blanks, and _ < > = ~", t)
			}
		}
		p.tokens = append(p.tokens, t)
		text = text[len(t):]
	}
}

var keywords = map[string]bool{"AND": true, "OR": true, "NOT": true}

// sqlWords are parts of SQL that look as if they could be used, and cannot.
var sqlWords = map[string]bool{"IN": true, "LIKE": true, "IS": true, "BETWEEN": true, "TRUE": true, "FALSE": true, "NULL": true}

func (p *conditionParser) peek() string {
	if p.next < len(p.tokens) {
		return p.tokens[p.next]
	}
	return ""
}

// take moves past the next token if it is one of the given ones.
func (p *conditionParser) take(wanted ...string) (string, bool) {
	for _, w := range wanted {
		if p.peek() == w {
			p.next++
			return w, true
		}
	}
	return "", false
}

func (p *conditionParser) unexpected() error {
	if p.next >= len(p.tokens) {
		return fmt.Errorf("the expression ends where a value is wanted")
	}
	if t := p.tokens[p.next]; p.next > 0 {
		return fmt.Errorf("unexpected %s after %s", t, p.tokens[p.next-1])
	}
	return fmt.Errorf("unexpected %s at the start", p.tokens[p.next])
}

func (p *conditionParser) or() (Expression, error)  { return p.chain(p.and, "OR") }
func (p *conditionParser) and() (Expression, error) { return p.chain(p.not, "AND") }

func (p *conditionParser) not() (Expression, error) {
	if _, ok := p.take("NOT"); !ok {
		return p.comparison()
	}
	if p.depth++; p.depth > maxDepth {
		return Expression{}, fmt.Errorf("the expression is nested too deeply")
	}
	defer func() { p.depth-- }()
	operand, err := p.not()
	return Expression{Operator: Not, Operands: []Expression{operand}}, err
}

func (p *conditionParser) comparison() (Expression, error) {
	return p.chain(p.sum, "=", "!=", "<=", ">=", "<", ">")
}
func (p *conditionParser) sum() (Expression, error)     { return p.chain(p.product, "+", "-") }
func (p *conditionParser) product() (Expression, error) { return p.chain(p.sign, "*", "/") }

// chain reads operands joined by any of the operators, grouping to the left;
// AND and OR take all their operands at once.
func (p *conditionParser) chain(operand func() (Expression, error), operators ...string) (Expression, error) {
	left, err := operand()
	for err == nil {
		operator, ok := p.take(operators...)
		if !ok {
			break
		}
		var right Expression
		right, err = operand()
		if op := Operator(operator); (op == And || op == Or) && left.Operator == op {
			left.Operands = append(left.Operands, right)
		} else {
			left = Expression{Operator: op, Operands: []Expression{left, right}}
		}
	}
	return left, err
}

func (p *conditionParser) sign() (Expression, error) {
	operator, ok := p.take("+", "-")
	if !ok {
		return p.primary()
	}
	if p.depth++; p.depth > maxDepth {
		return Expression{}, fmt.Errorf("the expression is nested too deeply")
	}
	defer func() { p.depth-- }()
	operand, err := p.sign()
	if err != nil || operator == "+" {
		return operand, err
	}
	switch n := operand.Literal.(type) {
	case int64:
		operand.Literal = -n
		return operand, nil
	case float64:
		operand.Literal = -n
		return operand, nil
	}
	return Expression{Operator: Minus, Operands: []Expression{operand}}, nil
}

func (p *conditionParser) primary() (Expression, error) {
	t := p.peek()
	switch {
	case t == "(":
		if p.depth++; p.depth > maxDepth {
			return Expression{}, fmt.Errorf("the expression is nested too deeply")
		}
		defer func() { p.depth-- }()
		p.next++
		e, err := p.or()
		if err != nil {
			return e, err
		}
		if _, ok := p.take(")"); !ok {
			if p.next >= len(p.tokens) {
				return e, fmt.Errorf("a bracket is not closed")
			}
			return e, p.unexpected()
		}
		return e, nil
	case t == "" || keywords[t]:
		return Expression{}, p.unexpected()
	case t[0] == '\'' || t[0] == '"':
		p.next++
		return Expression{Operator: Literal, Literal: t[1 : len(t)-1]}, nil
	case t[0] >= '0' && t[0] <= '9' || t[0] == '.':
		return p.number(t)
	case !isLetter(t[0]):
		return Expression{}, p.unexpected()
	}
	p.next++
	if _, ok := p.empty(t); !ok {
		if sqlWords[strings.ToUpper(t)] {
			return Expression{}, fmt.Errorf("%s cannot be used in an expression: use =, !=, AND, OR and NOT", t)
		}
		p.unknown = append(p.unknown, unknownNameError{name: t})
	}
	return Expression{Operator: Name, Name: t}, nil
}

func (p *conditionParser) number(t string) (Expression, error) {
	p.next++
	if n, err := strconv.ParseInt(t, 10, 64); err == nil {
		return Expression{Operator: Literal, Literal: n}, nil
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil {
		return Expression{}, fmt.Errorf("the number %s is out of range", t)
	}
	return Expression{Operator: Literal, Literal: f}, nil
}

// truth makes an expression a truth value, all the way down: a name on its own
// becomes a comparison with its empty value, a number one with zero.
func (p *conditionParser) truth(e Expression) Expression {
	switch e.Operator {
	case And, Or, Not:
		for i, operand := range e.Operands {
			e.Operands[i] = p.truth(operand)
		}
		return e
	case Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual:
		p.values(e)
		return e
	case Name:
		empty, _ := p.empty(e.Name)
		return Expression{Operator: NotEqual, Operands: []Expression{e, {Operator: Literal, Literal: empty}}}
	}
	p.values(e)
	return Expression{Operator: NotEqual, Operands: []Expression{e, {Operator: Literal, Literal: int64(0)}}}
}

// values finds the truth values inside the operands of a comparison or of
// arithmetic, as in `(a AND b) = 1`.
func (p *conditionParser) values(e Expression) {
	for i, operand := range e.Operands {
		if operand.Operator == And || operand.Operator == Or || operand.Operator == Not {
			e.Operands[i] = p.truth(operand)
		} else {
			p.values(operand)
		}
	}
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// firstRunes is the start of a text, at most n characters.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
