package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// A phrase is the keyed hash of the letters and digits of what is too short to be
// looked for everywhere: a code in its form, or what a control held a moment
// ago. It is found as a whole: no letter or digit is beside it.
type phrase struct {
	Tag  uint64 `json:"tag"`
	Size int    `json:"size"` // bytes that were hashed
}

func (m *memory) phrase(v string) phrase {
	v = alnum(v)
	return phrase{m.tag(v), len(v)}
}

func (m *memory) tag(v string) uint64 {
	mac := hmac.New(sha256.New, m.key[:])
	mac.Write([]byte("phrase"))
	mac.Write([]byte(v))
	return binary.BigEndian.Uint64(mac.Sum(nil))
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

// extends says whether v begins with the letters and digits of short.
func (m *memory) extends(v string, short phrase) bool {
	v = alnum(v)
	return short.Size > 0 && len(v) >= short.Size && m.tag(v[:short.Size]) == short.Tag
}

// find appends to spans where in text there is one of the phrases.
func (m *memory) find(spans []span, text string, phrases ...phrase) []span {
	if len(phrases) == 0 {
		return spans
	}
	// Of every run of letters and digits: where it begins and ends in text, and
	// in what is hashed.
	type run struct{ from, to, begin, end int }
	var runs []run
	var plain []byte
	inside := false
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			inside = inside && unicode.Is(unicode.Mn, r)
			continue
		}
		if !inside {
			inside = true
			runs = append(runs, run{from: i, begin: len(plain)})
		}
		plain = utf8.AppendRune(plain, unicode.ToLower(r))
		last := &runs[len(runs)-1]
		last.to, last.end = i+utf8.RuneLen(r), len(plain)
	}
	for _, w := range phrases {
		for i, j := 0, 0; i < len(runs); i++ {
			for j = max(j, i); j < len(runs) && runs[j].end-runs[i].begin < w.Size; j++ {
			}
			if j == len(runs) {
				break
			}
			if runs[j].end-runs[i].begin == w.Size && m.tag(string(plain[runs[i].begin:runs[j].end])) == w.Tag {
				spans = append(spans, span{from: runs[i].from, to: runs[j].to, echo: true})
			}
		}
	}
	return spans
}
