package css

import (
	"strings"
	"unicode/utf8"
)

// SkipEscape returns the end of the escape, or of the escaped newline, that
// begins at i with a backslash. What follows of a longer character counts as a
// name's.
func SkipEscape(s string, i int) int {
	if strings.HasPrefix(s[i+1:], "\r\n") {
		return i + 3
	}
	end, _ := escapeEnd(s, i)
	return end
}

// escapeEnd returns where the escape at i ends (§ 4.3.7), and whether the text
// ends before anything is escaped.
func escapeEnd(s string, i int) (end int, open bool) {
	i++
	if i == len(s) {
		return i, true
	}
	n := 0
	for n < 6 && i+n < len(s) && IsHex(s[i+n]) {
		n++
	}
	i += max(n, 1)
	if n > 0 && i < len(s) && IsSpace(s[i]) {
		if strings.HasPrefix(s[i:], "\r\n") {
			i++
		}
		i++
	}
	return i, false
}

// Unescape returns a name, or what is between the quotes of a string or the
// parentheses of a url(), with its escapes resolved (§ 4.3.7).
func Unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return string(AppendUnescaped(make([]byte, 0, len(s)), s))
}

// AppendUnescaped is Unescape that appends to dst.
func AppendUnescaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		end := SkipEscape(s, i)
		switch c := at(s, i+1); {
		case i+1 == len(s):
			dst = append(dst, "\uFFFD"...)
		case IsNewline(c):
		case IsHex(c):
			v := rune(0)
			for _, h := range []byte(s[i+1 : end]) {
				switch {
				case IsDigit(h):
					v = v<<4 | rune(h-'0')
				case IsHex(h):
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

// at returns the byte of s at i, a space past its end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return ' '
}

// Closed says whether a string token has its closing quote.
func Closed(token string) bool {
	i := 1
	for i < len(token)-1 {
		if token[i] == '\\' {
			i = SkipEscape(token, i)
		} else {
			i++
		}
	}
	return i == len(token)-1 && token[i] == token[0]
}

// Quoted returns what is between the quotes of a string token, of which the
// second may be missing, as it is written there.
func Quoted(token string) string {
	if Closed(token) {
		token = token[:len(token)-1]
	}
	return token[1:]
}

// Address returns what is between the parentheses of a URL token, without the
// white space around it, as it is written there.
func Address(token string) string {
	from := strings.IndexByte(token, '(') + 1
	for from < len(token) && IsSpace(token[from]) {
		from++
	}
	end := from
	for i := from; i < len(token) && token[i] != ')'; {
		switch {
		case token[i] == '\\':
			i = SkipEscape(token, i)
			end = i
		case IsSpace(token[i]):
			i++
		default:
			i++
			end = i
		}
	}
	return token[from:end]
}
