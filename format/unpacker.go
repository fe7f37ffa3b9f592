package format

import (
	"slices"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// An unpacker reads the payload of a frame of events: what a packer wrote. It
// is the Visitor that fills the events. It is used again for the next frame.
type unpacker struct {
	r    *wire.Reader
	cols columnReader
	heap *heap
	err  error // of a number that the heap does not have

	n, at      int
	kinds      cursor
	times      cursor
	unit, last int64
	windows    cursor
	extra      memberCursors
	groups     [256]*group
	templates  refCursor
	on, ids    cursor // tracks, and distances on them
	counts     cursor
	tracks     tracks
	room       room // for what is to come
	again      *scratch
	scans      bool // into that
	seen       seen
	owed       int // children of nodes before that are still to come
	root       int64
	bases      [tables]uint32
	strs       [roles]view[string]
	tmpls      view[template]
	cur        *group
	field      int
	floats     []float64
	limits     Limits
	buf        []byte // of the payload
	skip       *kindSet
	own        span   // where the payload has its own sections
	rows       []span // and records of kinds that are not known
}

// A group is the records of one type in a frame.
type group struct {
	rest   memberCursors
	fields []groupField
	left   int         // records
	make   func() Data // for some of them
	made   int         // how many it still makes
	raw    []string    // of a kind that is not known
	bare   bool        // the records are skipped
}

// A kindSet is a set of kinds.
type kindSet [256]bool

type groupField struct {
	refCursor
	number number // the last one
	lastID int64
	int    int64 // the last one of Ints
	ints   cursor
	sub    *group
}

// memberCursors read the leftover members of records.
type memberCursors struct {
	counts        cursor
	names, values refCursor
}

// unpackers keeps unpackers for the room that they have.
var unpackers = make(idle[*unpacker], 4)

func newUnpacker(l Limits) *unpacker {
	u, ok := unpackers.take()
	if !ok {
		u = &unpacker{r: wire.NewReader(nil, 0)}
		u.cols.r = u.r
	}
	u.limits = l
	return u
}

// maxKept is how many bytes of room an unpacker keeps.
const maxKept = 4 << 20

// release forgets what the unpacker read, which is not used any more.
func (u *unpacker) release() {
	u.r.Reset(nil, 0)
	u.again.forget()
	*u = unpacker{r: u.r, cols: columnReader{r: u.r, vals: u.cols.vals[:0]}, seen: u.seen, buf: u.buf, again: u.again}
	if 8*cap(u.cols.vals)+cap(u.buf)+int(unsafe.Sizeof(seenRun{}))*(u.seen.made+len(u.seen.spare)) <= maxKept {
		unpackers.put(u)
	}
}

// clone returns an unpacker that stands where u does and reads on by itself.
func (u *unpacker) clone() *unpacker {
	u.cols.vals = nil // both have cursors in it from now on
	c := newUnpacker(u.limits)
	r, buf, again := c.r, c.buf, c.again // the room that it has
	*r = *u.r
	*c = *u
	c.r, c.buf, c.again = r, buf, again
	c.cols = columnReader{r: r, most: u.cols.most}
	c.room, c.floats, c.rows = room{}, nil, nil
	c.seen = seen{}
	u.seen.share(&c.seen)
	for k, g := range c.groups {
		c.groups[k] = g.clone()
	}
	return c
}

func (g *group) clone() *group {
	if g == nil {
		return nil
	}
	c := *g
	c.make, c.made = nil, 0
	c.fields = slices.Clone(g.fields)
	for i := range c.fields {
		c.fields[i].sub = c.fields[i].sub.clone()
	}
	return &c
}

// sections reads the payload of a HEAP frame into h.
func (u *unpacker) sections(h *heap, payload []byte, locked bool) error {
	u.r.Reset(payload, u.limits.Memory)
	u.cols.vals, u.cols.most = u.cols.vals[:0], u.limits.Values
	s := sectionReader{h: h, r: u.r, cols: &u.cols, locked: locked}
	if s.sections(); u.r.Left() > 0 {
		u.r.Fail(wire.ErrSyntax)
	}
	return u.reason(s.err)
}

// reason translates the reader's error; of is the heap's.
func (u *unpacker) reason(of error) error {
	switch {
	case of != nil:
		return of
	case u.r.Err != nil:
		return reason(u.r.Err, u.limits)
	}
	return nil
}

// open reads the columns of a payload. Its strings are added to h.
func (u *unpacker) open(h *heap, payload []byte) error {
	r := u.r
	r.Reset(payload, u.limits.Memory)
	*u = unpacker{
		r: r, cols: columnReader{r: r, vals: u.cols.vals[:0], most: u.limits.Values}, heap: h, limits: u.limits, seen: u.seen, buf: u.buf,
		again: u.again, skip: u.skip,
	}
	n := r.Array(0)
	if r.Err == nil && n < 8 {
		r.Fail(wire.ErrSyntax)
	}
	u.bases = readBases(r)
	s := sectionReader{h: h, r: r, cols: &u.cols}
	u.own.from = r.Offset()
	if h.shared && r.Type() != wire.TypeNil {
		r.Fail(wire.ErrSyntax)
	}
	s.sections()
	u.own.to = r.Offset()
	if s.err != nil {
		u.err = s.err
	}
	if !r.Nil() {
		if r.Array(0) != 4 {
			r.Fail(wire.ErrSyntax)
		}
		nodes := 0
		u.templates.cursor, nodes = u.cols.all(columnCodes)
		u.on, u.ids = u.cols.column(nodes, columnCodes), u.cols.column(nodes, columnCodes)
		u.counts = u.cols.free(columnCodes)
		r.Charge(nodes * int(unsafe.Sizeof(snapshot.Node{})+8))
	}
	u.templates = newRefCursor(u.templates.cursor, u.bases[tableTemplates])
	u.tracks.begin()
	u.seen.begin()
	u.kinds, u.n = u.cols.all(columnCodes)
	if r.Array(0) != 2 {
		r.Fail(wire.ErrSyntax)
	}
	u.unit = r.Int()
	u.times = u.cols.column(u.n, columnInts)
	u.windows = u.cols.column(u.n, columnCodes)
	u.extra = u.members(u.n)
	u.readGroups()
	for ; n > 8; n-- {
		r.Skip(maxNesting)
	}
	if r.Left() > 0 {
		r.Fail(wire.ErrSyntax)
	}
	return u.reason(u.err)
}

func (u *unpacker) readGroups() {
	var counts [256]int
	for _, k := range u.kinds.vals {
		if k <= 0 || k > 255 {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		counts[k]++
	}
	k := u.r.Array(0)
	if k%2 != 0 {
		u.r.Fail(wire.ErrSyntax)
	}
	for range k / 2 {
		kind := u.r.Int()
		if u.r.Err != nil {
			return
		}
		if kind <= 0 || kind > 255 || counts[kind] == 0 || u.groups[kind] != nil {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		n := counts[kind]
		if u.skip != nil && u.skip[kind] {
			u.r.Skip(maxNesting)
			u.groups[kind] = &group{bare: true}
		} else if s := schemas()[kind]; s != nil {
			u.groups[kind] = u.group(s, n)
			if !u.r.Charge(n * int(unsafe.Sizeof(Summary{}))) { // the largest
				return
			}
			u.groups[kind].left = n
		} else {
			u.groups[kind] = u.rawGroup(n)
		}
	}
	for k, n := range counts {
		if n > 0 && u.groups[k] == nil {
			u.r.Fail(wire.ErrSyntax)
		}
	}
}

// rawGroup reads the records of a kind that a newer version wrote.
func (u *unpacker) rawGroup(n int) *group {
	g := &group{}
	if u.r.Array(int(unsafe.Sizeof(Unknown{}))) != n {
		u.r.Fail(wire.ErrSyntax)
	}
	for range n {
		rest := u.r.Rest()
		u.r.Skip(maxNesting)
		if u.r.Err != nil {
			return g
		}
		size := len(rest) - u.r.Left()
		if !u.r.Charge(size) {
			return g
		}
		u.rows = append(u.rows, span{u.r.Offset() - size, u.r.Offset()})
		g.raw = append(g.raw, string(rest[:size]))
	}
	return g
}

// group reads the columns of n records.
func (u *unpacker) group(s schema, n int) *group {
	g := &group{fields: make([]groupField, len(s))}
	have := u.r.Array(0)
	if have < 1 {
		u.r.Fail(wire.ErrSyntax)
		return g
	}
	g.rest = u.members(n)
	for i := range s {
		f := &g.fields[i]
		switch s[i].typ {
		case fieldString, fieldOptString:
			f.refCursor = newRefCursor(cursor{}, u.bases[s[i].role])
		case fieldAttrs:
			f.refCursor = newRefCursor(cursor{}, u.bases[tableTemplates])
		}
		if i+1 >= have {
			continue
		}
		switch s[i].typ {
		case fieldNumber, fieldOptNumber:
			f.cursor = u.cols.column(n, columnNumbers)
		case fieldInt:
			f.cursor = u.cols.column(n, columnInts)
		case fieldInts, fieldList, fieldOne:
			u.nested(f, &s[i], n)
		default:
			f.cursor = u.cols.column(n, columnCodes)
		}
		if u.r.Err != nil {
			return g
		}
	}
	for i := len(s) + 1; i < have; i++ {
		u.r.Skip(maxNesting)
	}
	return g
}

// nested reads the columns of a field that holds records or integers of its
// own: how many each record has, and theirs.
func (u *unpacker) nested(f *groupField, s *schemaField, n int) {
	if u.r.Nil() {
		return
	}
	if u.r.Array(0) != 2 {
		u.r.Fail(wire.ErrSyntax)
		return
	}
	f.cursor = u.cols.column(n, columnCodes)
	total := int64(0)
	for _, v := range f.vals {
		if s.typ != fieldOne && v > 0 {
			v--
		}
		if v < 0 || v > 1<<40 {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		total += v
	}
	if total > int64(u.limits.Values) {
		u.r.Fail(errValues)
		return
	}
	if s.typ == fieldInts {
		if u.r.Charge(int(total) * 8) {
			f.ints = u.cols.column(int(total), columnInts)
		}
		return
	}
	if u.r.Charge(int(total) * elementSize) {
		f.sub = u.group(s.sub, int(total))
	}
}

// members reads the leftover members of n records.
func (u *unpacker) members(n int) (m memberCursors) {
	if u.r.Nil() {
		return m
	}
	if u.r.Array(0) != 3 {
		u.r.Fail(wire.ErrSyntax)
		return m
	}
	m.counts = u.cols.column(n, columnCodes)
	total := int64(0)
	for _, c := range m.counts.vals {
		if c < 0 || c > 1<<40 {
			u.r.Fail(wire.ErrSyntax)
			return m
		}
		total += c
	}
	if total > int64(u.limits.Values) || !u.r.Charge(int(total)*int(unsafe.Sizeof(snapshot.Member{}))) {
		u.r.Fail(wire.ErrBudget)
		return m
	}
	m.names = newRefCursor(u.cols.column(int(total), columnCodes), u.bases[RoleMember])
	m.values = newRefCursor(u.cols.column(int(total), columnCodes), u.bases[RoleMember])
	return m
}

// each calls yield with the events of a payload until it returns false, and
// reports whether it did not. The error comes after the events before it.
func (u *unpacker) each(h *heap, payload []byte, yield func(Event) bool) (more bool, err error) {
	if err := u.open(h, payload); err != nil {
		return true, err
	}
	for {
		e, ok, err := u.next(false)
		if !ok || err != nil {
			return true, err
		}
		if !yield(e) {
			return false, nil
		}
	}
}

// all returns the events of a payload, those before an error too.
func (u *unpacker) all(h *heap, payload []byte) (events []Event, err error) {
	_, err = u.each(h, payload, func(e Event) bool { events = append(events, e); return true })
	return events, err
}
