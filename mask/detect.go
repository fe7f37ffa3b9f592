package mask

import (
	"fmt"
	"strings"

	"github.com/pagetape/pagetape/internal/echo"
)

// A detector is a set of kinds of content that are private by their form,
// wherever they are. Each asks for more than a form where there is more to ask
// for: a checksum, a brand, a table of lengths.
type detector uint32

const (
	detectCard detector = 1 << iota
	detectCredentials
	detectEmail
	detectIBAN
	detectIP
	detectJWT
	detectKey
	detectPEM
	detectPhone
	detectSSN
)

const detectors = 10

// maxDetectors are those and what Detectors can be given beside them: a bit each.
const maxDetectors = 32

// detectorNames are the names that Config.Detect and Report have, by bit and in
// order.
var detectorNames = [detectors]string{
	"card", "credentials", "email", "iban", "ip", "jwt", "key", "pem", "phone", "ssn",
}

// detectDefault is what a policy looks for that does not say. Addresses of IP
// have the form of versions, phone numbers that of any other number.
const detectDefault = detectCard | detectCredentials | detectEmail | detectIBAN | detectJWT | detectKey | detectPEM | detectSSN

// detectorSet returns the set of those names; of nil, the default one.
func detectorSet(names []string) (detector, error) {
	if names == nil {
		return detectDefault, nil
	}
	var set detector
next:
	for _, name := range names {
		for i := range detectorNames {
			if detectorNames[i] == name {
				set |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("mask: there is no detector %q", name)
	}
	return set, nil
}

// names returns the names of a set in order, nil for none.
func (d detector) names() []string {
	var names []string
	for i := range detectorNames {
		if d&(1<<i) != 0 {
			names = append(names, detectorNames[i])
		}
	}
	return names
}

// A span is a part of a string, in bytes, and what was found there.
type span struct {
	from, to int
	by       detector
	form     echo.Form // of an echo
	echo     bool
	secret   bool // of a value whose length is not to be told either
}

// detect returns where in s there is something of the set, in order; spans do
// not overlap or touch. It goes over s once and stops at pairs of bytes that
// what it looks for cannot be without and that little else has; how far each
// look from there goes is bounded, or is not gone again. Nothing is allocated
// where nothing is found.
func detect(s string, set detector) []span {
	want := looks[set]
	if len(s) < shortest && set&detectIP == 0 {
		return nil
	}
	if want&lookCard != 0 && !hasGroups(s) {
		want &^= lookCard
	}
	f := finder{s: s}
	for i := 0; i < len(s)-1; {
		for i+4 < len(s) { // four pairs in a step
			w := s[i : i+5]
			if (first[w[0]]&second[w[1]]|first[w[1]]&second[w[2]]|first[w[2]]&second[w[3]]|first[w[3]]&second[w[4]])&want != 0 {
				break
			}
			i += 4
		}
		for end := min(i+4, len(s)-1); i < end; i++ {
			if m := first[s[i]] & second[s[i+1]] & want; m != 0 {
				i = f.look(i, m)
				break
			}
		}
	}
	return f.spans
}

// shortest is the length of the shortest thing to find but for an address of
// IP: that of a mailbox, as of a at b.cd.
const shortest = 6

// A finder is one run of detect.
type finder struct {
	s     string
	spans []span
	floor int  // the end of the last span: no other begins before
	group int  // the end of the last run of groups of an address of IPv6
	open  bool // no PEM block that began later than here ends
	word  int  // the end of the last run of base64url that was looked at for a JWT
	tries int  // how often
}

// The pairs of bytes that looks begin at, one bit each.
const (
	lookEmail    = 1 << iota // @ and what a domain begins with
	lookPercent              // %4
	lookPhone                // + and a digit
	lookUserinfo             // :/
	lookIPv6                 // : and : or a hex digit
	lookIPv4                 // a digit and .
	lookSSN                  // a digit and a dash
	lookIBAN                 // a letter and a digit
	lookCard                 // two digits
	lookJWT                  // ey, ew
	lookPEM                  // -B
	lookBearer               // be
	lookBasic                // c and a blank
	lookAmazon               // AK, AS, AI
	lookSendGrid             // SG
	lookGoogle               // ya29
	lookWord                 // _ and the end of a key's first word
	lookDashed               // k-, X-
	lookGitLab               // lpat-
	lookSlack                // xoxb-, xapp-
	lookPyPI                 // pypi-
	lookSquare               // q0
)

// first and second have the looks by the bytes that their pairs have; looks has
// those of a set.
var first, second, looks = func() (first, second [256]uint32, looks [1 << detectors]uint32) {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	high := make([]byte, 0, 128)
	for b := 0x80; b < 0x100; b++ {
		high = append(high, byte(b))
	}
	for i, p := range []struct {
		first, second string
		set           detector
	}{
		{"@", digits + letters + string(high), detectEmail},
		{"%", "4", detectEmail},
		{"+", digits[1:], detectPhone},
		{":", "/", detectCredentials},
		{":", ":" + digits + "abcdefABCDEF", detectIP},
		{digits, ".", detectIP},
		{digits, "-\xE2", detectSSN},
		{letters, digits, detectIBAN},
		{digits, digits, detectCard},
		{"e", "yw", detectJWT},
		{"-", "B", detectPEM},
		{"bB", "eE", detectKey},
		{"cC", " ", detectCredentials},
		{"A", "KSI", detectKey},
		{"S", "G", detectKey},
		{"y", "a", detectKey},
		{"kcpousrbmfta", "_", detectKey},
		{"kX", "-", detectKey},
		{"l", "p", detectKey},
		{"x", "oa", detectKey},
		{"p", "y", detectKey},
		{"q", "0", detectKey},
	} {
		for _, b := range []byte(p.first) {
			first[b] |= 1 << i
		}
		for _, b := range []byte(p.second) {
			second[b] |= 1 << i
		}
		for set := range looks {
			if detector(set)&p.set != 0 {
				looks[set] |= 1 << i
			}
		}
	}
	return first, second, looks
}()

// look looks around the pair of bytes at i, for what the bits of m say, and
// returns where to go on. Most pairs are nothing, which one look at their
// neighbors tells.
func (f *finder) look(i int, m uint32) int {
	s, next := f.s, i+1
	for ; m != 0; m &= m - 1 {
		var x find
		var by detector
		switch m & -m {
		case lookEmail:
			x, by = f.email(i, 1), detectEmail
		case lookPercent:
			if f.at(i+2) == '0' {
				x, by = f.email(i, 3), detectEmail
			}
		case lookPhone:
			x, by = f.phone(i), detectPhone
		case lookUserinfo:
			x, by = f.userinfo(i), detectCredentials
		case lookIPv6:
			x, by = f.ipv6(i), detectIP
		case lookIPv4:
			x, by = f.ipv4(f.digits(i), i+1), detectIP
		case lookSSN:
			if from := f.digits(i); i-from == 2 {
				x, by = f.ssn(from, i+1), detectSSN
			}
		case lookIBAN:
			if i > f.floor && isAlpha(s[i-1]) && isDigit(f.at(i+2)) {
				x, by = f.iban(i+1), detectIBAN
			}
		case lookCard:
			end := i + 2
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			next = end - 1
			if n := end - i; n == 4 || n > 12 {
				x, by = f.card(i, end), detectCard
			}
		case lookJWT:
			x, by = f.jwt(i), detectJWT
		case lookPEM:
			if i-4 >= f.floor {
				x, by = f.pem(i-4), detectPEM
			}
		case lookBearer:
			if f.at(i+6) == ' ' {
				x, by = f.bearer(i), detectKey
			}
		case lookBasic:
			if i-4 >= f.floor {
				x, by = f.basic(i-4), detectCredentials
			}
		case lookAmazon:
			x, by = f.cloudKey(i), detectKey
		case lookSendGrid:
			if f.at(i+2) == '.' {
				x, by = f.dottedKey(i+2), detectKey
			}
		case lookGoogle:
			if f.at(i+4) == '.' {
				x, by = f.dottedKey(i+4), detectKey
			}
		case lookWord, lookDashed:
			x, by = f.key(i+1), detectKey
		case lookGitLab, lookSlack, lookPyPI:
			if f.at(i+4) == '-' {
				x, by = f.key(i+4), detectKey
			}
		case lookSquare:
			if f.at(i+5) == '-' {
				x, by = f.key(i+5), detectKey
			}
		}
		if x.to > 0 {
			f.found(by, x)
			return x.to
		}
	}
	return next
}

// digits returns where the digits that end with the one at i begin, no more
// than 4.
func (f *finder) digits(i int) int {
	from := i
	for from > f.floor && i-from < 3 && isDigit(f.s[from-1]) {
		from--
	}
	return from
}

// hasGroups says whether s has digits in rows or groups as cards have them: 13
// and more, or four and after a gap three. It looks at every fourth byte, which
// no row of four is without.
func hasGroups(s string) bool {
	for i := 3; i < len(s); i += 4 {
		if !isDigit(s[i]) {
			continue
		}
		from, end := i, i+1
		for from > 0 && i-from < 13 && isDigit(s[from-1]) {
			from--
		}
		for end < len(s) && end-i < 13 && isDigit(s[end]) {
			end++
		}
		if end-from >= 13 {
			return true
		}
		if end-from == 4 && end+3 < len(s) {
			switch s[end] {
			case ' ', '-', '.':
				if isDigit(s[end+1]) && isDigit(s[end+2]) && isDigit(s[end+3]) {
					return true
				}
			case '%', 0xC2, 0xE2:
				return true
			}
		}
		i = end - 1
	}
	return false
}

// A find is what a look came to; nothing where to is 0.
type find struct{ from, to int }

// found notes what was found.
func (f *finder) found(by detector, x find) {
	if n := len(f.spans); n > 0 && f.spans[n-1].to == x.from {
		f.spans[n-1].to = x.to
		f.spans[n-1].by |= by
	} else {
		f.spans = append(f.spans, span{from: x.from, to: x.to, by: by})
	}
	f.floor = x.to
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }

// before returns the byte before i, 0 at the beginning and after a find.
func (f *finder) before(i int) byte {
	if i <= f.floor {
		return 0
	}
	return f.s[i-1]
}

// at returns the byte at i, 0 at the end.
func (f *finder) at(i int) byte {
	if i >= len(f.s) {
		return 0
	}
	return f.s[i]
}

// gap returns how many bytes at i are one character that parts groups of a
// number: a blank, also one of an address, a dash or, if dots, a dot. None is 0.
func (f *finder) gap(i int, dots bool) int {
	if i >= len(f.s) {
		return 0
	}
	switch c := f.s[i]; {
	case c == ' ' || c == '-' || c == '.' && dots:
		return 1
	case c == '%' && strings.HasPrefix(f.s[i:], "%20"):
		return 3
	case c == 0xC2 && f.at(i+1) == 0xA0: // NBSP
		return 2
	case c == 0xE2 && f.at(i+1) == 0x80:
		switch b := f.at(i + 2); {
		case b >= 0x87 && b <= 0x8A, b == 0xAF, b >= 0x90 && b <= 0x95: // narrow blanks; hyphens and dashes
			return 3
		}
	}
	return 0
}

// dash is gap for dashes alone.
func (f *finder) dash(i int) int {
	switch w := f.gap(i, false); {
	case w == 1 && f.s[i] == '-', w == 3 && f.s[i+2] >= 0x90 && f.s[i+2] <= 0x95:
		return w
	}
	return 0
}
