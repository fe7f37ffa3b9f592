package snapshot

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A token is the type of a CSS token (CSS Syntax 3 § 4): a character that
// stands for itself, or one of these.
type token byte

const (
	tokSpace token = 128 + iota
	tokComment
	tokIdent
	tokFunction // with its (
	tokAt
	tokHash
	tokString
	tokBadString
	tokURL
	tokBadURL
	tokNumber // with its unit
	tokCDO
	tokCDC
)

// A scanner takes the tokens off a text. The present one is s[start:end].
type scanner struct {
	s          string
	start, end int
	tok        token
	stack      []byte // closing brackets of the blocks that skip is in, or that the text ends in
	tail       string // what the text's last token lacks at its end
}

// next reads the next token. It reports false at the end.
func (c *scanner) next() bool {
	c.start = c.end
	if c.end >= len(c.s) {
		c.tok = 0
		return false
	}
	switch b := c.s[c.end]; {
	case isSpace(b):
		c.tok = tokSpace
		for c.end < len(c.s) && isSpace(c.s[c.end]) {
			c.end++
		}
	case b == '/' && c.at(1) == '*':
		c.tok = tokComment
		if i := strings.Index(c.s[c.end+2:], "*/"); i >= 0 {
			c.end += i + 4
		} else {
			c.end, c.tail = len(c.s), "*/"
		}
	case b == '"' || b == '\'':
		c.quoted(b)
	case b == '#' && (isName(c.at(1)) || c.escape(c.end+1)):
		c.tok = tokHash
		c.end++
		c.name()
	case b == '@' && c.identAt(c.end+1):
		c.tok = tokAt
		c.end++
		c.name()
	case c.numberAt(c.end):
		c.tok = tokNumber
		c.number()
	case b == '-' && strings.HasPrefix(c.s[c.end:], "-->"):
		c.tok = tokCDC
		c.end += 3
	case b == '<' && strings.HasPrefix(c.s[c.end:], "<!--"):
		c.tok = tokCDO
		c.end += 4
	case c.identAt(c.end):
		c.tok = tokIdent
		c.name()
		if c.at(0) == '(' {
			c.end++
			c.tok = tokFunction
			if n := c.end - 1 - c.start; n <= 16 && lower(unescape(c.s[c.start:c.end-1])) == "url" {
				c.url()
			}
		}
	default:
		c.tok = token(b)
		c.end++
	}
	return true
}

// at returns the byte i after the present end, 0 behind the text's.
func (c *scanner) at(i int) byte {
	if c.end+i < len(c.s) {
		return c.s[c.end+i]
	}
	return 0
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' && b != '\v' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isNameStart(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b >= utf8.RuneSelf
}

func isName(b byte) bool { return isNameStart(b) || isDigit(b) || b == '-' }

// escape reports whether a valid escape begins at i (§ 4.3.8).
func (c *scanner) escape(i int) bool {
	return i+1 < len(c.s) && c.s[i] == '\\' && c.s[i+1] != '\n'
}

// identAt reports whether an ident sequence begins at i (§ 4.3.9).
func (c *scanner) identAt(i int) bool {
	if i >= len(c.s) {
		return false
	}
	if c.s[i] == '-' {
		i++
		return i < len(c.s) && (c.s[i] == '-' || isNameStart(c.s[i]) || c.escape(i))
	}
	return isNameStart(c.s[i]) || c.escape(i)
}

// numberAt reports whether a number begins at i (§ 4.3.10).
func (c *scanner) numberAt(i int) bool {
	if c.s[i] == '+' || c.s[i] == '-' {
		i++
	}
	if i < len(c.s) && c.s[i] == '.' {
		i++
	}
	return i < len(c.s) && isDigit(c.s[i])
}

func (c *scanner) number() {
	if b := c.at(0); b == '+' || b == '-' {
		c.end++
	}
	digits := func() {
		for isDigit(c.at(0)) {
			c.end++
		}
	}
	digits()
	if c.at(0) == '.' && isDigit(c.at(1)) {
		c.end++
		digits()
	}
	if b := c.at(0); b == 'e' || b == 'E' {
		if s := c.at(1); isDigit(s) || (s == '+' || s == '-') && isDigit(c.at(2)) {
			c.end += 2
			digits()
		}
	}
	if c.at(0) == '%' {
		c.end++
	} else if c.identAt(c.end) {
		c.name()
	}
}

// name consumes an ident sequence (§ 4.3.12).
func (c *scanner) name() {
	for c.end < len(c.s) {
		switch {
		case isName(c.s[c.end]):
			c.end++
		case c.escape(c.end):
			c.end += 2
		default:
			return
		}
	}
}

// quoted consumes a string (§ 4.3.5).
func (c *scanner) quoted(quote byte) {
	c.tok = tokString
	for c.end++; c.end < len(c.s); c.end++ {
		switch c.s[c.end] {
		case quote:
			c.end++
			return
		case '\n', '\r', '\f':
			c.tok = tokBadString
			return
		case '\\':
			if c.end+1 == len(c.s) {
				c.end, c.tail = len(c.s), `\`+string(quote)
				return
			}
			c.end++
		}
	}
	c.tail = string(quote)
}

// url consumes the rest of an url( whose argument is not quoted (§ 4.3.6).
func (c *scanner) url() {
	i := c.end
	for i < len(c.s) && isSpace(c.s[i]) {
		i++
	}
	if i < len(c.s) && (c.s[i] == '"' || c.s[i] == '\'') {
		return // a function like others
	}
	c.tok, c.end = tokURL, i
	for c.end < len(c.s) {
		switch b := c.s[c.end]; {
		case b == ')':
			c.end++
			return
		case c.escape(c.end):
			c.end += 2
			continue
		case isSpace(b):
			for i = c.end; i < len(c.s) && isSpace(c.s[i]); i++ {
			}
			if i < len(c.s) && c.s[i] != ')' {
				c.tok = tokBadURL
			}
		case b == '"', b == '\'', b == '(', b == '\\', b < ' ', b == 0x7F:
			c.tok = tokBadURL
		}
		c.end++
	}
	c.end, c.tail = len(c.s), ")"
}

// opens reports whether the present token opens a block.
func (c *scanner) opens() bool {
	switch c.tok {
	case '(', '[', '{', tokFunction:
		return true
	}
	return false
}

func (c *scanner) closer() byte {
	switch c.tok {
	case '[':
		return ']'
	case '{':
		return '}'
	}
	return ')'
}

// skip reads on to the end of the block that the present token opens. It does
// not recurse: blocks nest as deep as a text likes.
func (c *scanner) skip() {
	base := len(c.stack)
	c.stack = append(c.stack, c.closer())
	for len(c.stack) > base && c.next() {
		switch {
		case c.opens():
			c.stack = append(c.stack, c.closer())
		case c.tok == token(c.stack[len(c.stack)-1]):
			c.stack = c.stack[:len(c.stack)-1]
		}
	}
}

// cut returns a part of the text, with all closed that is open where the text
// ends (§ 5.4: what the end of the file leaves open is closed).
func (c *scanner) cut(start, end int) string {
	s := c.s[start:end]
	if end < len(c.s) || c.tail == "" && len(c.stack) == 0 {
		return s
	}
	b := append([]byte(s), c.tail...)
	for _, closer := range slices.Backward(c.stack) {
		b = append(b, closer)
	}
	c.stack, c.tail = c.stack[:0], ""
	return string(b)
}

// declaration consumes a declaration whose name has been read, and the ; after
// it (§ 5.5.6). It reports false for what is none.
func (c *scanner) declaration() (item, bool) {
	d := declaration{name: propertyName(c.s[c.start:c.end])}
	custom := strings.HasPrefix(d.name, "--")
	for c.next() && (c.tok == tokSpace || c.tok == tokComment) {
	}
	if c.tok != ':' {
		return item{}, false
	}
	from, to := -1, -1       // of the value
	bang, important := -1, 0 // where a ! stands; 1 after it, 2 after important
	for c.next() && c.tok != ';' {
		switch {
		case c.tok == tokSpace, c.tok == tokComment:
			continue
		case c.tok == '}', c.tok == ']', c.tok == ')', c.tok == tokBadString, c.tok == tokBadURL,
			c.tok == '{' && !custom:
			return item{}, false
		case c.tok == '!':
			bang, important = c.start, 1
		case c.tok == tokIdent && important == 1 && lower(unescape(c.s[c.start:c.end])) == "important":
			important = 2
		default:
			important = 0
		}
		start := c.start
		if c.opens() {
			c.skip()
		}
		if from < 0 {
			from = start
		}
		to = c.end
	}
	if important == 2 {
		d.important = true
		to = bang
	}
	if from >= 0 && to > from {
		d.value = strings.TrimRight(c.cut(from, to), " \t\r\n\f")
	}
	if d.value == "" && !custom {
		return item{}, false
	}
	return item{kind: itemDeclaration, decl: d}, true
}

// propertyName returns a property's name as it is compared: custom properties
// as they are, others in lower case.
func propertyName(s string) string {
	if s = unescape(s); strings.HasPrefix(s, "--") {
		return s
	}
	return lower(s)
}

// lower is strings.ToLower for ASCII, which is what CSS folds.
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// unescape resolves the escapes of an ident (§ 4.3.7).
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		r, n := rune(0), 0
		for n < 6 && i+n < len(s) {
			d, ok := hexDigit(s[i+n])
			if !ok {
				break
			}
			r = r<<4 | d
			n++
		}
		if n == 0 {
			b = append(b, s[i])
			continue
		}
		if r == 0 || r > utf8.MaxRune || r >= 0xD800 && r < 0xE000 {
			r = utf8.RuneError
		}
		b = utf8.AppendRune(b, r)
		if i += n; i < len(s) && isSpace(s[i]) {
			continue // it ends the escape
		}
		i--
	}
	return string(b)
}

func hexDigit(b byte) (rune, bool) {
	switch {
	case isDigit(b):
		return rune(b - '0'), true
	case b >= 'a' && b <= 'f':
		return rune(b-'a') + 10, true
	case b >= 'A' && b <= 'F':
		return rune(b-'A') + 10, true
	}
	return 0, false
}
