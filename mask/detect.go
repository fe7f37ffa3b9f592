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
// not overlap or touch. It goes over s once and stops at bytes that what it
// looks for cannot be without; how far each look from there goes is bounded, or
// is not gone again. Nothing is allocated where nothing is found.
func detect(s string, set detector) []span {
	f := finder{s: s, set: set}
	for i := 0; i < len(s); {
		if trigger[s[i]]&set == 0 {
			i++
			continue
		}
		i = f.look(i)
	}
	return f.spans
}

// A finder is one run of detect.
type finder struct {
	s     string
	set   detector
	spans []span
	floor int  // the end of the last span: no other begins before
	group int  // the end of the last run of groups of an address of IPv6
	open  bool // no PEM block that began later than here ends
}

// trigger has the bytes that a look begins at, and for what.
var trigger = func() (t [256]detector) {
	for _, c := range []byte("0123456789") {
		t[c] = detectIBAN | detectCard | detectSSN | detectIP
	}
	t['@'], t['%'] = detectEmail, detectEmail
	t['+'] = detectPhone
	t[':'] = detectCredentials | detectIP
	t['.'] = detectKey | detectJWT
	t['-'] = detectPEM | detectKey
	t['_'], t['A'] = detectKey, detectKey
	t['B'], t['b'] = detectKey|detectCredentials, detectKey|detectCredentials
	return t
}()

// look looks around the trigger at i and returns where to go on. Most triggers
// are nothing, which one look at their neighbors tells.
func (f *finder) look(i int) int {
	s := f.s
	switch c := s[i]; c {
	case '@':
		return f.found(detectEmail, i+1, f.email(i, 1))
	case '%':
		if strings.HasPrefix(s[i:], "%40") {
			return f.found(detectEmail, i+1, f.email(i, 3))
		}
	case '+':
		return f.found(detectPhone, i+1, f.phone(i))
	case ':':
		if f.at(i+1) == '/' {
			return f.found(detectCredentials, i+1, f.userinfo(i))
		}
		return f.found(detectIP, i+1, f.ipv6(i))
	case '.':
		if !isBase64URL(f.before(i)) || !isBase64URL(f.at(i+1)) && f.at(i+1) != '.' {
			break
		}
		if next := f.found(detectKey, i+1, f.dottedKey(i)); next > i+1 {
			return next
		}
		return f.found(detectJWT, i+1, f.jwt(i))
	case '-':
		if f.at(i+1) == '-' {
			return f.found(detectPEM, i+1, f.pem(i))
		}
		fallthrough
	case '_': // what follows is long
		if !isBase64URL(f.at(i+7)) || !isBase64URL(f.at(i+16)) {
			break
		}
		return f.found(detectKey, i+1, f.key(i))
	case 'A':
		if b := f.at(i + 1); b != 'K' && b != 'S' && b != 'I' {
			break
		}
		return f.found(detectKey, i+1, f.cloudKey(i))
	case 'B', 'b':
		switch {
		case i+6 >= len(s):
		case s[i+6] == ' ' && s[i+1]|0x20 == 'e':
			return f.found(detectKey, i+1, f.bearer(i))
		case s[i+5] == ' ' && s[i+1]|0x20 == 'a':
			return f.found(detectCredentials, i+1, f.basic(i))
		}
	default:
		return f.number(i)
	}
	return i + 1
}

// number looks at the run of digits that begins at i.
func (f *finder) number(i int) int {
	end := i + 1
	for end < len(f.s) && isDigit(f.s[end]) {
		end++
	}
	next, n := end, end-i
	if n > 1 && isAlpha(f.before(i)) {
		next = f.found(detectIBAN, end, f.iban(i, end))
	}
	if f.floor <= i && (n == 4 || n > 12) {
		next = f.found(detectCard, end, f.card(i, end))
	}
	if f.floor <= i && n == 3 {
		next = f.found(detectSSN, end, f.ssn(i, end))
	}
	if f.floor <= i && n < 4 && f.at(end) == '.' {
		next = f.found(detectIP, end, f.ipv4(i, end))
	}
	return next
}

// A find is what a look came to; nothing where to is 0.
type find struct{ from, to int }

// found notes what was found, and returns where to go on: at its end, or at
// next if nothing was.
func (f *finder) found(by detector, next int, x find) int {
	if x.to == 0 {
		return next
	}
	if n := len(f.spans); n > 0 && f.spans[n-1].to == x.from {
		f.spans[n-1].to = x.to
		f.spans[n-1].by |= by
	} else {
		f.spans = append(f.spans, span{from: x.from, to: x.to, by: by})
	}
	f.floor = x.to
	return x.to
}

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
