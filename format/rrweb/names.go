package rrweb

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/pagetape/pagetape/internal/jsonstr"
)

const (
	maxName    = 32      // bytes of a string that is kept
	firstNames = 1 << 8  // slots
	mostNames  = 1 << 14 // likewise
)

// names are short strings that came: names, and words that come again and
// again. Each has one slot that it can be in, and the last one that came is.
type names struct {
	slots []string
	fresh int // how many have been put in since there are so many slots
	text  []byte
}

// intern returns the content of a string literal, mostly the same Go string for
// the same short text.
func (d *Decoder) intern(literal []byte) string {
	b := literal[1 : len(literal)-1]
	if len(b) <= maxName {
		if h, plain := hash(b); plain {
			return d.names.of(b, h)
		}
	} else if bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		return string(b)
	}
	d.names.text = jsonstr.AppendUnquote(d.names.text[:0], literal)
	if b = d.names.text; len(b) > maxName {
		return string(b)
	}
	h, _ := hash(b)
	return d.names.of(b, h)
}

// of returns b as a string. Its hash is h.
func (n *names) of(b []byte, h uint64) string {
	if n.fresh >= len(n.slots) && len(n.slots) < mostNames {
		n.grow()
	}
	slot := &n.slots[h&uint64(len(n.slots)-1)]
	if *slot != string(b) {
		*slot = string(b)
		n.fresh++
	}
	return *slot
}

func (n *names) grow() {
	old := n.slots
	n.slots, n.fresh = make([]string, max(firstNames, 4*len(old))), 0
	for _, s := range old {
		h, _ := hash([]byte(s))
		n.slots[h&uint64(len(n.slots)-1)] = s
	}
}

// hash is quick, and no more: two texts in one slot cost an allocation. It is
// plain that b is ASCII and has no backslash; that it is not may be wrong.
func hash(b []byte) (h uint64, plain bool) {
	const (
		odd   = 0x9E3779B97F4A7C15
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	h = uint64(len(b))
	var special uint64
	add := func(w uint64) {
		h = (h ^ w) * odd
		h ^= h >> 32
		special |= w | (w ^ '\\'*ones - ones)
	}
	if len(b) < 8 {
		var w uint64
		for i, c := range b {
			w |= uint64(c) << (8 * i)
		}
		add(w)
		return h, special&highs == 0
	}
	for i := 0; i+8 < len(b); i += 8 {
		add(binary.LittleEndian.Uint64(b[i:]))
	}
	add(binary.LittleEndian.Uint64(b[len(b)-8:]))
	return h, special&highs == 0
}
