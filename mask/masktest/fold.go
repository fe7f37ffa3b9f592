package masktest

import (
	"strings"
	"unicode"
)

// fold returns text without what two spellings of one value can differ in: in
// lower case, without accents, in characters of ordinary width, digits of any
// script as ASCII's, all white space as single spaces, dashes and quotes as
// ASCII's, without characters that do not show.
func fold(v string) string {
	var b strings.Builder
	space := false
	for _, r := range v {
		if r >= 0xFF01 && r <= 0xFF5E { // full width
			r -= 0xFF01 - '!'
		}
		switch {
		case r < 0x80 && r > ' ' && r < 0x7F:
		case unicode.IsSpace(r), unicode.Is(unicode.Z, r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case invisible(r):
			continue
		case unicode.Is(unicode.Pd, r), r == 0x2212: // minus sign
			r = '-'
		case r >= 0x2018 && r <= 0x201B, r == 0x02BC:
			r = '\''
		case r >= 0x201C && r <= 0x201F:
			r = '"'
		case unicode.IsDigit(r):
			r = digit(r)
		}
		space = false
		r = unicode.ToLower(r)
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// invisible says whether r is a combining mark or changes only how what is
// beside it looks.
func invisible(r rune) bool {
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// digit returns the ASCII digit of a decimal digit: every script has them in
// a row, from 0 to 9.
func digit(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if uint32(r) >= uint32(x.Lo) && uint32(r) <= uint32(x.Hi) {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if uint32(r) >= x.Lo && uint32(r) <= x.Hi {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	return r
}

// plainLetters are the letters of Latin scripts that have an accent or are
// written as two, in lower case.
var plainLetters = func() map[rune]string {
	m := make(map[rune]string)
	for plain, letters := range map[string]string{
		"a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặª", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįıỉịǐ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõöøōŏőơọỏốồổỗộớờởỡợǒº",
		"r": "ŕŗř", "s": "śŝşšșſ", "t": "ţťŧț", "u": "ùúûüũūŭůűųưụủứừửữựǔ", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
		"ae": "æ", "oe": "œ", "ss": "ß", "th": "þ", "ij": "ĳ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ",
	} {
		for _, r := range letters {
			m[r] = plain
		}
	}
	return m
}()
