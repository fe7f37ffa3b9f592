package format

import "github.com/pagetape/pagetape/internal/wire"

// An edit puts other bytes in the place of a span of a payload.
type edit struct {
	at   span
	with []byte
}

// splice returns the payload with the edits, which are in ascending order and
// do not overlap.
func splice(payload []byte, edits []edit) []byte {
	if len(edits) == 0 {
		return payload
	}
	var out []byte
	done := 0
	for _, e := range edits {
		out = append(append(out, payload[done:e.at.from]...), e.with...)
		done = e.at.to
	}
	return append(out, payload[done:]...)
}

// texts calls f with every string and byte string in the MessagePack value at
// which r stands: where it is in the payload, head and all, and what it holds.
func texts(r *wire.Reader, depth int, f func(at span, text []byte, bin bool)) {
	n := 0
	switch r.Type() {
	case wire.TypeString, wire.TypeBin:
		bin, from := r.Type() == wire.TypeBin, r.Offset()
		if text := r.View(); r.Err == nil {
			f(span{from, r.Offset()}, text, bin)
		}
		return
	case wire.TypeArray:
		n = r.Array(0)
	case wire.TypeMap:
		n = 2 * r.Map()
	default:
		r.Skip(1)
		return
	}
	if depth == 0 {
		r.Fail(wire.ErrDepth)
	}
	for ; n > 0 && r.Err == nil; n-- {
		texts(r, depth-1, f)
	}
}

// encodeText returns a string, or byte string, in MessagePack.
func encodeText(s string, bin bool) []byte {
	var w wire.Writer
	if bin {
		w.Bin([]byte(s))
	} else {
		w.String(s)
	}
	return w.Bytes()
}

// encodedNil is nil in MessagePack.
var encodedNil = []byte{0xc0}
