package echo

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A parsed is a value made ready to be registered.
type parsed struct {
	text     string // trimmed
	kind     Kind
	stream   []byte
	raw      bool // stream is the raw one
	strength Strength
	date     date // of a Date
}

// maxValue is how many bytes of a value's stream are registered.
const maxValue = maxNeedle << 8

// Classify returns the strength that value has as a value of kind k.
func Classify(value string, k Kind) Strength {
	return parse(value, k).strength
}

func parse(text string, k Kind) (p parsed) {
	p.text = strings.TrimSpace(text)
	if len(p.text) > 4*maxValue {
		p.text = strings.ToValidUTF8(p.text[:4*maxValue], "")
	}
	if isMasked(p.text) {
		return p
	}
	p.kind, p.date = resolve(p.text, k)
	p.stream = appendStream(nil, p.text, false)
	if p.kind == Secret {
		raw := appendStream(nil, p.text, true)
		if utf8.RuneCount(raw) < 6 {
			return p
		}
		p.strength = Strong
		if len(p.stream) < 8 || allDigits(p.stream) && len(p.stream) < 9 {
			p.raw, p.stream = true, raw
		}
	}
	if len(p.stream) > maxValue {
		n := maxValue
		for !utf8.RuneStart(p.stream[n]) {
			n--
		}
		p.stream = p.stream[:n]
	}
	if p.strength == None {
		p.strength = p.measure()
	}
	return p
}

// measure returns the strength of a value that is no secret.
func (p *parsed) measure() Strength {
	long := len(p.stream) >= longNumber && allDigits(p.stream)
	if len(p.stream) < minNeedle || distinct(p.stream) < 2 && !long {
		return None
	}
	st := None
	switch w := weight(p.text); {
	case w >= 8*perLetter:
		st = Strong
	case w >= 4*perLetter:
		st = Medium
	}
	switch p.kind {
	case Date, Phone, Card: // resolve has counted
		return Strong
	case Number:
		if distinct(p.stream) < 3 && !long { // 1,000,000
			return None
		}
		return Strong
	case Email:
		return st
	}
	if distinct(p.stream) < 3 || allDigits(p.stream) {
		return None
	}
	switch p.kind {
	case Name:
		if words := wordsOf(p.text); len(words) < 2 && isCommon(string(p.stream)) {
			return None
		}
	case Known:
	case Address:
		if strings.IndexFunc(p.text, unicode.IsNumber) < 0 && isVocabulary(p.text) {
			return None
		}
	default:
		if isVocabulary(p.text) {
			return None
		}
	}
	return st
}

// longNumber is how many digits are somebody's, even if they are the same ones
// again and again: no price or count is so long.
const longNumber = 12

// perLetter is the weight of a letter; an ideograph or a syllable tells as much
// as two and a half.
const perLetter = 2

// weight counts the letters and numbers of s.
func weight(s string) (w int) {
	for _, r := range s {
		switch f := foldRune(r); {
		case f.class&alnum == 0, r >= 0x1160 && r <= 0x11FF: // vowels and finals, after their initial
		case isIdeograph(r):
			w += 5
		default:
			w += perLetter * utf8.RuneCountInString(f.alnum)
		}
	}
	return w
}

// isMasked reports whether s is of mask characters, as a recorder writes them
// for what it does not tell.
func isMasked(s string) bool {
	glyphs, others := 0, 0
	for _, r := range s {
		switch r {
		case 'x', 'X', '*', '•', '●', '▪', '▫', '█', '■', '□', '∙', '·', '#', '_', '\uFFFD':
			glyphs++
		default:
			if foldRune(r).class&alnum != 0 {
				return false
			}
			others++
		}
	}
	return glyphs > others // "xxxx-xxxx" and "***@***.***" are, "!?!?&%" may be a password
}

// distinct returns how many bytes b is made of, up to 3.
func distinct(b []byte) int {
	var have [256]bool
	n := 0
	for _, c := range b {
		if !have[c] {
			have[c] = true
			if n++; n == 3 {
				break
			}
		}
	}
	return n
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// wordsOf splits a name or an address. An apostrophe is part of a word.
func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		c := foldRune(r)
		return c.class&(alnum|skip) == 0 && c.raw != "'"
	})
}

// resolve returns the kind that a value has by its form, where its kind leaves
// that open or does not fit.
func resolve(s string, k Kind) (Kind, date) {
	plain := Text
	switch k {
	case Secret, Name, Address:
		return k, date{}
	case Known:
		plain = Known
	case Text, Email, Phone, Card, Date, Number:
	default:
		k = Text
	}
	if isEmail(s) {
		return Email, date{}
	}
	if d, ok := parseDate(s); ok {
		return Date, d
	}
	digits, letters, points := 0, 0, 0
	for _, r := range s {
		switch c := foldRune(r); {
		case c.class&digit != 0:
			digits += len(c.alnum)
		case c.class&alnum != 0:
			letters++
		case c.class&group != 0 && c.class&joint == 0:
			points++
		}
	}
	switch {
	case digits < 7 || digits*10 < (digits+letters)*6:
		return plain, date{}
	case k == Phone || k == Card:
		return k, date{}
	case letters > 0:
		return plain, date{}
	case k == Number || points > 0:
		return Number, date{}
	case digits >= 13 && digits <= 19 && luhn(s):
		return Card, date{}
	case digits > 15:
		return Number, date{}
	}
	return Phone, date{}
}

// isEmail reports whether s is an e-mail address and nothing else.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || strings.ContainsFunc(s, unicode.IsSpace) || strings.IndexByte(s, '@') != at {
		return false
	}
	dot := strings.LastIndexByte(s[at:], '.')
	return dot > 1 && at+dot+2 < len(s)
}

// luhn checks the digits of s as those of a payment card (ISO/IEC 7812-1).
func luhn(s string) bool {
	sum, double := 0, false
	b := appendStream(nil, s, false)
	for i := len(b) - 1; i >= 0; i-- {
		d := int(b[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// A date is one of the calendar. Of 5/6/1990 it is not known which of the first
// two numbers is the day: both may be.
type date struct {
	year, month, day int
	swap             bool
}

// parseDate reads yyyy-mm-dd, d.m.yyyy, d/m/yyyy and m/d/yyyy. A time may
// follow the first.
func parseDate(s string) (d date, ok bool) {
	if i := strings.IndexAny(s, "T "); i >= 8 && s[4] == '-' {
		s = s[:i]
	}
	if len(s) < 8 || len(s) > 10 {
		return d, false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '.' || r == '/' })
	if len(parts) != 3 || len(s) != len(parts[0])+len(parts[1])+len(parts[2])+2 {
		return d, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 1 || p[0] == '+' {
			return d, false
		}
		n[i] = v
	}
	switch {
	case len(parts[0]) == 4:
		d = date{year: n[0], month: n[1], day: n[2]}
	case len(parts[2]) == 4:
		d = date{year: n[2], month: n[1], day: n[0]}
		if s[len(parts[0])] != '.' && n[0] <= 12 && n[1] <= 31 {
			if d.swap = n[1] <= 12; !d.swap {
				d.month, d.day = n[0], n[1]
			}
		}
	default:
		return d, false
	}
	return d, d.year >= 1000 && d.month <= 12 && d.day <= 31
}
