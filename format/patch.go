package format

import (
	"encoding/binary"
	"hash/crc32"
	mathbits "math/bits"
	"slices"

	"github.com/pagetape/pagetape/internal/wire"
)

// A KEY is mostly what the one before it was. Its payload can be a patch: what
// differs from that one's, the base, as stretches of the base and bytes between
// them (SPEC.md, section 10).

const (
	// minCopy is how many bytes a stretch of the base has at least.
	minCopy = 8
	// maxPatches is how many KEYs may be patches of each other: a reader applies
	// them all.
	maxPatches = 15
	// usualPatches is how many a Writer makes of each other: they are read at
	// once, with what lies between them.
	usualPatches = 7
)

// appendPatch writes the patch that makes payload of base.
func appendPatch(w *wire.Writer, base, payload []byte) {
	literals := []byte{} // nil would be nil in MessagePack
	var copies []int64   // of each: bytes before it, distance of where it starts from where it would, length
	table := newCopyTable(base)
	end, done := 0, 0 // of the last copy: in base, in payload
	for i := 0; i+minCopy <= len(payload); {
		at := end + i - done // if bytes were replaced by as many
		if !sameHere(base, at, payload[i:]) {
			at = table.find(payload[i:])
		}
		if !sameHere(base, at, payload[i:]) {
			i++
			continue
		}
		for i > done && at > 0 && base[at-1] == payload[i-1] {
			i, at = i-1, at-1
		}
		n := common(base[at:], payload[i:])
		literals = append(literals, payload[done:i]...)
		copies = append(copies, int64(i-done), int64(at-end-(i-done)), int64(n))
		end, done = at+n, i+n
		i = done
	}
	literals = append(literals, payload[done:]...)
	w.Array(4)
	w.Int(int64(len(payload)))
	w.Int(int64(crc32.Checksum(payload, castagnoli)))
	w.Bin(literals)
	w.Array(len(copies))
	for _, n := range copies {
		w.Int(n)
	}
}

// sameHere says whether base has at at the bytes that b begins with, minCopy of
// them. at can be anywhere.
func sameHere(base []byte, at int, b []byte) bool {
	return at >= 0 && at+minCopy <= len(base) && binary.LittleEndian.Uint64(base[at:]) == binary.LittleEndian.Uint64(b)
}

// common returns how many bytes a and b begin with alike.
func common(a, b []byte) int {
	most := min(len(a), len(b))
	n := 0
	for ; n+8 <= most; n += 8 {
		if d := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); d != 0 {
			return n + mathbits.TrailingZeros64(d)/8
		}
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// A copyTable finds where bytes are in a base.
type copyTable struct {
	at    []int32 // 1 more than the last place of those with that hash
	shift uint8
}

func newCopyTable(base []byte) copyTable {
	size := mathbits.Len(uint(len(base)))
	t := copyTable{make([]int32, 1<<size), uint8(64 - size)}
	for i := 0; i+minCopy <= len(base); i++ {
		t.at[t.hash(base[i:])] = int32(i + 1)
	}
	return t
}

func (t *copyTable) hash(b []byte) uint64 {
	return binary.LittleEndian.Uint64(b) * 0x9E3779B97F4A7C15 >> t.shift
}

// find returns where the bytes that b begins with could be, -1 for nowhere.
func (t *copyTable) find(b []byte) int { return int(t.at[t.hash(b)]) - 1 }

// applyPatch appends what the patch makes of base to dst, which has no bytes
// yet.
func applyPatch(dst, base, patch []byte, l Limits) ([]byte, error) {
	r := wire.NewReader(patch, 0)
	if r.Array(0) != 4 {
		return nil, ErrPayload
	}
	size, sum, literals := r.Int(), r.Int(), r.View()
	if r.Err == nil && size > int64(l.Frame) {
		return nil, &LimitError{"decoded payload", l.Frame}
	}
	n := r.Array(0)
	if r.Err != nil || size < 0 || n%3 != 0 {
		return nil, ErrPayload
	}
	dst = slices.Grow(dst, min(int(size), len(base)+len(patch)))
	end := int64(0)
	for range n / 3 {
		before, from, length := r.Int(), r.Int(), r.Int()
		if r.Err != nil || before < 0 || before > int64(len(literals)) {
			return nil, ErrPayload
		}
		at := end + before + from
		if at < 0 || at > int64(len(base)) || length < 0 || length > int64(len(base))-at ||
			before+length > size-int64(len(dst)) {
			return nil, ErrPayload
		}
		dst = append(dst, literals[:before]...)
		dst = append(dst, base[at:at+length]...)
		literals, end = literals[before:], at+length
	}
	if dst = append(dst, literals...); r.Left() > 0 || int64(len(dst)) != size {
		return nil, ErrPayload
	}
	if int64(crc32.Checksum(dst, castagnoli)) != sum {
		return nil, ErrChecksum
	}
	return dst, nil
}

// A keyBase is what patches are of, for one that reads a tape front to back.
type keyBase struct {
	of      tablesID // of the frame
	payload []byte   // nil: there is none
	patches int      // that it took
}

// resolve returns what the payload of a KEY frame stands for.
func (k *keyBase) resolve(f *Frame, payload []byte, l Limits) ([]byte, error) {
	base, next := *k, keyBase{of: tablesID{f.epoch, f.generation}}
	if !f.aside {
		*k = keyBase{}
	}
	if !f.patch {
		next.payload = slices.Clone(payload)
	} else {
		switch {
		case base.payload == nil || base.of != next.of:
			return nil, ErrGap
		case base.patches == maxPatches:
			return nil, ErrPayload
		}
		var err error
		if next.payload, err = applyPatch(nil, base.payload, payload, l); err != nil {
			return nil, err
		}
		next.patches = base.patches + 1
	}
	if !f.aside {
		*k = next
	}
	return next.payload, nil
}
