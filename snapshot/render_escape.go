package snapshot

import "unicode/utf8"

// escapeTable has the bytes that do not stand for themselves in text and
// quoted attribute values. A carriage return would be read as a newline.
var escapeTable = func() (t [256]bool) {
	for _, c := range []byte("&<>\"\r\x00") {
		t[c] = true
	}
	for c := 0x80; c < len(t); c++ {
		t[c] = true
	}
	return t
}()

// appendEscaped appends s as text or a quoted attribute value. What is not
// UTF-8 becomes U+FFFD.
func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if !escapeTable[c] {
			i++
			continue
		}
		sub, n := "", 1
		switch {
		case c == '&':
			sub = "&amp;"
		case c == '<':
			sub = "&lt;"
		case c == '>':
			sub = "&gt;"
		case c == '"':
			sub = "&#34;"
		case c == '\r':
			sub = "&#13;"
		case c == 0:
			sub = "\uFFFD"
		case c == 0xC2 && i+1 < len(s) && s[i+1] == 0xA0:
			sub, n = "&nbsp;", 2
		default:
			sub, n = repair(s[i:])
		}
		if sub != "" {
			dst = append(append(dst, s[start:i]...), sub...)
			start = i + n
		}
		i += n
	}
	return append(dst, s[start:]...)
}

// repair returns the length of the character that s begins with, which is not
// ASCII, and what must stand for it if it is not UTF-8. A lone surrogate, which
// WTF-8 has and UTF-8 has not, is one character.
func repair[T string | []byte](s T) (sub string, n int) {
	var b [utf8.UTFMax]byte
	k := copy(b[:], s)
	if r, n := utf8.DecodeRune(b[:k]); r != utf8.RuneError || n > 1 {
		return "", n
	}
	if k >= 3 && b[0] == 0xED && b[1] >= 0xA0 && b[1] <= 0xBF && b[2]&0xC0 == 0x80 {
		return "\uFFFD", 3
	}
	return "\uFFFD", 1
}
