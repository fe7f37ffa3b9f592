// Package jsonstr reads and writes JSON strings that may hold lone surrogates,
// which JavaScript allows and UTF-8 does not. In Go they are WTF-8
// (https://simonsapin.github.io/wtf-8/): a lone surrogate is the three bytes
// that UTF-8 would give its code point.
package jsonstr

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unquote returns the content of a JSON string literal, quotes included, whose
// syntax is known to be good. Bytes that are not UTF-8 become U+FFFD.
func Unquote(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '\\') < 0 {
		if utf8.Valid(b) {
			return string(b)
		}
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(appendContent(make([]byte, 0, len(b)), b))
}

// AppendUnquote appends what Unquote returns to dst.
func AppendUnquote(dst, b []byte) []byte {
	if len(b) < 2 {
		return dst
	}
	return appendContent(dst, b[1:len(b)-1])
}

func appendContent(out, b []byte) []byte {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			i = len(b)
		}
		if plain := b[:i]; utf8.Valid(plain) {
			out = append(out, plain...)
		} else {
			out = append(out, strings.ToValidUTF8(string(plain), "\uFFFD")...)
		}
		if b = b[i:]; len(b) < 2 {
			break
		}
		switch c := b[1]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(b)
			if utf16.IsSurrogate(r) && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
				if pair := utf16.DecodeRune(r, hex4(b[6:])); pair != utf8.RuneError {
					out = utf8.AppendRune(out, pair)
					b = b[12:]
					continue
				}
			}
			if utf16.IsSurrogate(r) {
				out = append(out, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
			} else {
				out = utf8.AppendRune(out, r)
			}
			b = b[min(6, len(b)):]
			continue
		default: // " \ /
			out = append(out, c)
		}
		b = b[2:]
	}
	return out
}

// hex4 reads the four digits of the \uXXXX that b begins with.
func hex4(b []byte) (r rune) {
	if len(b) < 6 {
		return utf8.RuneError
	}
	for _, c := range b[2:6] {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		r = r<<4 | rune(c&15)
	}
	return r
}

const digits = "0123456789abcdef"

// Append appends s to dst as a JSON string literal, written as JSON.stringify
// does. Bytes that are not WTF-8 become U+FFFD.
func Append(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(dst, s[from:i]...)
			if pair := utf16.DecodeRune(surrogate(s[i:]), surrogate(s[min(i+3, len(s)):])); pair != utf8.RuneError {
				dst = utf8.AppendRune(dst, pair) // two that came together
				i += 6
			} else if IsSurrogate(s[i:]) {
				dst = append(dst, `\ud`...)
				dst = append(dst, digits[s[i+1]>>2&15], digits[s[i+1]&3<<2|s[i+2]>>4&3], digits[s[i+2]&15])
				i += 3
			} else {
				dst = append(dst, "\uFFFD"...)
				i++
			}
			from = i
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		i++
		from = i
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// surrogate returns the lone surrogate that s begins with, 0 if there is none.
func surrogate(s string) rune {
	if !IsSurrogate(s) {
		return 0
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
}

// IsSurrogate reports whether s begins with a lone surrogate in WTF-8.
func IsSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF
}
