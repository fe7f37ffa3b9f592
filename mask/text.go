package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// stars is masked text of fixed shape.
const stars = "***"

// A look is what masked text and values look like.
type look struct {
	shape Shape
	glyph string
	fixed string // what is masked, in ShapeFixed
}

func newLook(shape Shape, glyph string) look { return look{shape, glyph, strings.Repeat(glyph, 3)} }

// value returns a masked attribute value, input or other string that is no
// text node's. Empty stays empty: it tells nothing, and much depends on it.
// What is masked already stays as it is.
func (l look) value(v string) string {
	switch {
	case v == "":
		return ""
	case l.shape == ShapeLength:
		return l.length(v)
	case l.shape == ShapeBucket:
		return strings.Repeat(l.glyph, bucket(v))
	}
	return l.fixed
}

// text returns the masked content of a text node. White space around it is
// layout and stays.
func (l look) text(v string) string {
	inner := strings.TrimFunc(v, unicode.IsSpace)
	if inner == "" || l.shape == ShapeFixed && inner == l.fixed {
		return v
	}
	from := strings.Index(v, inner)
	before, after := v[:from], v[from+len(inner):]
	switch l.shape {
	case ShapeLength:
		return l.length(v)
	case ShapeBucket:
		group := strings.Repeat(l.glyph, bucketSize)
		return before + group + strings.Repeat(" "+group, bucket(inner)/bucketSize-1) + after
	}
	return before + l.fixed + after
}

// length returns v with a glyph for every character that is not white space.
func (l look) length(v string) string {
	var b strings.Builder
	for len(v) > 0 {
		r, n := character(v)
		if unicode.IsSpace(r) {
			b.WriteString(v[:n])
		} else {
			b.WriteString(l.glyph)
		}
		v = v[n:]
	}
	return b.String()
}

const bucketSize = 5

// bucket returns how many characters of v are not white space, rounded up to a
// whole number of buckets, one at least.
func bucket(v string) int {
	count := 0
	for len(v) > 0 {
		r, n := character(v)
		if !unicode.IsSpace(r) {
			count++
		}
		v = v[n:]
	}
	return max(1, (count+bucketSize-1)/bucketSize) * bucketSize
}

// character returns the first character of v and its bytes. A lone surrogate,
// three bytes of no UTF-8, is one character.
func character(v string) (rune, int) {
	r, n := utf8.DecodeRuneInString(v)
	if r == utf8.RuneError && n == 1 && len(v) >= 3 && v[0] == 0xED {
		n = 3
	}
	return r, n
}

// longRun is how many digits in a row no name has: they are a number that
// means someone or something.
const longRun = 6

// digitRun returns the length of the longest run of digits in v, those of any
// script.
func digitRun(v string) int {
	longest, run := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case c >= utf8.RuneSelf:
			return max(longest, digitRunes(v[i-run:]))
		case isDigit(c):
			if run++; run > longest {
				longest = run
			}
		default:
			run = 0
		}
	}
	return longest
}

// digitRunes is digitRun for text that is not of ASCII alone.
func digitRunes(v string) int {
	longest, run := 0, 0
	for _, r := range v {
		if r >= '0' && r <= '9' || r > 0x7F && unicode.IsDigit(r) {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// isEmail says whether v has the form of an e-mail address, percent-encoded or
// not: a package's version after an @ has digits where that has a domain.
func isEmail(v string) bool {
	v = withoutDensity(v)
	user, domain, ok := strings.Cut(v, "@")
	if !ok {
		user, domain, ok = strings.Cut(v, "%40")
	}
	if !ok || user == "" {
		return false
	}
	dot := strings.LastIndexByte(domain, '.')
	return dot > 0 && len(domain)-dot > 2 && isAlpha(domain[dot+1]) && isAlpha(domain[dot+2])
}

// withoutDensity returns the name of an image without what says for which
// density of pixels it is: "logo.png" of "logo@2x.png".
func withoutDensity(v string) string {
	at := strings.LastIndexByte(v, '@')
	if at < 0 {
		return v
	}
	factor, rest, ok := strings.Cut(v[at+1:], "x")
	if !ok || !strings.HasPrefix(rest, ".") || !isImageFile("i"+rest) || len(factor) > 4 || strings.Trim(factor, "0123456789.") != "" {
		return v
	}
	return v[:at] + rest
}

// all says whether v is not empty, is at most limit bytes and has only letters
// and digits of ASCII and the characters of more.
func all(v, more string, limit int) bool {
	if v == "" || len(v) > limit {
		return false
	}
	for i := range len(v) {
		if c := v[i]; !isAlpha(c) && !isDigit(c) && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}

// isName says whether v can be a name that a programmer gave: a key, the name
// of a query parameter.
func isName(v string) bool {
	return all(v, "_-.$[]", 40) && !isDigit(v[0]) && digitRun(v) < longRun
}

// isKey says whether v can be the key of an object in a payload.
func isKey(v string) bool {
	return all(v, "_-$", 41) && !isDigit(v[0]) && v[0] != '-' && digitRun(v) < longRun
}

// isTag says whether v can be the tag of a custom event or the name of a
// plugin ("rrweb/console@1").
func isTag(v string) bool {
	name, version, versioned := strings.Cut(v, "@")
	if versioned && (!all(version, ".", 8) || !isDigit(version[0]) || digitRun(version) >= longRun) {
		return false
	}
	return all(name, "_.$:/- ", 64) && digitRun(name) < longRun
}

// token returns one of the words of a class attribute or id, masked where it
// is no name. In masked scope it must look like one; elsewhere it must not
// look like a number or an address.
func token(v string, masked bool) string {
	if digitRun(v) >= longRun || isEmail(v) || masked && !all(v, "_-:./[]()#%!&", 128) {
		return stars
	}
	return v
}

// tokens returns a list of words, each by token.
func tokens(v string, masked bool) string {
	good := true
	for t := range strings.FieldsFuncSeq(v, isSpace) {
		if good = token(t, masked) == t; !good {
			break
		}
	}
	if good {
		return v
	}
	words := strings.FieldsFunc(v, isSpace)
	for i := range words {
		words[i] = token(words[i], masked)
	}
	return strings.Join(words, " ")
}

// scrub returns a document's title with the words masked that have an @ or a
// number of some length, and the rest as it is.
func scrub(v string) string {
	if !strings.ContainsFunc(v, func(r rune) bool { return r == '@' || unicode.IsDigit(r) }) {
		return v
	}
	var b strings.Builder
	for len(v) > 0 {
		end := strings.IndexFunc(v, unicode.IsSpace)
		switch {
		case end < 0:
			end = len(v)
		case end == 0:
			_, end = utf8.DecodeRuneInString(v)
		}
		if word := v[:end]; strings.ContainsRune(word, '@') || countDigits(word) >= 4 {
			b.WriteString(stars)
		} else {
			b.WriteString(word)
		}
		v = v[end:]
	}
	return b.String()
}

func countDigits(v string) int {
	n := 0
	for _, r := range v {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// isMasked says whether all letters, digits and symbols of v are glyphs of masked
// text, or it has none.
func isMasked(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool {
		return !strings.ContainsRune(glyphs, r) && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r))
	})
}
