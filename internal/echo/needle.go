package echo

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A needle is a form of a value, as text: it lives while the value is
// registered.
type needle struct {
	stream []byte
	form   Form
	flags  flags
}

// partRunes is the length of the parts that long text is found in.
const partRunes = 256

// needles returns the forms of a value that is not None.
func (p *parsed) needles() []needle {
	var l needles
	var bounds flags
	if p.strength == Medium {
		bounds = bound
	}
	g := gapsOf(p.text, p.raw)
	own := g.not & loose
	// Numbers also as they were typed, where that is not how they are written.
	odd := !allDigits(p.stream) || g.gaps > len(p.stream)/2
	switch {
	case p.kind == Number && (odd || g.not&amount != 0), (p.kind == Phone || p.kind == Card) && (odd || g.not&digits != 0):
		l.parts(FormWhole, edges|own, p.stream)
	case p.kind == Secret && !p.raw && allDigits(p.stream) && (odd || g.not&digits != 0):
		l.parts(FormWhole, secret|edges|own, p.stream)
	}
	if p.kind == Email {
		l.add(FormWhole, bounds|own, p.stream)
	}
	if isEmail(p.text) {
		l.email(p.text, secretOf(p.kind))
	}
	switch p.kind {
	case Email:
	case Phone:
		l.phone(p.text, p.stream)
	case Card:
		l.add(FormDigits, digits, onlyDigits(p.stream))
	case Number:
		l.add(FormDigits, digits|amount, onlyDigits(p.stream))
	case Date:
		l.date(p.date)
		if p.date.swap {
			l.date(date{year: p.date.year, month: p.date.day, day: p.date.month})
		}
	case Secret:
		switch {
		case p.raw && allDigits(p.stream) && g.gaps == 0:
			l.add(FormRaw, secret|raws|solid, p.stream)
		case p.raw:
			l.parts(FormRaw, secret|raws|own, p.stream)
		case allDigits(p.stream):
			l.parts(FormDigits, secret|digits, p.stream)
		default:
			l.parts(FormWhole, secret|own, p.stream)
		}
	default:
		l.parts(FormWhole, bounds|own, p.stream)
		switch p.kind {
		case Text, Known:
			l.numbers(p.text)
		case Name:
			l.name(wordsOf(p.text), bounds)
		case Address:
			for _, w := range wordsOf(p.text) {
				if !isVocabulary(w) {
					l.word(w)
				}
			}
		}
	}
	return l
}

type needles []needle

func (l *needles) add(form Form, f flags, stream []byte) {
	if len(stream) >= minNeedle && len(stream) <= maxNeedle {
		*l = append(*l, needle{slices.Clone(stream), form, f})
	}
}

// parts adds a text, in parts if it is long. The last part overlaps the one
// before.
func (l *needles) parts(form Form, f flags, stream []byte) {
	for {
		n, runes := 0, 0
		for n < len(stream) && runes < partRunes {
			_, size := utf8.DecodeRune(stream[n:])
			n += size
			runes++
		}
		l.add(form, f, stream[:n])
		if n == len(stream) {
			return
		}
		if len(stream)-n < n {
			tail := len(stream) - n
			for !utf8.RuneStart(stream[tail]) {
				tail++
			}
			n = tail
		}
		stream = stream[n:]
	}
}

// word adds a word that is long enough, for where it stands alone.
func (l *needles) word(w string) {
	if weight(w) >= 4*perLetter && !strings.ContainsFunc(w, unicode.IsNumber) {
		l.add(FormWord, bound, appendStream(nil, w, false))
	}
}

// genericParts are the local parts that are no one's.
var genericParts = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`abuse account accounts accounting admin administrator
		anonymous billing booking bookings careers company contact customer customers
		customerservice demo donotreply email enquiries enquiry events example feedback
		finance guest hello help helpdesk hostmaster info information inquiries invoice
		invoices jobs legal login mail mailer mailerdaemon marketing media member members
		newsletter noreply notification notifications office order orders orderstatus
		owner payment payments personal postmaster press privacy purchase reception
		recruitment register reservations root sales secretary security service services
		shop signup someone staff store subscribe support sysadmin system team test
		testing tester unsubscribe user username users webmaster welcome work yourname
		youremail`) {
		m[s] = true
	}
	return m
}()

// secretOf returns the flag of the forms of a value of kind k.
func secretOf(k Kind) flags {
	if k == Secret {
		return secret
	}
	return 0
}

// email adds what else an e-mail address is shown as, whatever kind it was
// registered as: who signs in with one may type it as a user name.
func (l *needles) email(address string, f flags) {
	local := address[:strings.LastIndexByte(address, '@')]
	l.local(local, f)
	if i := strings.IndexByte(local, '+'); i > 0 {
		l.local(local[:i], f)
		l.add(FormWhole, f|bound, appendStream(nil, local[:i]+address[len(local):], false))
	}
	l.hashes(strings.ToLower(address), f)
}

func (l *needles) local(part string, f flags) {
	w := weight(part)
	b := appendStream(nil, part, false)
	if w < 5*perLetter || allDigits(b) && len(b) < 7 || distinct(b) < 3 || genericParts[string(b)] || isVocabulary(part) {
		return
	}
	switch {
	case allDigits(b):
		l.add(FormEmailPart, f|digits, b)
	case w < 8*perLetter:
		l.add(FormEmailPart, f|bound, b)
	default:
		l.add(FormEmailPart, f, b)
	}
}

// hashes adds the digests of a text, as avatars and advertisers have them.
func (l *needles) hashes(s string, f flags) {
	b := []byte(s)
	d5, d1, d256 := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b)
	for _, d := range [][]byte{d5[:], d1[:], d256[:]} {
		l.add(FormHash, f, hex.AppendEncode(nil, d))
	}
}

// phone adds a phone number with and without what comes before the number that
// is dialled at home: every end of nine digits or more, and what an explicit
// country code or a trunk prefix leaves.
func (l *needles) phone(text string, stream []byte) {
	b := onlyDigits(stream)
	if len(b) <= 20 {
		l.hashes(text, 0)
		l.hashes(string(b), 0)
	}
	international := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "\uFF0B")
	if len(b) > 9 && strings.HasPrefix(string(b), "00") {
		l.add(FormDigits, digits, b)
		b, international = b[2:], true
	}
	if len(b) > 20 { // no phone number
		l.add(FormDigits, digits, b)
		return
	}
	shortest := min(9, len(b))
	switch {
	case international:
		shortest = min(shortest, max(7, len(b)-3))
	case b[0] == '0':
		shortest = min(shortest, max(7, len(b)-1))
	}
	for n := shortest; n <= len(b); n++ {
		l.add(FormDigits, digits, b[len(b)-n:])
	}
	l.hashes(string(b), 0)
	l.hashes("+"+string(b), 0)
}

// numbers adds the numbers of seven digits or more in a text that is little else:
// "Tel. 12 34 56 78", an IBAN.
func (l *needles) numbers(text string) {
	n := len(onlyDigits(appendStream(nil, text, false)))
	if n < 7 || n*10 < weight(text)/perLetter*6 {
		return
	}
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return foldRune(r).class&(digit|joint|skip) == 0 }) {
		b := onlyDigits(appendStream(nil, run, false))
		if len(b) >= 7 && distinct(b) > 2 {
			l.add(FormDigits, digits, b)
		}
	}
}

func onlyDigits(b []byte) []byte {
	return slices.DeleteFunc(slices.Clone(b), func(c byte) bool { return c < '0' || c > '9' })
}

// date adds a date in numbers, in the orders that are in use, and with its
// month in English.
func (l *needles) date(d date) {
	for _, format := range []string{
		"%04[1]d%02[2]d%02[3]d", "%02[3]d%02[2]d%04[1]d", "%02[2]d%02[3]d%04[1]d",
		"%04[1]d%[2]d%[3]d", "%[3]d%[2]d%04[1]d", "%[2]d%[3]d%04[1]d",
		"%04[1]d%02[2]d%[3]d", "%[3]d%02[2]d%04[1]d", "%02[2]d%[3]d%04[1]d",
		"%04[1]d%[2]d%02[3]d", "%02[3]d%[2]d%04[1]d", "%[2]d%02[3]d%04[1]d",
	} {
		if s := fmt.Sprintf(format, d.year, d.month, d.day); len(s) >= 7 {
			l.add(FormDate, digits, []byte(s))
		}
	}
	name := strings.ToLower(time.Month(d.month).String())
	names := []string{name, name[:3]}
	if d.month == 9 {
		names = append(names, name[:4])
	}
	th := "th"
	if d.day/10 != 1 {
		switch d.day % 10 {
		case 1:
			th = "st"
		case 2:
			th = "nd"
		case 3:
			th = "rd"
		}
	}
	days := []string{fmt.Sprint(d.day), fmt.Sprint(d.day) + th}
	if d.day < 10 {
		days = append(days, fmt.Sprintf("%02d", d.day))
	}
	for _, month := range names {
		for _, day := range days {
			l.add(FormDate, edges, fmt.Appendf(nil, "%s%s%d", day, month, d.year))
			l.add(FormDate, edges, fmt.Appendf(nil, "%s%s%d", month, day, d.year))
		}
		l.add(FormDate, edges, fmt.Appendf(nil, "%d%s%02d", d.year, month, d.day))
	}
}

// name adds the words of a name, and the name with its last word first.
func (l *needles) name(words []string, bounds flags) {
	for _, w := range words {
		if !isCommon(string(appendStream(nil, w, false))) {
			l.word(w)
		}
	}
	if n := len(words); n > 1 && n <= 8 {
		last := words[n-1]
		l.add(FormWhole, bounds, appendStream(nil, last+strings.Join(words[:n-1], ""), false))
		if n > 2 {
			short := words[0] + last
			if weight(short) < 8*perLetter {
				bounds = bound
			}
			l.add(FormWhole, bounds, appendStream(nil, short, false))
			l.add(FormWhole, bounds, appendStream(nil, last+words[0], false))
		}
	}
}
