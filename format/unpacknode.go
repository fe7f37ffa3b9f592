package format

import (
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

func (u *unpacker) Node(_ Spec, v **snapshot.Node) {
	u.field++
	*v = u.tree()
}

func (u *unpacker) tree() *snapshot.Node {
	n := u.node(1)
	if n != nil {
		u.root = int64(n.ID)
	}
	return n
}

func (u *unpacker) node(depth int) *snapshot.Node {
	if depth > u.limits.Depth {
		u.r.Fail(errDepth)
	}
	if len(u.templates.vals) == 0 { // there is a code for every node
		u.r.Fail(wire.ErrSyntax)
	}
	if u.r.Err != nil || u.err != nil {
		return nil
	}
	code, track, distance := u.templates.next(), u.on.next(), u.ids.next()
	if code == 0 {
		return nil
	}
	id, ok := u.tracks.id(track, distance)
	if !ok {
		u.r.Fail(wire.ErrSyntax)
		return nil
	}
	was := u.seen.at(id)
	switch {
	case code > nodeSame:
		code--
		fallthrough
	case code < nodeSame:
		was.template = u.templates.id(u.r, code)
	}
	t := u.template(was.template)
	if t == nil {
		u.r.Fail(wire.ErrSyntax)
		return nil
	}
	n := u.room.node(len(u.templates.vals))
	u.fill(n, was.template, t)
	n.ID = nodeID(u.r, id)
	if t.bits&templateChildren == 0 {
		return n
	}
	k := u.counts.next() + int64(was.children)
	if u.counts.short || k < 0 || k > int64(len(u.templates.vals)-u.owed) {
		u.r.Fail(wire.ErrSyntax)
		return nil
	}
	was.children = int32(k)
	u.owed += int(k)
	n.Children = u.room.list(int(k), len(u.templates.vals))
	for i := range n.Children {
		u.owed--
		c := u.node(depth + 1)
		if c == nil {
			u.r.Fail(wire.ErrSyntax)
			return nil
		}
		n.Children[i] = c
	}
	return n
}

// template returns the template with that number, nil for 0 and where there is
// none.
func (u *unpacker) template(id uint32) *template {
	if id == 0 {
		return nil
	}
	t, err := get(u.heap, u.heap.nodes, &u.tmpls, id, false)
	if err != nil && u.err == nil {
		u.err = err
	}
	return t
}

// fill gives a node what its template has.
func (u *unpacker) fill(n *snapshot.Node, id uint32, t *template) {
	b := t.bits
	n.Kind = snapshot.Kind(b & templateKind)
	n.Name = u.text(t.name, RoleTagName)
	if role := RoleText; t.text != 0 {
		if b&templateCSS != 0 && hasText(n.Kind) {
			role = RoleCSS
		}
		n.Text = u.text(t.text, role)
	}
	n.Attrs = u.attributes(id, t)
	n.IsShadow, n.IsHost, n.IsCustom = b&templateShadow != 0, b&templateHost != 0, b&templateCustom != 0
	n.IsStyle, n.NeedsBlock = b&templateStyle != 0, b&templateBlock != 0
	switch {
	case b&templateSVG != 0:
		n.Namespace = "svg"
	case b&templateMath != 0:
		n.Namespace = "math"
	}
	m := t.more
	if m == nil {
		return
	}
	n.RootID = m.root
	n.PublicID, n.SystemID, n.CompatMode = u.text(m.public, RolePlain), u.text(m.system, RolePlain), u.text(m.mode, RolePlain)
	if k := len(m.members); k > 0 && u.r.Charge(k*int(unsafe.Sizeof(snapshot.Member{}))) {
		n.Extra = make([]snapshot.Member, k)
		for i, x := range m.members {
			n.Extra[i] = snapshot.Member{Name: u.text(x.name, RoleMember), Value: u.text(x.value, RoleMember)}
		}
	}
}

// attributes returns the attributes of a template. Mutations that are scanned
// share them: most nodes of a page are like others.
func (u *unpacker) attributes(id uint32, t *template) []snapshot.Attr {
	if !u.scans || len(t.attrs) == 0 {
		return u.makeAttrs(t.attrs, &u.room, len(u.templates.vals))
	}
	k := &u.again.known[id%uint32(len(u.again.known))]
	if k.template != t {
		*k = knownAttrs{t, u.makeAttrs(t.attrs, &u.again.kept, 32)}
	}
	return k.attrs
}

// makeAttrs returns the attributes of a template in some room. left is how many
// nodes can come.
func (u *unpacker) makeAttrs(attrs []templateAttr, room *room, left int) []snapshot.Attr {
	n := len(attrs)
	if n == 0 || !u.r.Charge(n*int(unsafe.Sizeof(snapshot.Attr{}))) {
		return nil
	}
	out := room.attributes(n, left)
	for i := range attrs {
		a := &attrs[i]
		out[i] = snapshot.Attr{Name: u.text(a.name, RoleAttrName), Type: a.typ, Value: u.text(a.value, a.role)}
	}
	return out
}

// nodeID checks that a number is an id.
func nodeID(r *wire.Reader, id int64) snapshot.NodeID {
	if id != int64(snapshot.NodeID(id)) {
		r.Fail(wire.ErrSyntax)
		return 0
	}
	return snapshot.NodeID(id)
}
