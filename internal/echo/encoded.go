package echo

import (
	"encoding/binary"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// runs is what of a text was read as base64 already: up to where, by the
// position of a first character modulo 4.
type runs struct {
	depth int
	done  [4]int
}

// base64Value holds the six bits of a character of base64 or base64url, 0xFF
// for others; hexValue, the four bits of a hexadecimal digit.
// base64Bit is 1 for those of base64 and its padding.
var base64Value, hexValue, base64Bit [256]byte

func init() {
	for i := range base64Value {
		base64Value[i], hexValue[i] = 0xFF, 0xFF
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		base64Value[c], base64Bit[c] = byte(i), 1
	}
	base64Value['-'], base64Value['_'] = 62, 63
	base64Bit['-'], base64Bit['_'], base64Bit['='] = 1, 1, 1
	for i, c := range []byte("0123456789abcdef") {
		hexValue[c] = byte(i)
		if c >= 'a' {
			hexValue[c-0x20] = byte(i)
		}
	}
}

// minRun is the least length of a run that may be base64, its padding included.
const minRun = 8

// run searches the run at text[start:].
func (f *finder) run(r *runs, text string, start int) {
	end := f.encoded(r, text, start)
	if end-start >= minHex && !f.done() {
		f.hexWords(text, start, end, r.depth)
	}
}

// buffers holds what views are decoded into.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// inner searches what was decoded from a part of the text and returns the
// number of spans that there were before.
func (f *finder) inner(decoded []byte, depth int) int {
	n := len(f.spans)
	// The string lives as long as the search: nothing keeps a part of it.
	f.view(unsafe.String(unsafe.SliceData(decoded), len(decoded)), depth)
	return n
}

// encoded searches what text[start:] is in base64, from where any word begins
// and at any of the four offsets. It returns the first that is none of its
// characters.
func (f *finder) encoded(r *runs, text string, start int) int {
	at, end, w, size := plausible(text, start, start)
	for at >= 0 {
		f.begins(r, text, start, at, w, size)
		if f.done() {
			break
		}
		at, end, w, size = plausible(text, start, at+1)
	}
	return end
}

// plausible returns the first place at text[at:] from which on base64 may decode
// to text, as far as that is seen without a closer look, -1 if there is none;
// then, where the run at text[start:] ends. size bytes that it decodes to are the
// upper of w.
//
// Nearly all runs are words and identifiers: what they decode to is not text,
// which is seen by its first six bytes.
func plausible(text string, start, at int) (_, end int, w uint64, size int) {
	const tops = 0x8080808080800000 // of six bytes, the first uppermost
	p := at
	var x uint64 // the last ten characters' bits
	for ; p < len(text) && p < at+9; p++ {
		v := base64Value[text[p]]
		if v == 0xFF {
			break
		}
		x = x<<6 | uint64(v)
	}
	if p == at+9 {
		for ; p < len(text); p++ {
			v := base64Value[text[p]]
			if v == 0xFF {
				break
			}
			x = x<<6 | uint64(v)
			if !looksEncoded(x<<4, tops) || !looksLikeText(x<<4, tops) {
				continue
			}
			at := p - 9
			if at > start+3 && alnumStep[text[at-1]]&alnumStep[text[at-2]]&alnumStep[text[at-3]]&alnumStep[text[at-4]]>>8 != 0 {
				continue // no word begins here or up to three before
			}
			return at, p, x << 4, 6
		}
		at = p - 9
	}
	// What is shorter decodes to five bytes or four at least.
	for left := p - at; left >= 6; left-- {
		w, size := x<<(64-6*left), min(6, left*6/8)
		if looksLikeText(w, tops&(^uint64(0)<<(64-8*size))) {
			return p - left, p, w, size
		}
	}
	return -1, p, 0, 0
}

// looksLikeText reports whether the bytes of w, whose upper bits are in tops, may
// be UTF-8 or all but one ASCII, and one a control character at most (from 8 to
// 15, more).
func looksLikeText(w, tops uint64) bool {
	if !looksEncoded(w, tops) {
		return false
	}
	controls := ^(w | w<<1 | w<<2) & (w<<3 | ^(w << 4)) & tops
	return controls&(controls-1) == 0
}

// looksEncoded leaves the control characters aside. A byte that goes on with a
// rune follows one that begins it, and follows every one that does. Or one is a
// letter of Latin-1, as btoa() encodes it.
func looksEncoded(w, tops uint64) bool {
	high := w & tops
	begins := high & (w << 1)
	three := begins & (w << 2) // or four
	goesOn := high &^ begins
	return (begins>>8|three>>16|three&(w<<3)>>24)&tops == goesOn || goesOn|high&(high-1) == 0
}

// mayBeEncoded reports whether text may hold base64 or hexadecimal digits.
func mayBeEncoded(text string) bool {
	digits := 0
	for start := 0; start < len(text); start++ {
		if base64Value[text[start]] == 0xFF {
			continue
		}
		at, end, w, size := plausible(text, start, start)
		for ; at >= 0; at, end, w, size = plausible(text, start, at+1) {
			if isText(text, start, at, w, size) {
				return true
			}
		}
		for ; start < end; start++ {
			if digits++; hexValue[text[start]] == 0xFF {
				digits = 0
			} else if digits == minHex-2 { // behind "0x"
				return true
			}
		}
		digits = 0
	}
	return false
}

// begins searches what text[at:] is in base64, if a word of the run at
// text[start:] begins there or up to three before, and the first size bytes,
// the upper of w, may be of a text. Its first six are UTF-8, or all but one ASCII,
// and one a control character at most.
func (f *finder) begins(r *runs, text string, start, at int, w uint64, size int) {
	if at >= r.done[at&3] && isText(text, start, at, w, size) {
		r.done[at&3] = f.base64(text, at, r.depth)
	}
}

// isText is the closer look.
func isText(text string, start, at int, w uint64, size int) bool {
	word := at
	for word > start && alnumFold[text[word-1]] != 0 {
		if word--; at-word > 3 {
			return false
		}
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], w)
	if !mayBeText(b[:size]) {
		high := w & 0x8080808080808080 &^ (1<<(64-8*size) - 1)
		if high&(high-1) != 0 || high&(w<<1) != high {
			return false
		}
		binary.BigEndian.PutUint64(b[:], w&^(high>>7*0xFF)|high>>7*'e')
		if !mayBeText(b[:size]) {
			return false
		}
	}
	return true
}

// quad decodes four characters of base64 to three bytes.
func quad(s string) (uint32, bool) {
	a, b, c, d := base64Value[s[0]], base64Value[s[1]], base64Value[s[2]], base64Value[s[3]]
	return uint32(a)<<18 | uint32(b)<<12 | uint32(c)<<6 | uint32(d), (a|b|c|d)&0x80 == 0
}

// mayBeText reports whether b may be a part of a UTF-8 text. Its end may be
// within a rune.
func mayBeText(b []byte) bool {
	controls := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c >= utf8.RuneSelf:
			more := 0
			switch {
			case c < 0xC2 || c > 0xF4:
				return false
			case c < 0xE0:
				more = 1
			case c < 0xF0:
				more = 2
			default:
				more = 3
			}
			for ; more > 0 && i+1 < len(b); more-- {
				if i++; b[i]&0xC0 != 0x80 {
					return false
				}
			}
		case c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7F:
			controls++
		}
	}
	return controls == 0 || controls == 1 && len(b) > 5
}

// base64 searches what text[p:] decodes to and returns where that ends: at what
// is no base64, or where too little of it is text.
func (f *finder) base64(text string, p, depth int) int {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	b := (*buffer)[:0]
	start, bad, more := p, 0, 0 // more: bytes that a rune wants
	for ; p+4 <= len(text); p += 4 {
		v, ok := quad(text[p : p+4])
		if !ok {
			break
		}
		b = append(b, byte(v>>16), byte(v>>8), byte(v))
		for _, c := range b[len(b)-3:] {
			switch {
			case c >= 0x80 && c < 0xC0:
				if more--; more < 0 {
					bad, more = bad+1, 0
				}
				continue
			case c >= 0xC2 && c <= 0xF4:
				if more > 0 {
					bad++
				}
				if more = 1; c >= 0xE0 {
					if more = 2; c >= 0xF0 {
						more = 3
					}
				}
				continue
			case more > 0, c < ' ' && c != '\n' && c != '\r' && c != '\t', c >= 0x7F:
				bad++
			}
			more = 0
		}
		if bad*6 > len(b)+24 {
			p += 4
			break
		}
	}
	// Two or three characters are one byte or two.
	var v uint32
	n := 0
	for ; n < 3 && p+n < len(text) && base64Value[text[p+n]] != 0xFF; n++ {
		v |= uint32(base64Value[text[p+n]]) << (18 - 6*n)
	}
	if n > 1 {
		b = append(b, byte(v>>16))
		if n > 2 {
			b = append(b, byte(v>>8))
		}
	}
	*buffer = b
	for i := f.inner(b, depth+1); i < len(f.spans); i++ {
		s := &f.spans[i]
		s.From, s.To, s.Form = start+s.From*4/3, start+(s.To*4+2)/3, FormBase64
		for s.From > 0 && alnumFold[text[s.From-1]] != 0 {
			s.From--
		}
		for s.To < len(text) && alnumFold[text[s.To]] != 0 {
			s.To++
		}
		for range 2 {
			if s.To < len(text) && text[s.To] == '=' {
				s.To++
			}
		}
	}
	return p
}

// minHex is the least hexadecimal digits that are read as text.
const minHex = 12

// hexWords searches the words of a run that may be in hexadecimal digits.
func (f *finder) hexWords(text string, start, end, depth int) {
	for p := start + minHex - 1; p < end && !f.done(); p += minHex { // one is in every such word
		for p < end && (text[p] == 'x' || text[p] == '0' && p+1 < end && text[p+1] == 'x') {
			p++
		}
		from, to := p, p
		for from > start && hexValue[text[from-1]] != 0xFF {
			from--
		}
		for to < end && hexValue[text[to]] != 0xFF {
			to++
		}
		if to == p {
			continue
		}
		if from-2 >= start && text[from-2:from] == "0x" {
			from -= 2
		}
		if to-from >= minHex && (from == start || alnumFold[text[from-1]] == 0) && (to == end || alnumFold[text[to]] == 0) {
			f.hex(text, from, to, depth)
		}
		p = max(p, to-minHex+1)
	}
}

// hex searches what text[start:end] is in hexadecimal digits, if it is.
func (f *finder) hex(text string, start, end, depth int) {
	from := start
	if strings.HasPrefix(text[start:], "0x") {
		from += 2
	}
	if (end-from)%2 != 0 {
		return
	}
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	b := (*buffer)[:0]
	for i := from; i < end; i += 2 {
		hi, lo := hexValue[text[i]], hexValue[text[i+1]]
		if (hi|lo)&0x80 != 0 {
			return
		}
		if b = append(b, hi<<4|lo); len(b) == 6 && !mayBeText(b) {
			return
		}
	}
	*buffer = b
	n := f.inner(b, depth+1)
	for i := n; i < len(f.spans); i++ {
		f.spans[n].Secret = f.spans[n].Secret || f.spans[i].Secret
	}
	if len(f.spans) > n {
		f.spans = f.spans[:n+1]
		f.spans[n].From, f.spans[n].To, f.spans[n].Form = start, end, FormHex
	}
}

// Data URLs of pictures, sound and fonts are not searched: from minMedia bytes
// on, and only where the data begins as such data does.
const (
	minMedia  = 512
	mediaMark = ";base64,"
	mediaHead = 64 // the bytes before the data that say what it is
)

var (
	mediaTypes = []string{"image/", "audio/", "video/", "font/", "application/font", "application/x-font"}
	mediaMagic = []string{
		"iVBORw0KGgo", "/9j/", "R0lGODlh", "R0lGODdh", "UklGR", "AAABAA", // PNG, JPEG, GIF, WebP and WAVE, icon
		"d09GRg", "d09GMg", "AAEAAA", "T1RUTw", // fonts
		"SUQz", "T2dnUw", "GkXfo", "AAAAIGZ0eX", "AAAAHGZ0eX", "AAAAGGZ0eX", // sound and film
	}
)

// media returns where the data of the first such URL in text[from:] begins and
// ends, or the end of the text twice.
func media(text string, from int) (start, end int) {
	for i := from; ; {
		n := strings.Index(text[i:], mediaMark)
		if n < 0 {
			return len(text), len(text)
		}
		i += n + len(mediaMark)
		head := text[max(from, i-mediaHead):i]
		colon := strings.LastIndex(head, "data:")
		if colon < 0 || !hasPrefix(head[colon+len("data:"):], mediaTypes) || !hasPrefix(text[i:], mediaMagic) {
			continue
		}
		end := i
		for end < len(text) && base64Value[text[end]] != 0xFF {
			end++
		}
		if end-i >= minMedia {
			return i, end
		}
	}
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
