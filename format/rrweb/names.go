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
	if bytes.IndexByte(b, '\\') >= 0 || !utf8.Valid(b) {
		d.names.text = jsonstr.AppendUnquote(d.names.text[:0], literal)
		b = d.names.text
	}
	return d.names.of(b)
}

// of returns b as a string.
func (n *names) of(b []byte) string {
	if len(b) == 0 || len(b) > maxName {
		return string(b)
	}
	if n.fresh >= len(n.slots) && len(n.slots) < mostNames {
		n.grow()
	}
	slot := &n.slots[hash(b)&uint64(len(n.slots)-1)]
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
		n.slots[hash([]byte(s))&uint64(len(n.slots)-1)] = s
	}
}

// hash is quick, and no more: two texts in one slot cost an allocation.
func hash(b []byte) uint64 {
	const odd = 0x9E3779B97F4A7C15
	h := uint64(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h = (h ^ binary.LittleEndian.Uint64(b)) * odd
		h ^= h >> 32
	}
	var last uint64
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	h = (h ^ last) * odd
	return h ^ h>>32
}
