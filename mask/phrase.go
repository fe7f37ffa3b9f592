package mask

import (
	"crypto/sha256"
	"encoding/binary"
	"unicode"
	"unicode/utf8"

	"github.com/pagetape/pagetape/internal/echo"
)

// A phrase is the keyed hash of the letters and digits of what is too short to
// be looked for everywhere: a code in its form, or what a control held a moment
// ago. It is found as a whole: no letter or digit is beside it.
type phrase struct {
	Tag   uint64 `json:"tag"`
	Quick uint64 `json:"quick"` // spares most tags
	Size  int    `json:"size"`  // bytes that were hashed
}

func (m *memory) phrase(v string) phrase {
	return m.hash(alnum(v))
}

// hash returns the phrase of letters and digits.
func (m *memory) hash(letters string) phrase {
	return phrase{m.tag(letters), m.quick(letters), len(letters)}
}

func (m *memory) tag(v string) uint64 { return m.mac.sum(v) }

// A mac is HMAC-SHA-256 under one key (RFC 2104) of what begins with "phrase",
// its first 64 bits. Most of what is hashed is short.
type mac struct {
	inner []byte // the padded key, "phrase", and room for a message
	outer [sha256.BlockSize + sha256.Size]byte
}

const macHead = sha256.BlockSize + len("phrase")

func newMAC(key echo.Key) (m mac) {
	m.inner = make([]byte, sha256.BlockSize, macHead+64)
	copy(m.inner, key[:])
	copy(m.outer[:], key[:])
	for i := range sha256.BlockSize {
		m.inner[i] ^= 0x36
		m.outer[i] ^= 0x5C
	}
	m.inner = append(m.inner, "phrase"...)
	return m
}

func (m *mac) sum(v string) uint64 {
	m.inner = append(m.inner[:macHead], v...)
	in := sha256.Sum256(m.inner)
	copy(m.outer[sha256.BlockSize:], in[:])
	out := sha256.Sum256(m.outer[:])
	return binary.BigEndian.Uint64(out[:])
}

// quick is a polynomial over the bytes at a secret point, so that the one of a
// part is found from those of what begins the text.
func (m *memory) quick(v string) uint64 {
	h := uint64(0)
	for i := range len(v) {
		h = h*m.base + uint64(v[i]) + 1
	}
	return h
}

// alnum returns the letters and digits of v in lower case.
func alnum(v string) string {
	b := make([]byte, 0, len(v))
	for _, r := range v {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return string(b)
}

// extends says whether letters and digits begin with those of short.
func (m *memory) extends(v string, short phrase) bool {
	return short.Size > 0 && len(v) >= short.Size && m.quick(v[:short.Size]) == short.Quick && m.tag(v[:short.Size]) == short.Tag
}

// A reading is a text in which phrases are looked for.
type reading struct {
	plain []byte   // its letters and digits in lower case
	sums  []uint64 // of what plain begins with, by length
	runs  []wordRun
}

// A wordRun is letters and digits without others between them: where they begin and
// end in a text, and in plain.
type wordRun struct{ from, to, begin, end int }

// read sets r to a text.
func (r *reading) read(text string, base uint64) {
	r.plain, r.sums, r.runs = r.plain[:0], append(r.sums[:0], 0), r.runs[:0]
	inside, sum := false, uint64(0)
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			low := plainByte[c]
			if low == 0 {
				inside = false
				i++
				continue
			}
			if !inside {
				inside = true
				r.runs = append(r.runs, wordRun{from: i, begin: len(r.plain)})
			}
			sum = sum*base + uint64(low) + 1
			r.plain, r.sums = append(r.plain, low), append(r.sums, sum)
			i++
			last := &r.runs[len(r.runs)-1]
			last.to, last.end = i, len(r.plain)
			continue
		}
		c, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			inside = inside && unicode.Is(unicode.Mn, c) // an accent on its own
			i += n
			continue
		}
		if !inside {
			inside = true
			r.runs = append(r.runs, wordRun{from: i, begin: len(r.plain)})
		}
		begin := len(r.plain)
		r.plain = utf8.AppendRune(r.plain, unicode.ToLower(c))
		for _, b := range r.plain[begin:] {
			sum = sum*base + uint64(b) + 1
			r.sums = append(r.sums, sum)
		}
		i += n
		last := &r.runs[len(r.runs)-1]
		last.to, last.end = i, len(r.plain)
	}
}

// plainByte is what a byte of ASCII is in plain, 0 for what is not in it.
var plainByte = func() (t [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case isUpper(c):
			t[c] = c | 0x20
		case isAlnum(c):
			t[c] = c
		}
	}
	return t
}()

// find appends to spans where in text there is one of the phrases.
func (m *memory) find(spans []span, text string, phrases ...phrase) []span {
	if len(phrases) == 0 {
		return spans
	}
	m.reading.read(text, m.base)
	for _, p := range phrases {
		spans = m.findRead(spans, p)
	}
	return spans
}

// findRead is find for the text that was read last.
func (m *memory) findRead(spans []span, p phrase) []span {
	r := &m.reading
	if len(r.plain) < p.Size {
		return spans
	}
	power := pow(m.base, p.Size)
	for i, j := 0, 0; i < len(r.runs); i++ {
		from := r.runs[i].begin
		for j = max(j, i); j < len(r.runs) && r.runs[j].end-from < p.Size; j++ {
		}
		if j == len(r.runs) {
			break
		}
		to := r.runs[j].end
		if to-from == p.Size && r.sums[to]-r.sums[from]*power == p.Quick && m.tag(string(r.plain[from:to])) == p.Tag {
			spans = append(spans, span{from: r.runs[i].from, to: r.runs[j].to, echo: true})
		}
	}
	return spans
}

func pow(x uint64, n int) uint64 {
	y := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			y *= x
		}
		x *= x
	}
	return y
}
