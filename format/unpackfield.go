package format

import (
	"time"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// left says whether there is another event.
func (u *unpacker) left() bool { return u.at < u.n }

// time returns the time of the next event.
func (u *unpacker) time() time.Duration {
	times := u.times
	return time.Duration((u.last + times.nextInt()) * u.unit)
}

// next returns the next event; false at the end of the frame, or where an
// error is. With scan a mutation, full snapshot or keyframe is in memory that
// the next call uses again.
func (u *unpacker) next(scan bool) (e Event, ok bool, err error) {
	if !u.left() {
		return Event{}, false, nil
	}
	u.at++
	kind := Kind(u.kinds.next())
	u.last += u.times.nextInt()
	e.Time = time.Duration(u.last * u.unit)
	w := u.windows.next()
	if w < 0 || w > 1<<32-1 {
		u.r.Fail(wire.ErrSyntax)
	}
	e.Window = WindowID(w)
	e.Extra = u.rest(&u.extra)
	g := u.groups[kind]
	switch {
	case g.bare:
	case schemas()[kind] == nil:
		e.Data, g.raw = &Unknown{Raw: g.raw[0], kind: kind}, g.raw[1:]
	case scan && (kind == KindMutation || kind == KindFullSnapshot || kind == KindKeyframe):
		e.Data = u.scan(g, kind)
	default:
		e.Data = u.data(g, kind)
		if m, ok := e.Data.(*Mutation); ok {
			u.mutation(g, m, &lists{})
		} else {
			u.record(g, e.Data)
		}
	}
	if err := u.reason(u.err); err != nil {
		return Event{}, false, err
	}
	return e, true, nil
}

// maxMade is how many events are made at once.
const maxMade = 64

// data returns a zero Data for the next record of a group.
func (u *unpacker) data(g *group, kind Kind) Data {
	if g.made == 0 {
		g.made = max(min(g.left, maxMade), 1)
		g.make = kinds[kind].many(g.made)
	}
	g.made--
	g.left--
	return g.make()
}

func (u *unpacker) record(g *group, r Record) {
	cur, field := u.cur, u.field
	u.cur, u.field = g, 0
	if g.rest.counts.vals != nil {
		*r.Rest() = u.rest(&g.rest)
	}
	r.Fields(u)
	u.cur, u.field = cur, field
}

func (u *unpacker) rest(m *memberCursors) []snapshot.Member {
	n := m.counts.next()
	if n == 0 {
		return nil
	}
	list := make([]snapshot.Member, n)
	for i := range list {
		list[i] = snapshot.Member{Name: u.str(&m.names, RoleMember), Value: u.str(&m.values, RoleMember)}
	}
	return list
}

func (u *unpacker) str(c *refCursor, role Role) string {
	return u.text(c.nextID(u.r), role)
}

func (u *unpacker) text(id uint32, role Role) string {
	v := &u.strs[role]
	if int(id) < len(v.static) {
		return v.static[id]
	}
	if v.has(id) {
		return v.list.at(id - v.first)
	}
	s, err := u.heap.str(role, id, v, false)
	if err != nil && u.err == nil {
		u.err = err
	}
	return s
}

func (u *unpacker) nextField() *groupField {
	f := &u.cur.fields[u.field]
	u.field++
	return f
}

func (u *unpacker) Bool(_ Spec, v *bool)      { *v = u.nextField().next() != 0 }
func (u *unpacker) Int(_ Spec, v *int64)      { *v = u.nextField().nextInt() }
func (u *unpacker) Number(_ Spec, v *float64) { f := u.nextField(); *v, _ = f.nextNumber(&f.number) }
func (u *unpacker) String(s Spec, v *string)  { *v = u.str(&u.nextField().refCursor, s.Role) }
func (u *unpacker) Raw(s Spec, v *string)     { *v = u.str(&u.nextField().refCursor, s.Role) }

func (u *unpacker) OptString(s Spec, v **string) {
	if text, ok := u.optional(u.nextField(), s.Role); ok {
		*v = new(text)
	}
}

// optional reads a text that may be missing.
func (u *unpacker) optional(f *groupField, role Role) (text string, ok bool) {
	code := f.next()
	if code == 0 {
		return "", false
	}
	return u.text(f.id(u.r, code-1), role), true
}

func (u *unpacker) OptBool(_ Spec, v **bool) {
	if code := u.nextField().next(); code != 0 {
		b := code != 1
		*v = &b
	}
}

func (u *unpacker) OptNumber(_ Spec, v **float64) {
	f := u.nextField()
	if f.vals == nil {
		return
	}
	if x, ok := f.nextNumber(&f.number); ok {
		*v = u.float(x)
	}
}

// float returns a pointer to a float of its own.
func (u *unpacker) float(x float64) *float64 {
	if len(u.floats) == 0 {
		u.floats = make([]float64, 64)
	}
	p := &u.floats[0]
	*p, u.floats = x, u.floats[1:]
	return p
}

func (u *unpacker) ID(_ Spec, v *snapshot.NodeID) { *v = u.id(u.nextField()) }

func (u *unpacker) id(f *groupField) snapshot.NodeID {
	switch d := f.next(); {
	case d == 0:
	case d == 1:
		f.lastID = u.root
	case d == 2:
		return 0
	case d > 2:
		f.lastID += d - 2
	default:
		f.lastID += d
	}
	return nodeID(u.r, f.lastID)
}

func (u *unpacker) Ints(_ Spec, v *[]int64) {
	f := u.nextField()
	n := f.next() - 1
	if n < 0 || u.r.Err != nil {
		return
	}
	list := make([]int64, n)
	for i := range list {
		f.int += f.ints.nextInt()
		list[i] = f.int
	}
	*v = list
}

func (u *unpacker) Attrs(_ Spec, v *[]snapshot.Attr) { *v = u.attrs(u.nextField()) }

func (u *unpacker) attrs(f *groupField) []snapshot.Attr {
	id := f.nextID(u.r)
	if u.template(id) == nil {
		return nil
	}
	_, attrs := u.tmpls.list.rest(id - u.tmpls.first)
	return u.makeAttrs(attrs, &u.room, len(u.templates.vals))
}

func (u *unpacker) List(_ Spec, l List) {
	f := u.nextField()
	n := f.next() - 1
	if n < 0 || u.r.Err != nil {
		return
	}
	l.Reset()
	l.Grow(int(n))
	for range n {
		u.record(f.sub, l.Add())
		if u.r.Err != nil || u.err != nil {
			return
		}
	}
}

func (u *unpacker) One(_ Spec, o One) {
	if f := u.nextField(); f.next() != 0 {
		u.record(f.sub, o.New())
	}
}
