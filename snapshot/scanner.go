package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// A token is a kind of token of CSS Syntax 3 § 4. Those not named here are the
// byte that they are.
type token byte

const (
	tokSpace token = iota + 1
	tokComment
	tokString
	tokBadString
	tokURL
	tokBadURL
	tokFunction // with its (
	tokIdent
	tokHash
	tokAt
	tokNumber // percentages and dimensions, too
	tokCDO
	tokCDC
)

// A scanner reads CSS text token by token (CSS Syntax 3 § 4.3). It goes back
// when end is set back. Newlines are what § 3.3 makes newlines.
type scanner struct {
	s          string
	start, end int // of the token
	tok        token
	unclosed   bool   // the text ended in the token
	escape     bool   // with a \ that nothing follows
	stack      []byte // what would close the blocks that the text ended in
}

// next reads a token, and says whether there was one.
func (c *scanner) next() bool {
	i := c.end
	if i >= len(c.s) {
		return false
	}
	c.start, c.end, c.unclosed, c.escape = i, i+1, false, false
	b := c.s[i]
	switch {
	case isSpace(b):
		c.tok = tokSpace
		for c.end < len(c.s) && isSpace(c.s[c.end]) {
			c.end++
		}
	case c.isNumber(i):
		c.tok = tokNumber
		c.number(i)
	case b == '-' && strings.HasPrefix(c.s[i:], "-->"):
		c.tok, c.end = tokCDC, i+3
	case c.isName(i):
		c.name(i)
		c.tok = tokIdent
		if c.at(c.end) == '(' {
			name := c.s[i:c.end]
			c.tok, c.end = tokFunction, c.end+1
			if strings.EqualFold(unescape(name), "url") {
				c.url()
			}
		}
	case b == '"', b == '\'':
		c.string(b)
	case b == '/' && c.at(i+1) == '*':
		c.tok = tokComment
		if n := strings.Index(c.s[i+2:], "*/"); n >= 0 {
			c.end = i + 2 + n + 2
		} else {
			c.end, c.unclosed = len(c.s), true
		}
	case b == '#' && (isNameByte(c.at(i+1)) && i+1 < len(c.s) || c.isEscape(i+1)):
		c.tok = tokHash
		c.name(i + 1)
	case b == '@' && c.isName(i+1):
		c.tok = tokAt
		c.name(i + 1)
	case b == '<' && strings.HasPrefix(c.s[i:], "<!--"):
		c.tok, c.end = tokCDO, i+4
	default:
		c.tok = token(max(b, ' '))
	}
	return true
}

// at returns the byte at i, and a space where the text has ended.
func (c *scanner) at(i int) byte {
	if i < len(c.s) {
		return c.s[i]
	}
	return ' '
}

func isSpace(b byte) bool {
	return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f'
}

func isNewline(b byte) bool { return b == '\n' || b == '\r' || b == '\f' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// isNameStart takes 0 for the U+FFFD that § 3.3 puts in its place.
func isNameStart(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || b == '_' || b >= 0x80 || b == 0
}

func isNameByte(b byte) bool { return isNameStart(b) || isDigit(b) || b == '-' }

func (c *scanner) isEscape(i int) bool {
	return i < len(c.s) && c.s[i] == '\\' && (i+1 == len(c.s) || !isNewline(c.s[i+1]))
}

// isName says whether an ident starts at i (§ 4.3.9).
func (c *scanner) isName(i int) bool {
	if c.at(i) == '-' {
		i++
		return c.at(i) == '-' || isNameStart(c.at(i)) || c.isEscape(i)
	}
	return isNameStart(c.at(i)) || c.isEscape(i)
}

// isNumber says whether a number starts at i (§ 4.3.10).
func (c *scanner) isNumber(i int) bool {
	if b := c.at(i); b == '+' || b == '-' {
		i++
	}
	if c.at(i) == '.' {
		i++
	}
	return isDigit(c.at(i))
}

func (c *scanner) number(i int) {
	digits := func() {
		for isDigit(c.at(i)) {
			i++
		}
	}
	if b := c.at(i); b == '+' || b == '-' {
		i++
	}
	digits()
	if c.at(i) == '.' && isDigit(c.at(i+1)) {
		i++
		digits()
	}
	if c.at(i)|0x20 == 'e' {
		if b := c.at(i + 1); isDigit(b) || (b == '+' || b == '-') && isDigit(c.at(i+2)) {
			i += 2
			digits()
		}
	}
	c.end = i
	if c.at(i) == '%' {
		c.end = i + 1
	} else if c.isName(i) {
		c.name(i)
	}
}

// name reads a name from i on (§ 4.3.11).
func (c *scanner) name(i int) {
	for i < len(c.s) {
		switch {
		case isNameByte(c.s[i]):
			i++
			continue
		case c.isEscape(i):
			i = c.escaped(i)
			continue
		}
		break
	}
	c.end = i
}

// escaped returns where the escape at i ends (§ 4.3.7).
func (c *scanner) escaped(i int) int {
	i++
	if i == len(c.s) {
		c.unclosed, c.escape = true, true
		return i
	}
	n := 0
	for n < 6 && i+n < len(c.s) && isHex(c.s[i+n]) {
		n++
	}
	i += max(n, 1)
	if n > 0 && i < len(c.s) && isSpace(c.s[i]) {
		if strings.HasPrefix(c.s[i:], "\r\n") {
			i++
		}
		i++
	}
	return i
}

func isHex(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' }

// string reads a string that starts with the quote q (§ 4.3.5).
func (c *scanner) string(q byte) {
	c.tok = tokString
	for ; c.end < len(c.s); c.end++ {
		switch b := c.s[c.end]; {
		case b == q:
			c.end++
			return
		case isNewline(b):
			c.tok = tokBadString
			return
		case b == '\\':
			if c.end+1 == len(c.s) {
				c.escape = true
			} else if c.end++; strings.HasPrefix(c.s[c.end:], "\r\n") {
				c.end++
			}
		}
	}
	c.unclosed = true
}

// url reads what follows url( unless that is a string: then url( is a function
// (§ 4.3.4 and § 4.3.6).
func (c *scanner) url() {
	i := c.end
	for isSpace(c.at(i)) && i < len(c.s) {
		i++
	}
	if b := c.at(i); b == '"' || b == '\'' {
		return
	}
	c.tok = tokURL
	space := false
	for i < len(c.s) {
		switch b := c.s[i]; {
		case b == ')':
			c.end = i + 1
			return
		case isSpace(b):
			space = true
		case c.isEscape(i):
			if space {
				c.tok = tokBadURL
			}
			i = c.escaped(i)
			continue
		case space, b == '"', b == '\'', b == '(', b == '\\', b < ' ' && b != 0, b == 0x7f:
			c.tok = tokBadURL
		}
		i++
	}
	c.end, c.unclosed = len(c.s), true
}

// opens says whether the token begins a () or [].
func (c *scanner) opens() bool { return c.tok == '(' || c.tok == '[' || c.tok == tokFunction }

// skip reads on to what closes the token, which opens a block (§ 5.5.8). A
// stack and not recursion bears any depth.
func (c *scanner) skip() {
	c.stack = c.stack[:0]
	for ok := true; ok; ok = c.next() {
		switch c.tok {
		case '{':
			c.stack = append(c.stack, '}')
		case '[':
			c.stack = append(c.stack, ']')
		case '(', tokFunction:
			c.stack = append(c.stack, ')')
		case '}', ']', ')':
			if n := len(c.stack) - 1; c.stack[n] == byte(c.tok) {
				c.stack = c.stack[:n]
				if n == 0 {
					return
				}
			}
		}
	}
}

// cut returns the text from start to end, which is where a token ends. What
// the end of the sheet has closed (§ 5.5: it closes all) is closed by bytes
// that are not there, lest it swallow what is put after it.
func (c *scanner) cut(start, end int) string {
	if end < len(c.s) || !c.unclosed && len(c.stack) == 0 {
		return c.s[start:end]
	}
	var b strings.Builder
	if c.escape {
		end--
	}
	b.WriteString(c.s[start:end])
	if c.escape && c.tok != tokString {
		b.WriteRune('\uFFFD')
	}
	if c.unclosed {
		switch c.tok {
		case tokString:
			b.WriteByte(c.s[c.start])
		case tokComment:
			b.WriteString("*/")
		case tokURL, tokBadURL:
			b.WriteByte(')')
		}
	}
	for _, q := range slices.Backward(c.stack) {
		b.WriteByte(q)
	}
	return b.String()
}

// lower returns s with its ASCII letters in lower case.
func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// unescape returns the name that s spells (§ 4.3.7).
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	c := scanner{s: s}
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := c.escaped(i)
		hex := strings.TrimRight(s[i+1:end], " \n\t\r\f")
		if n, err := strconv.ParseUint(hex, 16, 32); err == nil && n > 0 {
			b.WriteRune(rune(n))
		} else {
			b.WriteString(s[i+1 : end])
		}
		i = end
	}
	return b.String()
}
