package format

import (
	"encoding/base64"
	"html"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A reading is a text with the escapes of one syntax undone. It knows which
// bytes of what it was made of each of its bytes comes from.
type reading struct {
	text  string
	units []unit
	of    *reading // nil for the text itself
}

// A unit is a piece of a reading that is not as it was: size bytes at from, an
// escape, became n bytes at the place at. It is not taken apart.
type unit struct{ at, n, from, size int }

// A span is a piece of a text or of a payload.
type span struct{ from, to int }

// source returns the span of the text itself that a span of the reading is.
func (r *reading) source(s span) span {
	for ; r.of != nil; r = r.of {
		first, _ := r.origin(s.from)
		_, last := r.origin(s.to - 1)
		s = span{first, last}
	}
	return s
}

// origin returns where the byte at a place comes from, or the unit that it is
// of.
func (r *reading) origin(at int) (from, to int) {
	i := sort.Search(len(r.units), func(i int) bool { return r.units[i].at > at }) - 1
	if i < 0 {
		return at, at + 1
	}
	u := &r.units[i]
	if at < u.at+u.n {
		return u.from, u.from + u.size
	}
	from = u.from + u.size + at - (u.at + u.n)
	return from, from + 1
}

// An undoer makes a reading.
type undoer struct {
	src   string
	text  []byte
	units []unit
	done  int // bytes of src
}

// put says that the size bytes at from stand for as.
func (b *undoer) put(from, size int, as string) {
	b.text = append(b.text, b.src[b.done:from]...)
	b.units = append(b.units, unit{len(b.text), len(as), from, size})
	b.text = append(b.text, as...)
	b.done = from + size
}

// reading returns the reading, nil where it is the text as it was.
func (b *undoer) reading() *reading {
	if len(b.units) == 0 {
		return nil
	}
	return &reading{text: string(append(b.text, b.src[b.done:]...)), units: b.units}
}

// undoers are the syntaxes whose escapes are undone.
var undoers = [...]func(string) *reading{undoPercent, undoForm, undoBackslash, undoEntities, undoBase64}

// undoPercent reads the percent-encoding of URLs.
func undoPercent(s string) *reading { return percent(s, false) }

// undoForm reads the encoding of forms, in which a plus is a space.
func undoForm(s string) *reading {
	if strings.IndexByte(s, '+') < 0 {
		return nil
	}
	return percent(s, true)
}

func percent(s string, plus bool) *reading {
	if !plus && strings.IndexByte(s, '%') < 0 {
		return nil
	}
	b := undoer{src: s}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && plus:
			b.put(i, 1, " ")
		case s[i] == '%' && i+2 < len(s):
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.put(i, 3, string([]byte{byte(v)}))
				i += 2
			}
		}
	}
	return b.reading()
}

// undoBackslash reads the escapes of strings in JSON and JavaScript.
func undoBackslash(s string) *reading {
	if strings.IndexByte(s, '\\') < 0 {
		return nil
	}
	b := undoer{src: s}
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		size, as := 2, ""
		switch c := s[i+1]; c {
		case '"', '\'', '\\', '/', '`':
			as = s[i+1 : i+2]
		case 'b', 'f', 'n', 'r', 't', 'v':
			as = string("\b\f\n\r\t\v"[strings.IndexByte("bfnrtv", c)])
		case 'x':
			if v, ok := hexAt(s, i+2, 2); ok {
				size, as = 4, wtf8(v)
			}
		case 'u':
			size, as = undoUnicode(s[i:])
		}
		if as == "" {
			continue
		}
		b.put(i, size, as)
		i += size - 1
	}
	return b.reading()
}

// undoUnicode reads the \u that s begins with: \uXXXX, two of them for a
// surrogate pair, or \u{X}. as is empty where it is none of these.
func undoUnicode(s string) (size int, as string) {
	if len(s) > 3 && s[2] == '{' {
		if end := strings.IndexByte(s[:min(len(s), 12)], '}'); end > 3 {
			if v, ok := hexAt(s, 3, end-3); ok {
				return end + 1, wtf8(v)
			}
		}
		return 0, ""
	}
	v, ok := hexAt(s, 2, 4)
	if !ok {
		return 0, ""
	}
	if utf16.IsSurrogate(v) && len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if low, ok := hexAt(s, 8, 4); ok {
			if r := utf16.DecodeRune(v, low); r != unicode.ReplacementChar {
				return 12, string(r)
			}
		}
	}
	return 6, wtf8(v)
}

func hexAt(s string, at, n int) (rune, bool) {
	if at+n > len(s) {
		return 0, false
	}
	v, err := strconv.ParseUint(s[at:at+n], 16, 31)
	return rune(v), err == nil
}

// wtf8 returns a character, a lone surrogate too, as a tape has it.
func wtf8(r rune) string {
	if utf16.IsSurrogate(r) {
		return string([]byte{0xe0 | byte(r>>12), 0x80 | byte(r>>6)&0x3f, 0x80 | byte(r)&0x3f})
	}
	return string(r)
}

// undoEntities reads the character references of HTML.
func undoEntities(s string) *reading {
	const longest = 34
	if strings.IndexByte(s, '&') < 0 {
		return nil
	}
	b := undoer{src: s}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		to := i + 1
		for to < len(s) && to < i+longest && (s[to] == '#' || isBase64(s[to]) && s[to] != '+' && s[to] != '/') {
			to++
		}
		if to < len(s) && s[to] == ';' {
			to++
		} else if to > i+1 && s[i+1] != '#' {
			continue
		}
		if as := html.UnescapeString(s[i:to]); as != s[i:to] {
			b.put(i, to-i, as)
			i = to - 1
		}
	}
	return b.reading()
}

// undoBase64 reads the base64 of data: URLs.
func undoBase64(s string) *reading {
	b := undoer{src: s}
	for at := 0; ; {
		from, to := base64Run(s[at:], 4)
		if to == 0 {
			return b.reading()
		}
		from, to, at = at+from, at+to, at+to
		if text, err := base64.StdEncoding.DecodeString(s[from:to]); err == nil && len(text) > 0 {
			b.put(from, to-from, string(text))
		}
	}
}

// folded returns r without the difference of upper and lower case.
func (r *reading) folded() *reading {
	ascii := true
	for i := 0; i < len(r.text) && ascii; i++ {
		ascii = r.text[i] < utf8.RuneSelf
	}
	if ascii {
		return &reading{text: strings.ToUpper(r.text), of: r}
	}
	text := make([]byte, 0, len(r.text))
	var units []unit
	for i := 0; i < len(r.text); {
		c, size := utf8.DecodeRuneInString(r.text[i:])
		at := len(text)
		if c == utf8.RuneError && size < 2 {
			text = append(text, r.text[i])
		} else {
			text = utf8.AppendRune(text, foldRune(c))
		}
		if n := len(text) - at; n != size {
			units = append(units, unit{at, n, i, size})
		}
		i += size
	}
	return &reading{text: string(text), units: units, of: r}
}

// foldRune returns the least of the characters that are c but for their case.
func foldRune(c rune) rune {
	least := c
	for x := unicode.SimpleFold(c); x != c; x = unicode.SimpleFold(x) {
		least = min(least, x)
	}
	return least
}
