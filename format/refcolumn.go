package format

import "github.com/pagetape/pagetape/internal/wire"

// A refColumn is a column of references: 0 is the empty string or no node, 1
// the number that comes next, 2 the one after the last, every other number is
// itself and two. What comes next is one more than the highest number in the
// column so far, or the base of the table in this frame.
type refColumn struct {
	column
	next, last uint32
}

func (c *refColumn) begin(base uint32) {
	c.reset()
	c.next, c.last = base, base
}

func (c *refColumn) ref(id uint32) { c.put(c.code(id)) }

func (c *refColumn) code(id uint32) int64 {
	if id == 0 {
		return 0
	}
	after := c.last + 1
	c.last = id
	switch id {
	case c.next:
		c.next++
		return 1
	case after:
		c.next = max(c.next, id+1)
		return 2
	}
	c.next = max(c.next, id+1)
	return int64(id) + 2
}

// A refCursor reads a refColumn.
type refCursor struct {
	cursor
	base, last uint32
}

func newRefCursor(c cursor, base uint32) refCursor { return refCursor{c, base, base} }

// nextID returns the number that the next code stands for.
func (c *refCursor) nextID(r *wire.Reader) uint32 { return c.id(r, c.next()) }

func (c *refCursor) id(r *wire.Reader, code int64) uint32 {
	if code == 0 {
		return 0
	}
	if uint64(code) > 1<<31 {
		r.Fail(wire.ErrSyntax)
		return 0
	}
	id, base, next := uint32(code)-2, c.base, c.last+1
	if code == 1 {
		id = base
	}
	if code == 2 {
		id = next
	}
	c.last, c.base = id, max(base, id+1)
	return id
}

// writeBases writes how many numbers of each table were given, beyond the
// static ones; trailing zeros are left out.
func writeBases(w *wire.Writer, bases *[tables]uint32) {
	n := 0
	for i := range bases {
		if bases[i] > staticCount(i) {
			n = i + 1
		}
	}
	w.Array(n)
	for i := range n {
		w.Int(int64(bases[i] - staticCount(i)))
	}
}

// readBases reads what writeBases wrote.
func readBases(r *wire.Reader) (bases [tables]uint32) {
	n := r.Array(0)
	for i := range bases {
		bases[i] = staticCount(i)
		if i < n {
			v := r.Int()
			if v < 0 || v > 1<<30 {
				r.Fail(wire.ErrSyntax)
			}
			bases[i] += uint32(v)
		}
	}
	for i := tables; i < n; i++ {
		r.Skip(maxNesting)
	}
	return bases
}
