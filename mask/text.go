package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// stars is masked text of fixed shape.
const stars = "***"

// value returns a masked attribute value, input or other string that is no
// text node's. Empty stays empty: it tells nothing, and much depends on it.
func (s Shape) value(v string) string {
	if v == "" || s == ShapeFixed {
		if v == "" {
			return ""
		}
		return stars
	}
	return lengthOf(v)
}

// text returns the masked content of a text node. White space around it is
// layout and stays.
func (s Shape) text(v string) string {
	inner := strings.TrimFunc(v, unicode.IsSpace)
	if inner == "" {
		return v
	}
	if s == ShapeLength {
		return lengthOf(v)
	}
	from := strings.Index(v, inner)
	return v[:from] + stars + v[from+len(inner):]
}

// lengthOf returns v with an asterisk for every character that is not white
// space. A lone surrogate, three bytes of no UTF-8, is one character.
func lengthOf(v string) string {
	var b strings.Builder
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRuneInString(v[i:])
		switch {
		case r == utf8.RuneError && n == 1 && len(v)-i >= 3 && v[i] == 0xED:
			n = 3
			b.WriteByte('*')
		case unicode.IsSpace(r):
			b.WriteString(v[i : i+n])
		default:
			b.WriteByte('*')
		}
		i += n
	}
	return b.String()
}

// longRun is how many digits in a row no name has: they are a number that
// means someone or something.
const longRun = 6

// digitRun returns the length of the longest run of digits in v, those of any
// script.
func digitRun(v string) int {
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
func (s Shape) token(v string, masked bool) string {
	if digitRun(v) >= longRun || isEmail(v) || masked && !all(v, "_-:./[]()#%!&", 128) {
		return stars
	}
	return v
}

// tokens returns a list of words, each by token.
func (s Shape) tokens(v string, masked bool) string {
	good := true
	for t := range strings.FieldsFuncSeq(v, isSpace) {
		if good = s.token(t, masked) == t; !good {
			break
		}
	}
	if good {
		return v
	}
	words := strings.FieldsFunc(v, isSpace)
	for i := range words {
		words[i] = s.token(words[i], masked)
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
