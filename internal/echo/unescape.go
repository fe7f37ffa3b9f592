package echo

import (
	"html"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// A piece is an escape: size bytes at at of what was decoded are from to to of
// the text. What is between two pieces is the same in both.
type piece struct {
	at, size, from, to int
	form               Form
}

// A decoded is a text without its escapes.
type decoded struct {
	text   []byte
	pieces []piece
}

var decodeds = sync.Pool{New: func() any { return new(decoded) }}

// escapes marks the characters that escapes begin with.
var escapes = [256]bool{'&': true, '%': true, '\\': true}

// unescape searches text as it is without its escapes, of whichever kind they
// are, if it has any. They are taken off one layer at a time: what one makes is
// not read as another in the same pass.
//
// Only what a form that holds an escape may reach into is searched again.
func (f *finder) unescape(text string, depth int) {
	next := triggers{text: text}
	i := next.from(0)
	if i == len(text) {
		return
	}
	reach := f.set.longest + maxNested
	start, end := -1, 0 // of the open window; its last escape ends at end
	for ; i < len(text) && !f.done(); i = next.from(i) {
		if size := f.inert(text, i); size > 0 {
			i += size
			continue
		}
		if !isEscape(text[i:]) {
			i++
			continue
		}
		from := f.back(text, end, i, reach)
		if start < 0 {
			start = from
		} else if from > end {
			if to := f.ahead(text, end, from, reach); to < from {
				f.window(text, start, to, depth)
				start = from
			}
		}
		// An escape is of two bytes at least.
		i += 2
		end = i
	}
	if start >= 0 && !f.done() {
		f.window(text, start, f.ahead(text, end, len(text), reach), depth)
	}
}

// maxNested is more than the bytes that an escape, and those of two more layers
// that begin or end with it, take up behind or before its first two.
const maxNested = 128

// A triggers looks for the characters that escapes begin with.
type triggers struct {
	text string
	at   [3]int // the next of each, as far as it is known
}

// from returns the place of the first at text[i:], or the end of the text.
func (t *triggers) from(i int) int {
	first := len(t.text)
	for k, c := range [...]byte{'%', '\\', '&'} {
		if t.at[k] < i || i == 0 {
			if n := strings.IndexByte(t.text[i:], c); n >= 0 {
				t.at[k] = i + n
			} else {
				t.at[k] = len(t.text)
			}
		}
		first = min(first, t.at[k])
	}
	return first
}

// isEscape reports whether s, which begins with one of their characters, may be
// an escape.
func isEscape(s string) bool {
	switch s[0] {
	case '%':
		return len(s) > 2 && (s[1] == 'u' || hexValue[s[1]]|hexValue[s[2]] != 0xFF)
	case '&':
		return strings.IndexByte(s[:min(len(s), 34)], ';') >= 2
	}
	return len(s) > 1
}

// inert returns the size of an escape of CSS, such as a font of icons is used
// with, that no form holds or stands beside: it is in quotes or the like, and
// decodes to what is no part of the stream and of no other encoding. Between its
// neighbours there is a gap then that is too wide for any form.
func (f *finder) inert(text string, i int) int {
	if text[i] != '\\' || f.set.odd {
		return 0
	}
	n := i + 1
	for n < len(text) && n < i+7 && hexValue[text[n]] != 0xFF {
		n++
	}
	v, _ := hexNumber(text, i+1, n-i-1)
	if n < i+4 || v < utf8.RuneSelf || n == len(text) || text[n] == ' ' || text[n] == '\n' || text[n] == '\r' || text[n] == '\t' || text[n] == '\f' {
		return 0
	}
	if p := foldRune(rune(v)); p.alnum != "" || p.class&skip != 0 {
		return 0
	}
	around := 1
	for at := n; at < len(text) && at < n+maxGap && separates(text[at]); at++ {
		around++
	}
	if around == 1 {
		return 0
	}
	after := around
	for at := i - 1; at >= 0 && at >= i-maxGap && separates(text[at]); at-- {
		around++
	}
	if around == after || around <= maxGap {
		return 0
	}
	return n - i
}

// separates reports whether c is a rune of a gap, and of no encoding.
func separates(c byte) bool {
	return c < utf8.RuneSelf && base64Bit[c] == 0 && classes[c]&(alnum|skip|space) == 0 && !escapes[c]
}

// back returns from where text[:i] is in a window with what is at i: it has
// reach bytes of the stream, or begins at least, and whole words and runs of
// base64.
func (f *finder) back(text string, least, i, reach int) int {
	for i > least && reach > 0 {
		if c := text[i-1]; c < utf8.RuneSelf {
			reach -= int(alnumStep[c] >> 8)
			i--
			continue
		}
		p, size := f.previous(text[least:], i-least)
		reach -= len(p.alnum)
		i -= size
	}
	for {
		for i > least && (base64Bit[text[i-1]] != 0 || text[i-1] >= utf8.RuneSelf) {
			i--
		}
		if !strings.HasSuffix(text[least:i], mediaMark) {
			return i
		}
		i = max(least, i-mediaHead) // a picture is seen by what is before it
	}
}

// ahead is back for the other end.
func (f *finder) ahead(text string, i, most, reach int) int {
	for i < most && reach > 0 {
		if c := text[i]; c < utf8.RuneSelf {
			reach -= int(alnumStep[c] >> 8)
			i++
			continue
		}
		p, size := f.next(text[:most], i)
		reach -= len(p.alnum)
		i += size
	}
	for i < most && (base64Bit[text[i]] != 0 || text[i] >= utf8.RuneSelf) {
		i++
	}
	return i
}

// window searches text[from:to] as it is without its escapes.
func (f *finder) window(text string, from, to, depth int) {
	text = text[:to]
	d := decodeds.Get().(*decoded)
	defer decodeds.Put(d)
	d.text = d.text[:0]
	d.pieces = append(d.pieces[:0], piece{from: from, to: from})
	plain := from // from here on text is not in d yet
	for i := from; i < len(text); {
		if !escapes[text[i]] {
			i++
			continue
		}
		d.text = append(d.text, text[plain:i]...)
		plain = i
		at := len(d.text)
		size, form := 0, Form(0)
		switch text[i] {
		case '&':
			size, form = d.reference(text[i:]), FormHTML
		case '%':
			size, form = d.percent(text[i:]), FormPercent
		default:
			size, form = d.backslash(text[i:]), FormJSON
		}
		if size == 0 {
			i++
			continue
		}
		d.pieces = append(d.pieces, piece{at, len(d.text) - at, i, i + size, form})
		i += size
		plain = i
	}
	if len(d.pieces) == 1 {
		return
	}
	d.text = append(d.text, text[plain:]...)
	n := len(f.spans)
	f.view(unsafe.String(unsafe.SliceData(d.text), len(d.text)), depth+1)
	for i := n; i < len(f.spans); i++ {
		d.restore(&f.spans[i])
	}
}

// restore makes a span of d one of the text.
func (d *decoded) restore(s *Span) {
	first, from, inFirst := d.place(s.From)
	last, to, inLast := d.place(s.To - 1)
	if inFirst {
		s.From = d.pieces[first].from
	} else {
		s.From = from
	}
	if inLast {
		s.To = d.pieces[last].to
	} else {
		s.To = to + 1
	}
	if inFirst {
		s.Form = d.pieces[first].form
	} else if first < last {
		s.Form = d.pieces[first+1].form
	}
}

// place returns the last piece that begins at or before at, -1 if none does,
// and whether at is in it; if it is not, where at is in the text.
func (d *decoded) place(at int) (i, pos int, inside bool) {
	if i = d.find(at); i < 0 {
		return i, at, false
	}
	p := d.pieces[i]
	end := p.at + p.size
	return i, p.to + at - end, at < end
}

// find returns the last piece that begins at or before at, or -1.
func (d *decoded) find(at int) int {
	n, ok := slices.BinarySearchFunc(d.pieces, at, func(p piece, at int) int { return p.at - at })
	if ok {
		// Pieces of no bytes share their place with the next.
		for n+1 < len(d.pieces) && d.pieces[n+1].at == at {
			n++
		}
		return n
	}
	return n - 1
}

// reference decodes the character reference of HTML that s begins with, and
// returns its length; 0 if it is none.
func (d *decoded) reference(s string) int {
	end := strings.IndexByte(s[:min(len(s), 34)], ';')
	if end < 2 {
		return 0
	}
	for _, c := range []byte(s[1:end]) {
		if alnumFold[c] == 0 && c != '#' {
			return 0
		}
	}
	out := html.UnescapeString(s[:end+1])
	if len(out) == end+1 && out == s[:end+1] {
		return 0
	}
	d.text = append(d.text, out...)
	return end + 1
}

// percent decodes "%XX", and "%uXXXX" as escape() of JavaScript writes it.
func (d *decoded) percent(s string) int {
	if v, ok := hexNumber(s, 1, 2); ok {
		d.text = append(d.text, byte(v))
		return 3
	}
	if len(s) > 1 && s[1] == 'u' {
		return d.unit(s)
	}
	return 0
}

// unit decodes the UTF-16 code unit of s, "\uXXXX" or "%uXXXX", with its other
// half if it is a surrogate.
func (d *decoded) unit(s string) int {
	v, ok := hexNumber(s, 2, 4)
	if !ok {
		return 0
	}
	if utf16.IsSurrogate(rune(v)) && len(s) > 8 && s[6] == s[0] && s[7] == 'u' {
		if low, ok := hexNumber(s, 8, 4); ok {
			if r := utf16.DecodeRune(rune(v), rune(low)); r != utf8.RuneError {
				d.text = utf8.AppendRune(d.text, r)
				return 12
			}
		}
	}
	d.text = utf8.AppendRune(d.text, rune(v))
	return 6
}

// hexNumber reads the n hexadecimal digits at s[i:].
func hexNumber(s string, i, n int) (v uint32, ok bool) {
	if len(s) < i+n {
		return 0, false
	}
	for _, c := range []byte(s[i : i+n]) {
		d := hexValue[c]
		if d == 0xFF {
			return 0, false
		}
		v = v<<4 | uint32(d)
	}
	return v, true
}

// backslash decodes the escape of JSON, JavaScript or CSS that s begins with.
func (d *decoded) backslash(s string) int {
	if len(s) < 2 {
		return 0
	}
	c := s[1]
	switch c {
	case 'n', 'r', 't', 'v':
		d.text = append(d.text, '\n')
		return 2
	case '\n': // a line that goes on
		return 2
	case 'x':
		if v, ok := hexNumber(s, 2, 2); ok {
			d.text = utf8.AppendRune(d.text, rune(v))
			return 4
		}
	case 'u':
		if strings.HasPrefix(s, "\\u{") {
			end := strings.IndexByte(s[:min(len(s), 11)], '}')
			if end > 3 {
				if v, ok := hexNumber(s, 3, end-3); ok {
					d.text = utf8.AppendRune(d.text, rune(v))
					return end + 1
				}
			}
		}
		return d.unit(s)
	}
	n := 1 // CSS: one to six digits, and white space that ends them
	for n < len(s) && n < 7 && hexValue[s[n]] != 0xFF {
		n++
	}
	if n > 2 || n > 1 && c != 'b' && c != 'f' {
		v, _ := hexNumber(s, 1, n-1)
		d.text = utf8.AppendRune(d.text, rune(v))
		if n < len(s) && classes[s[n]]&space != 0 {
			n++
		}
		return n
	}
	if c >= utf8.RuneSelf {
		return 0
	}
	if c == 'b' || c == 'f' {
		c = ' '
	}
	d.text = append(d.text, c)
	return 2
}
