package snapshot

import (
	"strings"
	"unicode/utf8"
)

// The kinds of token (CSS Syntax 3, section 4) that the filter tells apart.
type cssKind uint8

const (
	cssDelim    cssKind = iota // one character; brackets, colons and so on as well
	cssSpace                   // a run of it
	cssComment                 //
	cssString                  // one that a newline or the end cuts short too
	cssIdent                   //
	cssFunction                // a name and its bracket
	cssURL                     // url(...) without quotes
	cssBadURL                  //
	cssAt                      // @name
	cssHash                    // #name
	cssNumber                  // with its unit
	cssCDO                     // <!-- or -->
)

// Classes of bytes. NUL counts as the U+FFFD that it becomes (section 3.3).
const (
	cssWhite = 1 << iota
	cssDigit
	cssHex
	cssStart // of a name
	cssName
	cssCare // cssFilter.raw has to look at it
)

var cssTable = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		switch {
		case b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f':
			t[c] = cssWhite
		case '0' <= b && b <= '9':
			t[c] = cssDigit | cssHex | cssName
		case 'a' <= b|0x20 && b|0x20 <= 'z' || b == '_' || b >= 0x80 || b == 0:
			t[c] = cssStart | cssName
			if 'a' <= b|0x20 && b|0x20 <= 'f' {
				t[c] |= cssHex
			}
		case b == '-':
			t[c] = cssName
		}
		if b >= 0x80 || b == 0 || b == '<' || b == '&' || b == '\\' || b == '\r' || b == '\f' {
			t[c] |= cssCare
		}
	}
	return t
}()

// at returns the byte of s at i, a space past its end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return ' '
}

// lexCSS returns the kind and end of the token of s at i.
func lexCSS(s string, i int) (cssKind, int) {
	c := s[i]
	switch {
	case cssTable[c]&cssWhite != 0:
		for i++; i < len(s) && cssTable[s[i]]&cssWhite != 0; i++ {
		}
		return cssSpace, i
	case c == '/' && at(s, i+1) == '*':
		if n := strings.Index(s[i+2:], "*/"); n >= 0 {
			return cssComment, i + 2 + n + 2
		}
		return cssComment, len(s)
	case c == '"' || c == '\'':
		return cssString, skipString(s, i)
	case cssNumberAt(s, i):
		i = skipNumber(s, i)
		if cssNameAt(s, i) {
			i = skipName(s, i)
		} else if at(s, i) == '%' {
			i++
		}
		return cssNumber, i
	case c == '<' && strings.HasPrefix(s[i:], "<!--"):
		return cssCDO, i + 4
	case c == '-' && strings.HasPrefix(s[i:], "-->"):
		return cssCDO, i + 3
	case c == '#' && (cssTable[at(s, i+1)]&cssName != 0 || cssEscapeAt(s, i+1)):
		return cssHash, skipName(s, i+1)
	case c == '@' && cssNameAt(s, i+1):
		return cssAt, skipName(s, i+1)
	case cssNameAt(s, i):
		end := skipName(s, i)
		if at(s, end) != '(' {
			return cssIdent, end
		}
		if cssWordOf(s[i:end]) != wordURL {
			return cssFunction, end + 1
		}
		return lexURL(s, end+1)
	}
	return cssDelim, i + 1
}

// lexURL is lexCSS for a url( that ends at i (section 4.3.6).
func lexURL(s string, i int) (cssKind, int) {
	j := i
	for j < len(s) && cssTable[s[j]]&cssWhite != 0 {
		j++
	}
	if c := at(s, j); c == '"' || c == '\'' {
		return cssFunction, i
	}
	for kind := cssURL; ; {
		if j >= len(s) {
			return kind, len(s)
		}
		switch c := s[j]; {
		case c == ')':
			return kind, j + 1
		case c == '\\' && !isNewline(at(s, j+1)):
			j = skipEscape(s, j)
			continue
		case cssTable[c]&cssWhite != 0:
			for j < len(s) && cssTable[s[j]]&cssWhite != 0 {
				j++
			}
			if j < len(s) && s[j] != ')' {
				kind = cssBadURL
			}
			continue
		case c == '"', c == '\'', c == '(', c == '\\', c != 0 && c < ' ', c == 0x7F:
			kind = cssBadURL
		}
		j++
	}
}

// cssEscapeAt reports whether a valid escape begins at i (section 4.3.8).
func cssEscapeAt(s string, i int) bool {
	return i < len(s) && s[i] == '\\' && (i+1 == len(s) || !isNewline(s[i+1]))
}

// cssNameAt reports whether a name begins at i (section 4.3.9).
func cssNameAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if s[i] != '-' {
		return cssTable[s[i]]&cssStart != 0 || cssEscapeAt(s, i)
	}
	c := at(s, i+1)
	return c == '-' || cssTable[c]&cssStart != 0 || cssEscapeAt(s, i+1)
}

// cssNumberAt reports whether a number begins at i (section 4.3.10).
func cssNumberAt(s string, i int) bool {
	c := s[i]
	if c == '+' || c == '-' {
		i++
		c = at(s, i)
	}
	if c == '.' {
		c = at(s, i+1)
	}
	return cssTable[c]&cssDigit != 0
}

func skipDigits(s string, i int) int {
	for i < len(s) && cssTable[s[i]]&cssDigit != 0 {
		i++
	}
	return i
}

func skipNumber(s string, i int) int {
	if s[i] == '+' || s[i] == '-' {
		i++
	}
	i = skipDigits(s, i)
	if at(s, i) == '.' && cssTable[at(s, i+1)]&cssDigit != 0 {
		i = skipDigits(s, i+1)
	}
	if at(s, i)|0x20 == 'e' {
		j := i + 1
		if c := at(s, j); c == '+' || c == '-' {
			j++
		}
		if cssTable[at(s, j)]&cssDigit != 0 {
			i = skipDigits(s, j)
		}
	}
	return i
}

func skipName(s string, i int) int {
	for i < len(s) {
		switch {
		case cssTable[s[i]]&cssName != 0:
			i++
		case cssEscapeAt(s, i):
			i = skipEscape(s, i)
		default:
			return i
		}
	}
	return i
}

// skipEscape returns the end of the escape, or escaped newline, that begins at
// i with a backslash.
func skipEscape(s string, i int) int {
	i++
	switch {
	case i >= len(s):
		return i
	case cssTable[s[i]]&cssHex != 0:
		for n := 0; n < 6 && i < len(s) && cssTable[s[i]]&cssHex != 0; n++ {
			i++
		}
		if strings.HasPrefix(s[i:], "\r\n") {
			return i + 2
		}
		if i < len(s) && cssTable[s[i]]&cssWhite != 0 {
			i++
		}
		return i
	case strings.HasPrefix(s[i:], "\r\n"):
		return i + 2
	}
	return i + 1 // what follows of a longer character counts as a name's
}

// skipString returns the end of the string that begins at i, which is before a
// newline that makes it a bad one.
func skipString(s string, i int) int {
	q := s[i]
	for i++; i < len(s); {
		switch c := s[i]; {
		case c == q:
			return i + 1
		case c == '\\':
			i = skipEscape(s, i)
		case isNewline(c):
			return i
		default:
			i++
		}
	}
	return i
}

// cssStringClosed reports whether a string token has its closing quote.
func cssStringClosed(tok string) bool {
	i := 1
	for i < len(tok)-1 {
		if tok[i] == '\\' {
			i = skipEscape(tok, i)
		} else {
			i++
		}
	}
	return i == len(tok)-1 && tok[i] == tok[0]
}

// skipGaps returns the end of the white space and comments at i.
func skipGaps(s string, i int) int {
	for i < len(s) && (cssTable[s[i]]&cssWhite != 0 || s[i] == '/' && at(s, i+1) == '*') {
		_, i = lexCSS(s, i)
	}
	return i
}

// skipBlock returns the end of the function whose bracket opened before i.
func skipBlock(s string, i int) int {
	end, closed := skipNested(s, i, false)
	if closed && s[end] == ')' {
		end++
	}
	return end
}

// skipStatement returns the end of the at-rule or declaration that i is in:
// behind a semicolon or a block, or before the end of the block around it.
func skipStatement(s string, i int) int {
	end, _ := skipNested(s, i, true)
	return end
}

// skipNested skips to a closing bracket that nothing opened since i, past
// others than ")" unless in a statement, and says whether there is one.
func skipNested(s string, i int, statement bool) (int, bool) {
	var open []byte
	for i < len(s) {
		kind, end := lexCSS(s, i)
		c := byte(')')
		switch kind {
		case cssFunction:
			open = append(open, c)
		case cssDelim:
			switch c = s[i]; c {
			case '(':
				open = append(open, ')')
			case '[', '{':
				open = append(open, c+2)
			case ')', ']', '}':
				n := len(open)
				if n == 0 && (statement || c == ')') {
					return i, true
				}
				if n > 0 && open[n-1] == c {
					open = open[:n-1]
					if n == 1 && c == '}' && statement {
						return end, false
					}
				}
			case ';':
				if len(open) == 0 && statement {
					return end, false
				}
			}
		}
		i = end
	}
	return i, false
}

// unquoteCSS returns the value of a string token.
func unquoteCSS(tok string) string {
	if cssStringClosed(tok) {
		tok = tok[:len(tok)-1]
	}
	return decodeCSS(tok[1:])
}

// decodeCSS returns s with its escapes resolved.
func decodeCSS(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return string(appendDecoded(make([]byte, 0, len(s)), s))
}

func appendDecoded(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		end := skipEscape(s, i)
		switch c := at(s, i+1); {
		case i+1 == len(s):
			dst = append(dst, "\uFFFD"...)
		case isNewline(c):
		case cssTable[c]&cssHex != 0:
			v := rune(0)
			for _, h := range []byte(s[i+1 : end]) {
				switch {
				case cssTable[h]&cssDigit != 0:
					v = v<<4 | rune(h-'0')
				case cssTable[h]&cssHex != 0:
					v = v<<4 | rune(h|0x20-'a'+10)
				}
			}
			if v == 0 {
				v = utf8.RuneError
			}
			dst = utf8.AppendRune(dst, v)
		default:
			dst = append(dst, c)
		}
		i = end
	}
	return dst
}

// A cssWord is a name that the filter knows.
type cssWord uint8

const (
	wordNone       cssWord = iota
	wordURL                // url()
	wordLoad               // functions that take a URL in ways of their own and that no browser needs
	wordImageSet           // functions in which a string is a URL
	wordExpression         // functions that run code
	wordInert              // functions that may stand in an image-set
	wordBehavior           // properties that bind code
	wordImport             // at-rules that load or that mean nothing here
	wordNamespace          //
	wordDefined            //
)

// cssWordOf returns what the name, which may have escapes, is to the filter.
func cssWordOf(name string) cssWord {
	var a [32]byte
	b := a[:0]
	if strings.IndexByte(name, '\\') >= 0 {
		b = appendDecoded(b, name)
	} else if len(name) > len(a) {
		return wordNone
	} else {
		b = append(b, name...)
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	switch string(b) {
	case "url":
		return wordURL
	case "src", "image", "url-prefix":
		return wordLoad
	case "image-set", "-webkit-image-set":
		return wordImageSet
	case "expression", "alphaimageloader":
		return wordExpression
	case "type", "calc", "rgb", "rgba", "hsl", "hsla",
		"linear-gradient", "radial-gradient", "conic-gradient",
		"repeating-linear-gradient", "repeating-radial-gradient", "repeating-conic-gradient":
		return wordInert
	case "behavior", "-ms-behavior", "-moz-binding", "-o-link", "-o-link-source":
		return wordBehavior
	case "import", "charset":
		return wordImport
	case "namespace":
		return wordNamespace
	case "defined":
		return wordDefined
	}
	return wordNone
}
