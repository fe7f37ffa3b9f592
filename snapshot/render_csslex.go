package snapshot

import (
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

// cssCare has the bytes that cssFilter.raw has to look at.
var cssCare = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = b >= 0x80 || b == 0 || b == '<' || b == '&' || b == '\\' || b == '\r' || b == '\f'
	}
	return t
}()

// skipGaps returns the end of the white space and comments at i.
func skipGaps(s string, i int) int {
	for i < len(s) && (css.IsSpace(s[i]) || strings.HasPrefix(s[i:], "/*")) {
		_, i = css.Lex(s, i)
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
		kind, end := css.Lex(s, i)
		c := byte(')')
		switch kind {
		case css.Function:
			open = append(open, c)
		default:
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
	wordLink               // pseudo-classes of links
)

// cssWordOf returns what the name, which may have escapes, is to the filter.
func cssWordOf(name string) cssWord {
	var a [32]byte
	b := a[:0]
	if strings.IndexByte(name, '\\') >= 0 {
		b = css.AppendUnescaped(b, name)
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
	case "link", "any-link", "-webkit-any-link":
		return wordLink
	}
	return wordNone
}
