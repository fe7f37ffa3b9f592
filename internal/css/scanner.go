// Package css reads CSS as tokens: what package snapshot parses style sheets
// with, and what package mask looks for private content in them with.
package css

import (
	"slices"
	"strings"
)

// A Kind is a kind of token of CSS Syntax 3 § 4. Those not named here are the
// byte that they are.
type Kind byte

const (
	Space Kind = iota + 1
	Comment
	String
	BadString
	URL
	BadURL
	Function // with its (
	Ident
	Hash
	At
	Number // percentages and dimensions, too
	CDO
	CDC
)

// A Scanner reads CSS text token by token (CSS Syntax 3 § 4.3). Its zero value
// with a Text is ready; Go takes it to another token. Newlines are what § 3.3
// makes newlines, and 0 is the U+FFFD that it makes of it; the text itself is
// never changed.
type Scanner struct {
	Text       string
	Start, End int // of the token
	Kind       Kind
	Unclosed   bool   // the text ended in the token
	escape     bool   // with a \ that nothing follows
	stack      []byte // what would close the blocks that the text ended in
}

// Lex returns the kind and the end of the token of text that begins at i, which
// is before the end of the text.
func Lex(text string, i int) (Kind, int) {
	c := Scanner{Text: text, End: i}
	c.Next()
	return c.Kind, c.End
}

// Go makes the token that begins at i the next, in no block.
func (c *Scanner) Go(i int) { c.End, c.stack = i, c.stack[:0] }

// Next reads a token, and says whether there was one.
func (c *Scanner) Next() bool {
	i := c.End
	if i >= len(c.Text) {
		return false
	}
	c.Start, c.End, c.Unclosed, c.escape = i, i+1, false, false
	switch b := c.Text[i]; b {
	case ' ', '\n', '\t', '\r', '\f':
		c.Kind = Space
		for c.End < len(c.Text) && IsSpace(c.Text[c.End]) {
			c.End++
		}
	case '"', '\'':
		c.string(b)
	case '/':
		if c.at(i+1) != '*' {
			c.Kind = '/'
			break
		}
		c.Kind = Comment
		if n := strings.Index(c.Text[i+2:], "*/"); n >= 0 {
			c.End = i + 2 + n + 2
		} else {
			c.End, c.Unclosed = len(c.Text), true
		}
	case '#':
		if c.Kind = '#'; i+1 < len(c.Text) && IsNameByte(c.Text[i+1]) || c.isEscape(i+1) {
			c.Kind = Hash
			c.name(i + 1)
		}
	case '@':
		if c.Kind = '@'; c.isName(i + 1) {
			c.Kind = At
			c.name(i + 1)
		}
	case '<':
		if c.Kind = '<'; strings.HasPrefix(c.Text[i:], "<!--") {
			c.Kind, c.End = CDO, i+4
		}
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		c.number(i)
	case '+', '-', '.':
		switch {
		case c.isNumber(i):
			c.number(i)
		case b == '-' && strings.HasPrefix(c.Text[i:], "-->"):
			c.Kind, c.End = CDC, i+3
		case c.isName(i):
			c.ident(i)
		default:
			c.Kind = Kind(b)
		}
	default:
		if IsNameStart(b) || b == '\\' && c.isEscape(i) {
			c.ident(i)
		} else {
			c.Kind = Kind(max(b, ' '))
		}
	}
	return true
}

// ident reads what begins with a name (§ 4.3.4).
func (c *Scanner) ident(i int) {
	c.name(i)
	c.Kind = Ident
	if c.at(c.End) != '(' {
		return
	}
	name := c.Text[i:c.End]
	c.Kind, c.End = Function, c.End+1
	if IsURL(name) {
		c.url()
	}
}

// IsURL says whether a function's name, which may have escapes, is url.
func IsURL(name string) bool {
	return len(name) == 3 && strings.EqualFold(name, "url") ||
		len(name) > 3 && strings.IndexByte(name, '\\') >= 0 && strings.EqualFold(Unescape(name), "url")
}

// at returns the byte at i, and a space where the text has ended.
func (c *Scanner) at(i int) byte { return at(c.Text, i) }

func (c *Scanner) isEscape(i int) bool {
	return i < len(c.Text) && c.Text[i] == '\\' && (i+1 == len(c.Text) || !IsNewline(c.Text[i+1]))
}

// isName says whether an ident starts at i (§ 4.3.9).
func (c *Scanner) isName(i int) bool {
	if c.at(i) == '-' {
		i++
		return c.at(i) == '-' || IsNameStart(c.at(i)) || c.isEscape(i)
	}
	return IsNameStart(c.at(i)) || c.isEscape(i)
}

// isNumber says whether a number starts at i (§ 4.3.10).
func (c *Scanner) isNumber(i int) bool {
	if b := c.at(i); b == '+' || b == '-' {
		i++
	}
	if c.at(i) == '.' {
		i++
	}
	return IsDigit(c.at(i))
}

// number reads a number, percentage or dimension (§ 4.3.3).
func (c *Scanner) number(i int) {
	i = numberEnd(c.Text, i)
	c.Kind, c.End = Number, i
	if c.at(i) == '%' {
		c.End = i + 1
	} else if c.isName(i) {
		c.name(i)
	}
}

// numberEnd returns where the number at i ends (§ 4.3.12).
func numberEnd(s string, i int) int {
	if b := at(s, i); b == '+' || b == '-' {
		i++
	}
	i = digitsEnd(s, i)
	if at(s, i) == '.' && IsDigit(at(s, i+1)) {
		i = digitsEnd(s, i+1)
	}
	if at(s, i)|0x20 == 'e' {
		if b := at(s, i+1); IsDigit(b) || (b == '+' || b == '-') && IsDigit(at(s, i+2)) {
			i = digitsEnd(s, i+2)
		}
	}
	return i
}

func digitsEnd(s string, i int) int {
	for i < len(s) && IsDigit(s[i]) {
		i++
	}
	return i
}

// Dimension parts a Number token into the number and its unit, which is "" or
// "%" if it is no dimension.
func Dimension(token string) (number, unit string) {
	i := numberEnd(token, 0)
	return token[:i], token[i:]
}

// name reads a name from i on (§ 4.3.11).
func (c *Scanner) name(i int) {
	for {
		for i < len(c.Text) && IsNameByte(c.Text[i]) {
			i++
		}
		if !c.isEscape(i) {
			break
		}
		i = c.escaped(i)
	}
	c.End = i
}

// escaped returns where the escape at i ends (§ 4.3.7).
func (c *Scanner) escaped(i int) int {
	end, open := escapeEnd(c.Text, i)
	c.Unclosed, c.escape = c.Unclosed || open, c.escape || open
	return end
}

// string reads a string that starts with the quote q (§ 4.3.5).
func (c *Scanner) string(q byte) {
	c.Kind = String
	for ; c.End < len(c.Text); c.End++ {
		switch b := c.Text[c.End]; {
		case b == q:
			c.End++
			return
		case IsNewline(b):
			c.Kind = BadString
			return
		case b == '\\':
			if c.End+1 == len(c.Text) {
				c.escape = true
			} else if c.End++; strings.HasPrefix(c.Text[c.End:], "\r\n") {
				c.End++
			}
		}
	}
	c.Unclosed = true
}

// url reads what follows url( unless that is a string: then url( is a function
// (§ 4.3.4 and § 4.3.6).
func (c *Scanner) url() {
	i := c.End
	for IsSpace(c.at(i)) && i < len(c.Text) {
		i++
	}
	if b := c.at(i); b == '"' || b == '\'' {
		return
	}
	c.Kind = URL
	space := false
	for i < len(c.Text) {
		switch b := c.Text[i]; {
		case b == ')':
			c.End = i + 1
			return
		case IsSpace(b):
			space = true
		case c.isEscape(i):
			if space {
				c.Kind = BadURL
			}
			i = c.escaped(i)
			continue
		case space, b == '"', b == '\'', b == '(', b == '\\', b < ' ' && b != 0, b == 0x7f:
			c.Kind = BadURL
		}
		i++
	}
	c.End, c.Unclosed = len(c.Text), true
}

// Opens says whether the token begins a () or [].
func (c *Scanner) Opens() bool { return c.Kind == '(' || c.Kind == '[' || c.Kind == Function }

// Skip reads on to what closes the token, which opens a block (§ 5.5.8). A
// stack and not recursion bears any depth.
func (c *Scanner) Skip() {
	c.stack = c.stack[:0]
	if !c.skipPlain() {
		c.skipTokens()
	}
}

// skipTokens is Skip for any text.
func (c *Scanner) skipTokens() {
	for ok := true; ok; ok = c.Next() {
		switch c.Kind {
		case '{':
			c.stack = append(c.stack, '}')
		case '[':
			c.stack = append(c.stack, ']')
		case '(', Function:
			c.stack = append(c.stack, ')')
		case '}', ']', ')':
			if n := len(c.stack) - 1; c.stack[n] == byte(c.Kind) {
				c.stack = c.stack[:n]
				if n == 0 {
					return
				}
			}
		}
	}
}

// skipPlain is Skip for text in which no bracket is in a comment, an escape or
// an address, as in most; false where it does not know. It looks at bytes, not
// at tokens.
func (c *Scanner) skipPlain() bool {
	var stack [16]byte // what closes the blocks around
	depth := 0
	open := byte(c.Kind)
	if c.Kind == Function {
		open = '('
	}
	for i := c.End; ; i++ {
		switch open {
		case '{', '[':
			open += 2 // as ASCII has them
		case '(':
			open++
		}
		if open != 0 {
			if depth == len(stack) {
				return false
			}
			stack[depth], open = open, 0
			depth++
		}
		for i < len(c.Text) && !inBlock[c.Text[i]] {
			i++
		}
		if i == len(c.Text) {
			return false
		}
		switch b := c.Text[i]; b {
		case '{', '[':
			open = b
		case '(':
			if c.Text[i-1]|0x20 == 'l' { // perhaps url(
				return false
			}
			open = b
		case '}', ']', ')':
			if stack[depth-1] != b {
				continue
			}
			if depth--; depth == 0 {
				c.Start, c.End, c.Kind, c.Unclosed, c.escape = i, i+1, Kind(b), false, false
				return true
			}
		case '"', '\'':
			n := strings.IndexByte(c.Text[i+1:], b)
			if n < 0 || strings.ContainsAny(c.Text[i+1:i+1+n], "\\\n\r\f") {
				return false
			}
			i += 1 + n
		default: // a \ or /
			if b == '\\' || c.at(i+1) == '*' {
				return false
			}
		}
	}
}

// inBlock are the bytes that skipPlain looks at.
var inBlock = func() (t [256]bool) {
	for _, b := range []byte(`{}[]()"'\/`) {
		t[b] = true
	}
	return t
}()

// Cut returns the text from start to end, which is where a token ends. What
// the end of the sheet has closed (§ 5.5: it closes all) is closed by bytes
// that are not there, lest it swallow what is put after it.
func (c *Scanner) Cut(start, end int) string {
	if end < len(c.Text) || !c.Unclosed && len(c.stack) == 0 {
		return c.Text[start:end]
	}
	var b strings.Builder
	if c.escape {
		end--
	}
	b.WriteString(c.Text[start:end])
	if c.escape && c.Kind != String {
		b.WriteRune('\uFFFD')
	}
	if c.Unclosed {
		switch c.Kind {
		case String:
			b.WriteByte(c.Text[c.Start])
		case Comment:
			b.WriteString("*/")
		case URL, BadURL:
			b.WriteByte(')')
		}
	}
	for _, q := range slices.Backward(c.stack) {
		b.WriteByte(q)
	}
	return b.String()
}
