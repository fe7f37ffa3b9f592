package format

import "github.com/pagetape/pagetape/snapshot"

// mutation reads the next record of a group of mutations. It does by hand what
// record does with Mutation.Fields: nearly all of a session are these.
func (u *unpacker) mutation(g *group, m *Mutation, spare *lists) {
	m.Extra = u.extras(g)
	f := g.fields
	m.Texts = records(u, &f[0], &spare.texts, func(u *unpacker, g *group, t *TextChange) {
		*t = TextChange{Extra: u.extras(g), ID: u.id(&g.fields[0]), Value: u.optText(&g.fields[1], spare)}
	})
	m.Attrs = records(u, &f[1], &spare.attrs, func(u *unpacker, g *group, a *AttrChange) {
		*a = AttrChange{Extra: u.extras(g), ID: u.id(&g.fields[0]), Attrs: u.attrs(&g.fields[1])}
	})
	m.Removes = records(u, &f[2], &spare.removes, func(u *unpacker, g *group, r *Removal) {
		*r = Removal{Extra: u.extras(g), Parent: u.id(&g.fields[0]), ID: u.id(&g.fields[1]), Shadow: g.fields[2].next() != 0}
	})
	m.Adds = records(u, &f[3], &spare.adds, func(u *unpacker, g *group, a *Addition) {
		*a = Addition{
			Extra: u.extras(g), Parent: u.id(&g.fields[0]), Next: u.id(&g.fields[1]), Node: u.tree(), Previous: u.id(&g.fields[3]),
		}
	})
	m.Frame = f[4].next() != 0
}

// optText reads a text that may be missing, into spare.
func (u *unpacker) optText(f *groupField, spare *lists) *string {
	text, ok := u.optional(f, RoleText)
	if !ok {
		return nil
	}
	spare.values = append(spare.values, text)
	return &spare.values[len(spare.values)-1]
}

// extras returns the leftover members of the next record of a group.
func (u *unpacker) extras(g *group) Extra {
	if g.rest.counts.vals == nil {
		return nil
	}
	return u.rest(&g.rest)
}

// records reads the records of a field into spare, where that has room for
// them.
func records[T any](u *unpacker, f *groupField, spare *[]T, read func(*unpacker, *group, *T)) []T {
	n := int(f.next() - 1)
	if n < 0 || u.r.Err != nil {
		return nil
	}
	list := (*spare)[:0]
	if n > cap(list) || list == nil {
		list = make([]T, 0, n)
	}
	for range n {
		list = list[:len(list)+1]
		if read(u, f.sub, &list[len(list)-1]); u.r.Err != nil || u.err != nil {
			break
		}
	}
	return list
}

// A scratch is memory that one event after the other is read into. The zero
// scratch has none.
type scratch struct {
	mutation Mutation
	lists
	room room
	used room // what of that is not zero

	// The attributes of templates that came before. They are not written over,
	// for later mutations refer to them.
	known [256]knownAttrs
	kept  room
	chunk []snapshot.Attr // what kept begins with
}

// lists are what those of a mutation are read into, if there is room.
type lists struct {
	texts   []TextChange
	values  []string // of texts
	attrs   []AttrChange
	removes []Removal
	adds    []Addition
}

type knownAttrs struct {
	template *template
	attrs    []snapshot.Attr
}

// keptAttrs is how many attributes of templates are kept in memory that is used
// again.
const keptAttrs = 2048

// maxScratch is how many of each a scratch has room for at most.
const maxScratch = 8192

// scan reads the next mutation, full snapshot or keyframe into the memory of the
// last one.
func (u *unpacker) scan(g *group, kind Kind) Data {
	s := u.again
	if s == nil {
		s = &scratch{room: newRoom(64), chunk: make([]snapshot.Attr, keptAttrs)}
		s.kept.attrs = s.chunk
		u.again = s
	}
	own := u.room
	u.room, u.scans = s.room, true
	var data Data
	if kind == KindMutation {
		g.left--
		s.mutation, s.values = Mutation{}, s.values[:0]
		u.mutation(g, &s.mutation, &s.lists)
		keep(&s.texts, s.mutation.Texts)
		keep(&s.attrs, s.mutation.Attrs)
		keep(&s.removes, s.mutation.Removes)
		keep(&s.adds, s.mutation.Adds)
		data = &s.mutation
	} else {
		data = u.data(g, kind)
		u.record(g, data)
	}
	if n := min(len(s.room.nodes)+u.room.over, maxScratch); n > len(s.room.nodes) {
		s.room, s.used = newRoom(n), room{}
	} else {
		used(&s.used.nodes, s.room.nodes, u.room.nodes)
		used(&s.used.children, s.room.children, u.room.children)
		used(&s.used.attrs, s.room.attrs, u.room.attrs)
	}
	u.room, u.scans = own, false
	return data
}

// keep makes list the room for the next one, if it is larger.
func keep[T any](room *[]T, list []T) {
	if cap(list) > cap(*room) && cap(list) <= maxScratch {
		*room = list
	}
}

// used notes what of a room was used, if it is the most so far. left is what is
// left of it, or of room that came when it was all used.
func used[T any](most *[]T, room, left []T) {
	n := len(room)
	if k := len(left); k > 0 && k <= n && &left[k-1] == &room[n-1] {
		n -= k
	}
	if n > len(*most) {
		*most = room[:n]
	}
}

// forget lets go of what the scratch refers to.
func (s *scratch) forget() {
	if s == nil {
		return
	}
	s.mutation = Mutation{}
	clear(s.texts[:cap(s.texts)])
	clear(s.values[:cap(s.values)])
	clear(s.attrs[:cap(s.attrs)])
	clear(s.removes[:cap(s.removes)])
	clear(s.adds[:cap(s.adds)])
	clear(s.used.nodes)
	clear(s.used.children)
	clear(s.used.attrs)
	s.used = room{}
	clear(s.known[:])
	clear(s.chunk)
	s.kept = room{attrs: s.chunk}
}

// A room is where the nodes to come go, and what belongs to them.
type room struct {
	nodes    []snapshot.Node
	children []*snapshot.Node
	attrs    []snapshot.Attr
	again    bool // it was used before
	over     int  // how many more nodes it should have had
}

// newRoom returns room for so many nodes, to be used again and again.
func newRoom(nodes int) room {
	return room{
		nodes: make([]snapshot.Node, nodes), children: make([]*snapshot.Node, nodes), attrs: make([]snapshot.Attr, 2*nodes), again: true,
	}
}

// node returns a zero node. left says how many more can come, as it does for
// children and attributes.
func (m *room) node(left int) *snapshot.Node {
	fresh := len(m.nodes) == 0
	if fresh {
		m.nodes = make([]snapshot.Node, min(1+left, 256))
		m.over += len(m.nodes)
	}
	n := &m.nodes[0]
	m.nodes = m.nodes[1:]
	if m.again && !fresh {
		*n = snapshot.Node{}
	}
	return n
}

// list returns room for n children.
func (m *room) list(n, left int) []*snapshot.Node {
	if len(m.children) < n {
		m.children = make([]*snapshot.Node, max(n, min(left, 1024)))
		m.over += n
	}
	list := m.children[:n:n]
	m.children = m.children[n:]
	return list
}

// attributes returns room for n attributes.
func (m *room) attributes(n, left int) []snapshot.Attr {
	if len(m.attrs) < n {
		m.attrs = make([]snapshot.Attr, max(n, min(2*left, 2048)))
		m.over += n
	}
	list := m.attrs[:n:n]
	m.attrs = m.attrs[n:]
	return list
}
