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
// none. The view of templates is on its page then.
func (u *unpacker) template(id uint32) *template {
	if id == 0 {
		return nil
	}
	if err := u.tmpls.find(u.heap, u.heap.nodes, id, false); err != nil {
		if u.err == nil {
			u.err = err
		}
		return nil
	}
	return &u.tmpls.list.list[id-u.tmpls.first]
}

// fill gives a node what its template has, which is the one that was asked for
// last.
func (u *unpacker) fill(n *snapshot.Node, id uint32, t *template) {
	b := t.bits
	n.Kind = snapshot.Kind(b & templateKind)
	switch {
	case hasName(n.Kind):
		n.Name = u.text(t.text, RoleTagName)
	case b&templateCSS != 0:
		n.Text = u.text(t.text, RoleCSS)
	default:
		n.Text = u.text(t.text, RoleText)
	}
	more, attrs := u.tmpls.list.rest(id - u.tmpls.first)
	n.Attrs = u.attributes(id, t, attrs)
	n.IsShadow, n.IsHost, n.IsCustom = b&templateShadow != 0, b&templateHost != 0, b&templateCustom != 0
	n.IsStyle, n.NeedsBlock = b&templateStyle != 0, b&templateBlock != 0
	switch {
	case b&templateSVG != 0:
		n.Namespace = "svg"
	case b&templateMath != 0:
		n.Namespace = "math"
	}
	if more != nil {
		u.fillMore(n, b, more)
	}
}

// fillMore gives a node what few templates have.
func (u *unpacker) fillMore(n *snapshot.Node, b uint16, more []uint32) {
	if b&templateRoot != 0 {
		n.RootID, more = snapshot.NodeID(more[0]), more[restRoot:]
	}
	if b&templateOther != 0 {
		n.PublicID, n.SystemID, n.CompatMode = u.text(more[0], RolePlain), u.text(more[1], RolePlain), u.text(more[2], RolePlain)
		if !hasName(n.Kind) {
			n.Name = u.text(more[3], RoleTagName)
		}
		if !hasText(n.Kind) {
			n.Text = u.text(more[4], RoleText)
		}
		more = more[restOther:]
	}
	if b&templateExtra == 0 || more[0] == 0 {
		return
	}
	if k := int(more[0]); u.r.Charge(k * int(unsafe.Sizeof(snapshot.Member{}))) {
		n.Extra = make([]snapshot.Member, k)
		for i := range n.Extra {
			n.Extra[i] = snapshot.Member{Name: u.text(more[1+2*i], RoleMember), Value: u.text(more[2+2*i], RoleMember)}
		}
	}
}

// attributes returns the attributes of a template. Mutations that are scanned
// share them: most nodes of a page are like others.
func (u *unpacker) attributes(id uint32, t *template, attrs []uint32) []snapshot.Attr {
	if !u.scans || len(attrs) == 0 {
		return u.makeAttrs(attrs, &u.room, len(u.templates.vals))
	}
	k := &u.again.known[id%uint32(len(u.again.known))]
	if k.template != t {
		*k = knownAttrs{t, u.makeAttrs(attrs, &u.again.kept, 32)}
	}
	return k.attrs
}

// makeAttrs returns the attributes of a template, which is on the page that the
// view of templates is on, in some room. left is how many nodes can come.
func (u *unpacker) makeAttrs(attrs []uint32, room *room, left int) []snapshot.Attr {
	n := len(attrs) / 2
	if n == 0 || !u.r.Charge(n*int(unsafe.Sizeof(snapshot.Attr{}))) {
		return nil
	}
	out, keys := room.attributes(n, left), u.tmpls.list.keys
	for i := range out {
		k := &keys[attrs[2*i]]
		out[i] = snapshot.Attr{Name: k.name, Type: k.typ, Value: u.text(attrs[2*i+1], k.role)}
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
