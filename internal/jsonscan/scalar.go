package jsonscan

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// The methods here read one token. They get the place of its first byte, or of
// the first after the quote, and return the place after its last.

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// special returns where the first of 8 bytes is that is a quote, a backslash or
// a control character, as the lowest bit that is set; 0 is none. A byte less
// than n is one below 0x80 that borrows when n is taken from it; a borrow spoils
// only what is said of the bytes after it.
func special(w uint64) uint64 {
	quote, backslash := w^'"'*ones, w^'\\'*ones
	return ((w - ' '*ones) | (quote - ones) | (backslash - ones)) &^ w & highs
}

// plain returns the place of the first byte from p on that is special, or
// len(b).
func plain(b []byte, p int) int {
	for ; p+8 <= len(b); p += 8 {
		if m := special(binary.LittleEndian.Uint64(b[p:])); m != 0 {
			return p + bits.TrailingZeros64(m)/8
		}
	}
	for p < len(b) && b[p] >= ' ' && b[p] != '"' && b[p] != '\\' {
		p++
	}
	return p
}

// get returns the byte at p, for which it reads more if need be, and where that
// is now.
func (s *Scanner) get(p int) (int, byte, error) {
	if p >= len(s.buf) {
		var err error
		if p, err = s.more(p); err != nil {
			return p, 0, err
		}
	}
	return p, s.buf[p], nil
}

func (s *Scanner) str(p int) (int, error) {
	for {
		p = plain(s.buf, p)
		var c byte
		var err error
		if p, c, err = s.get(p); err != nil {
			return p, err
		}
		switch {
		case c == '"':
			return p + 1, nil
		case c == '\\':
			if p, err = s.escape(p + 1); err != nil {
				return p, err
			}
		case c < ' ':
			return p, ErrSyntax
		}
	}
}

// escape reads what comes after a backslash.
func (s *Scanner) escape(p int) (int, error) {
	p, c, err := s.get(p)
	if err != nil {
		return p, err
	}
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 1, nil
	case 'u':
	default:
		return p, ErrSyntax
	}
	for range 4 {
		if p, c, err = s.get(p + 1); err != nil {
			return p, err
		}
		if c|0x20 < 'a' || c|0x20 > 'f' {
			if c < '0' || c > '9' {
				return p, ErrSyntax
			}
		}
	}
	return p + 1, nil
}

// number reads a number. The input may end behind it.
func (s *Scanner) number(p int) (int, error) {
	for i := p; s.buf[p] >= '1' && i < len(s.buf); i++ { // mostly digits alone
		if c := s.buf[i]; c < '0' || c > '9' {
			if c == '.' || c|0x20 == 'e' {
				break
			}
			return i, nil
		}
	}
	p, c, err := s.get(p)
	if c == '-' {
		p, c, err = s.get(p + 1)
	}
	if c == '0' {
		p, c, err = s.get(p + 1)
	} else if p, c, err = s.digits(p, c, err); err != nil && err != io.EOF {
		return p, err
	}
	if err == nil && c == '.' {
		p, c, err = s.get(p + 1)
		p, c, err = s.digits(p, c, err)
	}
	if err == nil && c|0x20 == 'e' {
		if p, c, err = s.get(p + 1); c == '+' || c == '-' {
			p, c, err = s.get(p + 1)
		}
		p, _, err = s.digits(p, c, err)
	}
	if err == io.EOF {
		err = nil
	}
	return p, err
}

// digits reads a digit, which is c at p, and those after it, and the byte after
// them. io.EOF says that there is none.
func (s *Scanner) digits(p int, c byte, err error) (int, byte, error) {
	if err == io.EOF {
		return p, 0, io.ErrUnexpectedEOF
	}
	if err == nil && (c < '0' || c > '9') {
		return p, c, ErrSyntax
	}
	for err == nil && c >= '0' && c <= '9' {
		if p++; p < len(s.buf) {
			c = s.buf[p]
		} else {
			p, c, err = s.get(p)
		}
	}
	return p, c, err
}

func (s *Scanner) literal(p int, text string) (int, error) {
	if len(s.buf)-p >= len(text) && string(s.buf[p:p+len(text)]) == text {
		return p + len(text), nil
	}
	for i := range len(text) {
		var c byte
		var err error
		if p, c, err = s.get(p); err != nil {
			return p, err
		}
		if c != text[i] {
			return p, ErrSyntax
		}
		p++
	}
	return p, nil
}

// Compact returns value, which is valid, without the white space between its
// tokens: value itself where there is none, else a new slice.
func Compact(value []byte) []byte {
	var out []byte
	from := 0
	for p := 0; p < len(value); p++ {
		switch value[p] {
		case '"':
			for p = plain(value, p+1); p < len(value) && value[p] != '"'; p = plain(value, p) {
				p += 2 // a backslash and what it escapes
			}
		case ' ', '\t', '\r', '\n':
			if out == nil {
				out = make([]byte, 0, len(value))
			}
			out = append(out, value[from:p]...)
			from = p + 1
		}
	}
	if out == nil {
		return value
	}
	return append(out, value[from:]...)
}
