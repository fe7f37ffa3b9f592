package echo

import (
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A class says what a rune is to the search. Runes that are neither a letter or
// number nor any of these separate, as punctuation does.
type class uint8

const (
	alnum class = 1 << iota // a letter or a number: part of the stream
	digit                   // all of it
	space                   // white space
	line                    // white space that ends a line, or a tab
	joint                   // may stand between the digits of a phone number, card or date
	group                   // may stand between the digits of an amount
	skip                    // a mark, or not visible: as if it was not there
	wide                    // of a script that puts no spaces between words
)

// A folded is what one rune is in the streams.
type folded struct {
	alnum string // in the stream of letters and numbers
	raw   string // in the raw stream
	class class
}

// The streams of ASCII, 0 for what is skipped, and its classes.
var (
	alnumFold, rawFold [256]byte
	classes            [256]class
)

// alnumStep and rawStep are what the search reads of the streams: a byte in the
// low bits and, above, how far it takes the stream: 1, or 0 if it is skipped;
// notASCII if it is not ASCII.
var alnumStep, rawStep [256]uint32

const notASCII = 1 << 9

func init() {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c >= '0' && c <= '9':
			alnumFold[c], classes[c] = c, alnum|digit
		case c >= 'a' && c <= 'z':
			alnumFold[c], classes[c] = c, alnum
		case c >= 'A' && c <= 'Z':
			alnumFold[c], classes[c] = c|0x20, alnum
		}
		rawFold[c] = c
		if alnumFold[c] != 0 {
			rawFold[c] = alnumFold[c]
		}
	}
	for c := range byte(' ') {
		rawFold[c] = 0
	}
	rawFold[' '], rawFold[0x7F] = 0, 0
	for c := range rawFold {
		if b := alnumFold[c]; b != 0 {
			alnumStep[c] = 1<<8 | uint32(b)
		}
		if b := rawFold[c]; b != 0 {
			rawStep[c] = 1<<8 | uint32(b)
		}
	}
	for c := utf8.RuneSelf; c < len(alnumStep); c++ {
		alnumStep[c], rawStep[c] = notASCII<<8, notASCII<<8
	}
	for _, c := range "\t\n\v\f\r" {
		classes[c] = space | line
	}
	classes[' '] = space | joint | group
	for _, c := range "-./()+_" {
		classes[c] = joint | group
	}
	for _, c := range ",'" {
		classes[c] = group
	}
}

// pages holds the folded runes of planes 0 to 3, a page of 256 at a time, each
// made when a rune of it is first met.
var pages [0x400]atomic.Pointer[[256]folded]

// other is what runes beyond the pages are, and bytes that are not UTF-8.
var (
	other  = folded{raw: "\uFFFD"}
	hidden = folded{class: skip}
)

// foldRune returns what r is in the streams.
func foldRune(r rune) *folded {
	if r < 0 || int(r>>8) >= len(pages) || r == utf8.RuneError {
		if r>>12 == 0xE0 { // tags and variation selectors
			return &hidden
		}
		return &other
	}
	page := pages[r>>8].Load()
	if page == nil {
		page = new([256]folded)
		for i := range page {
			page[i] = makeFolded(r&^0xFF | rune(i))
		}
		pages[r>>8].Store(page)
	}
	return &page[r&0xFF]
}

func makeFolded(r rune) folded {
	if r < utf8.RuneSelf {
		f := folded{class: classes[r]}
		if c := alnumFold[r]; c != 0 {
			f.alnum = string(rune(c))
		}
		if c := rawFold[r]; c != 0 {
			f.raw = string(rune(c))
		}
		return f
	}
	if isHidden(r) {
		return hidden
	}
	var f folded
	var a, raw []byte
	digits := true
	for _, q := range norm.NFKD.String(string(r)) {
		switch {
		case isHidden(q):
		case unicode.IsLetter(q) || unicode.IsNumber(q):
			n := len(a)
			if d := digitOf(q); d >= 0 {
				a = append(a, '0'+byte(d))
			} else {
				a, digits = appendCaseFold(a, q), false
			}
			raw = append(raw, a[n:]...)
		case unicode.IsSpace(q) || unicode.IsControl(q):
		default:
			if p := unicode.ToLower(q); unicode.Is(unicode.Pd, q) || q == '\u2212' {
				raw = append(raw, '-')
			} else if quote, ok := quotes[q]; ok {
				raw = append(raw, quote)
			} else {
				raw = utf8.AppendRune(raw, p)
			}
		}
	}
	f.alnum, f.raw = string(a), string(raw)
	switch {
	case f.alnum != "":
		f.class = alnum
		if digits {
			f.class |= digit
		}
		if isWide(r) {
			f.class |= wide
		}
	case r == '\u0085' || r == '\u2028' || r == '\u2029':
		f.class = space | line
	case unicode.IsSpace(r):
		f.class = space | joint | group
	case f.raw == "-" || f.raw == "(" || f.raw == ")" || f.raw == "." || f.raw == "/" || f.raw == "+":
		f.class = joint | group
	case f.raw == "'" || f.raw == ",":
		f.class = group
	}
	return f
}

// isHidden reports whether r is a mark or is not shown.
func isHidden(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u3164', '\uFFA0': // fillers of Hangul
		return true
	}
	return unicode.In(r, unicode.M, unicode.Cf)
}

// isWide reports whether r is of a script that puts no spaces between words.
func isWide(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF, // Thai, Lao
		r >= 0x1000 && r <= 0x109F, // Burmese
		r >= 0x1780 && r <= 0x17FF: // Khmer
		return true
	}
	return isIdeograph(r)
}

// isIdeograph reports whether r is a Chinese, Japanese or Korean rune, which
// tells as much as several letters do.
func isIdeograph(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x11FF, // jamo
		r >= 0x2E80 && r <= 0xA4CF,
		r >= 0xA960 && r <= 0xA97F,
		r >= 0xAC00 && r <= 0xD7FF,
		r >= 0xF900 && r <= 0xFAFF,
		r >= 0xFF66 && r <= 0xFFDC,
		r >= 0x20000 && r <= 0x3FFFF:
		return true
	}
	return false
}

// digitOf returns the value of a decimal digit of any script, or -1.
func digitOf(r rune) int {
	if r < utf8.RuneSelf {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return -1
}

// letters are those that have no decomposition and are written without their
// stroke, or as two letters, where a keyboard or an address has none of them.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d",
	'ħ': "h", 'ı': "i", 'ł': "l", 'ŋ': "n", 'ŧ': "t", 'þ': "th", 'ə': "e",
}

// quotes are the typographic quotation marks and what a keyboard has for them.
var quotes = map[rune]byte{
	'‘': '\'', '’': '\'', '‚': '\'', '‛': '\'', 'ʼ': '\'', '′': '\'',
	'“': '"', '”': '"', '„': '"', '‟': '"', '″': '"',
}

func appendCaseFold(b []byte, r rune) []byte {
	r = unicode.ToLower(unicode.ToUpper(r))
	if s, ok := letters[r]; ok {
		return append(b, s...)
	}
	return utf8.AppendRune(b, r)
}

// appendStream appends the stream of s to b.
func appendStream(b []byte, s string, raw bool) []byte {
	table := &alnumFold
	if raw {
		table = &rawFold
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c = table[c]; c != 0 {
				b = append(b, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if f := foldRune(r); raw {
			b = append(b, f.raw...)
		} else {
			b = append(b, f.alnum...)
		}
		i += n
	}
	return b
}
