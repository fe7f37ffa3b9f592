package echo

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// A Key is a session's key: random, or derived from one that is. Values that
// are equal have nothing in common under two keys.
type Key [32]byte

// The domains of what is hashed under the key.
const (
	domainAlnum = 'a' // a form, in the stream of letters and numbers
	domainRaw   = 'r' // a form, in the raw stream
	domainValue = 'v' // a whole value with its kind
	domainMix   = 'm' // the multipliers
	domainID    = 'i' // the key's own name
	domainPad   = 'p' // what an exported anchor is hidden under
	domainSeal  = 's' // an exported state
)

// maxNeedle is the most bytes that a form has in its stream.
const maxNeedle = 256 * 4

// A block is what HMAC's inner hash reads: the padded key, the domain, the
// message.
type block [sha256.BlockSize + 1 + maxNeedle]byte

// keyed is a key made ready.
type keyed struct {
	key          Key
	inner, outer [sha256.BlockSize]byte // the key as HMAC (RFC 2104) pads it
	m1, m2, poly uint64                 // odd multipliers
	back1, back2 uint64                 // their inverses, of the first two
	mask         uint64
}

// prepare makes the key ready to hash forms with. Before, only sum is.
func (k *keyed) prepare() {
	key := &k.key
	copy(k.inner[:], key[:])
	copy(k.outer[:], key[:])
	for i := range k.inner {
		k.inner[i] ^= 0x36
		k.outer[i] ^= 0x5C
	}
	word := func(i byte) uint64 {
		return binary.LittleEndian.Uint64(k.sum(domainMix, []byte{i}))
	}
	k.m1, k.m2, k.poly = word(0)|1, word(1)|1, word(2)|1
	k.back1, k.back2 = inverse(k.m1), inverse(k.m2)
	k.mask = word(3)
}

// inverse returns the inverse of an odd number modulo 2^64.
func inverse(m uint64) uint64 {
	x := m
	for range 5 { // Newton: each step doubles the bits that are right
		x *= 2 - m*x
	}
	return x
}

// sum returns HMAC-SHA-256 of parts under the key.
func (k *keyed) sum(domain byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, k.key[:])
	h.Write([]byte{domain})
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// tag returns the first 64 bits of HMAC-SHA-256 of the n bytes that b holds
// from message on. It allocates nothing.
func (k *keyed) tag(domain byte, b *block, n int) uint64 {
	copy(b[:], k.inner[:])
	b[sha256.BlockSize] = domain
	in := sha256.Sum256(b[:message+n])
	var o [sha256.BlockSize + sha256.Size]byte
	copy(o[:], k.outer[:])
	copy(o[sha256.BlockSize:], in[:])
	out := sha256.Sum256(o[:])
	return binary.LittleEndian.Uint64(out[:])
}

const message = sha256.BlockSize + 1

// first is the first half of an anchor's mix, whose top bits choose the bit of
// the bitmap: of the last n bytes of the stream, in the low bytes of w.
func (k *keyed) first(w uint64, n int) uint64 {
	return w*(k.m1<<(64-8*n)) + k.mask
}

// mix is the other half. The two are a permutation: anchors of one length that
// differ have mixes that differ.
func (k *keyed) mix(first uint64) uint64 {
	return (first ^ first>>32) * k.m2
}

// unmix undoes mix.
func (k *keyed) unmix(m uint64) uint64 {
	x := m * k.back2
	return x ^ x>>32
}

// bytes undoes first.
func (k *keyed) bytes(first uint64, n int) uint64 {
	shift := 64 - 8*n
	return (first - k.mask) >> shift * k.back1 << shift >> shift
}
