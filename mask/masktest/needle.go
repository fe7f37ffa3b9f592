package masktest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// How long a secret must be to be looked for in each form. What is shorter is
// in too much that is not it.
const (
	minPart   = 4 // letters and digits, to be looked for inside of words
	minAlnum  = 6 // letters and digits, whatever is between them
	minDigits = 6
)

// A needle is a secret in all forms in which it is looked for; "" where it has
// not that form.
type needle struct {
	raw, folded, alnum, digits string
	word                       string // looked for as a whole word instead
	hashes                     map[string]string
}

func newNeedle(secret string) needle {
	f := strings.TrimSpace(fold(secret))
	a := alnum(f)
	if len([]rune(a)) < minPart {
		return needle{word: a}
	}
	n := needle{raw: strings.TrimSpace(secret), folded: f, hashes: make(map[string]string)}
	if len([]rune(a)) >= minAlnum {
		n.alnum = a
	}
	// Numbers, as of phones and cards, but not the digits of "Baker Street 221b".
	d := digits(f)
	if len(d) >= minDigits && 2*len(d) >= len([]rune(a)) {
		n.digits = d
		// Phone numbers are written without the country's code, which has
		// three digits at most, and with it without the trunk's zero.
		switch plain := strings.TrimLeft(f, "( "); {
		case strings.HasPrefix(plain, "+") && len(d) >= 10:
			n.digits = d[3:]
		case strings.HasPrefix(plain, "00") && len(d) >= 12:
			n.digits = d[5:]
		case strings.HasPrefix(plain, "0") && len(d) >= 9:
			n.digits = d[1:]
		}
	}
	for _, v := range []string{n.raw, strings.ToLower(n.raw)} {
		m, s1, s2 := md5.Sum([]byte(v)), sha1.Sum([]byte(v)), sha256.Sum256([]byte(v))
		n.hashes[hex.EncodeToString(m[:])] = "md5"
		n.hashes[hex.EncodeToString(s1[:])] = "sha1"
		n.hashes[hex.EncodeToString(s2[:])] = "sha256"
	}
	return n
}

// A haystack is a string in the forms in which secrets are looked for in it.
type haystack struct {
	raw, folded, alnum, digits, lower string
}

func newHaystack(v string) haystack {
	f := fold(v)
	return haystack{raw: v, folded: f, alnum: alnum(f), digits: numbers(f), lower: strings.ToLower(v)}
}

// in returns the form in which the secret is in h, "" if it is not. What is not
// text, but bytes that a decoder made of something else, has no words and no
// numbers.
func (n *needle) in(h haystack, text bool) string {
	has := func(hay, needle string) bool { return needle != "" && strings.Contains(hay, needle) }
	switch {
	case n.word != "":
		if text && hasWord(h.folded, n.word) {
			return "word"
		}
		return ""
	case has(h.raw, n.raw):
		return "raw"
	case has(h.folded, n.folded):
		return "folded"
	case text && has(h.alnum, n.alnum):
		return "alnum"
	case text && has(h.digits, n.digits):
		return "digits"
	}
	for hash, name := range n.hashes {
		if has(h.lower, hash) {
			return name
		}
	}
	return ""
}

// hasWord says whether word is in v with no letter or digit beside it.
func hasWord(v, word string) bool {
	for w := range strings.FieldsFuncSeq(v, func(r rune) bool { return !isAlnum(r) }) {
		if w == word {
			return true
		}
	}
	return false
}

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// alnum returns the letters and digits of folded text.
func alnum(v string) string {
	return strings.Map(func(r rune) rune {
		if isAlnum(r) {
			return r
		}
		return -1
	}, v)
}

// digits returns the digits of folded text.
func digits(v string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v)
}

// maxBetween is how many characters, none of them a letter, can be between the
// digits of one number: ") - ".
const maxBetween = 4

// numbers returns the digits of the numbers in folded text, a line for each
// number.
func numbers(v string) string {
	var b strings.Builder
	between := 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			if between > maxBetween {
				b.WriteByte('\n')
			}
			b.WriteRune(r)
			between = 0
		case unicode.IsLetter(r):
			between = maxBetween + 1
		default:
			between++
		}
	}
	return b.String()
}
