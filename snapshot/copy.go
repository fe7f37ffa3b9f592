package snapshot

import (
	"slices"

	"golang.org/x/net/html"
)

// Clone returns a deep copy of the page.
func (p *Page) Clone() *Page {
	q := &Page{}
	p.CloneInto(q)
	return q
}

// CloneInto makes q a deep copy of the page, in place of all that it was. It
// uses the memory again that q has from an earlier CloneInto: nodes that q gave
// out then become others.
func (p *Page) CloneInto(q *Page) {
	if p == q {
		return
	}
	ids, c := q.ids, copier{page: q, room: q.room}
	*q = *p
	q.slab, q.measured, q.censuses = slab{}, nil, nil // p's
	q.Selection = slices.Clone(p.Selection)
	q.Fonts = slices.Clone(p.Fonts)
	q.Defined = slices.Clone(p.Defined)
	q.root, q.sheets, q.limbo = nil, nil, nil
	for id, s := range p.sheets {
		q.setSheet(id, s.Clone())
	}
	q.ids = ids
	q.ids.reset(p.ids.used)
	if p.root != nil {
		c.make(p.root)
		q.root = c.tree(p.root, nil)
	}
	q.room = c.room
}

// A room is the arrays that the nodes of a copy come from, in the order of the
// tree, with their attributes and what few have: a copy is made of a few
// allocations, not of some for each node.
type room struct {
	nodes []node
	attrs []html.Attribute
	more  []details
}

// A copier copies the nodes of a page.
type copier struct {
	page *Page
	room        // all of it
	free room   // what is not used yet
	size [3]int // of nodes, attributes and details
}

// make makes the room that the page with that root takes.
func (c *copier) make(root *node) {
	c.count(root)
	c.nodes = zeroes(c.nodes, c.size[0])
	c.attrs = zeroes(c.attrs, c.size[1])
	c.more = zeroes(c.more, c.size[2])
	c.free = c.room
}

// zeroes returns a list of zero values with that length, which is list if that
// has the room, and not much more.
func zeroes[T any](list []T, size int) []T {
	if list == nil {
		return make([]T, size)
	}
	if cap(list) < size || cap(list) > 4*size+64 {
		return make([]T, size, size+size/8)
	}
	clear(list)
	return list[:size]
}

// count counts what is in the tree that begins at root, and in those in it.
func (c *copier) count(root *node) {
	for n := root; n != nil; n = n.next(root) {
		c.size[0]++
		if !n.flags.has(nodeBorrowed) {
			c.size[1] += len(n.Attr)
		}
		d := n.more
		if d == nil {
			continue
		}
		c.size[2]++
		if d.shadow != nil {
			c.count(d.shadow)
		}
		if d.frame != nil {
			c.count(d.frame)
		}
	}
}

// next returns the node after n in the tree that begins at root, in preorder.
func (n *node) next(root *node) *node {
	if n.FirstChild != nil {
		return own(n.FirstChild)
	}
	for n != root && n.NextSibling == nil {
		n = own(n.Parent)
	}
	if n == root {
		return nil
	}
	return own(n.NextSibling)
}

// tree copies the tree that begins at root: a page's document, that of a frame,
// or a shadow root.
func (c *copier) tree(root, host *node) *node {
	top := c.node(root)
	top.host = host
	for n, x := root, top; ; {
		if n.FirstChild != nil {
			n = own(n.FirstChild)
			k := c.node(n)
			k.Parent = &x.Node
			x.FirstChild, x.LastChild = &k.Node, &k.Node
			x = k
			continue
		}
		for n != root && n.NextSibling == nil {
			n, x = own(n.Parent), own(x.Parent)
		}
		if n == root {
			return top
		}
		n = own(n.NextSibling)
		k := c.node(n)
		k.Parent, k.PrevSibling = x.Parent, &x.Node
		x.NextSibling, x.Parent.LastChild = &k.Node, &k.Node
		x = k
	}
}

// node copies n but for its place in the tree.
func (c *copier) node(n *node) *node {
	x := &c.free.nodes[0]
	c.free.nodes = c.free.nodes[1:]
	x.id, x.kind, x.flags = n.id, n.kind, n.flags
	x.Type, x.DataAtom, x.Data, x.Namespace = n.Type, n.DataAtom, n.Data, n.Namespace
	if n.flags.has(nodeBorrowed) {
		x.Attr = n.Attr
	} else if size := len(n.Attr); size > 0 {
		x.Attr = c.free.attrs[:size:size] // what is added has no room there
		copy(x.Attr, n.Attr)
		c.free.attrs = c.free.attrs[size:]
	}
	if place := c.page.ids.place(x.id); place != nil {
		c.page.ids.set(place, x)
	}
	if n.more != nil {
		c.details(x, n.more)
	}
	return x
}

// details copies what few nodes have.
func (c *copier) details(x *node, d *details) {
	e := &c.free.more[0]
	c.free.more = c.free.more[1:]
	x.more = e
	e.css, e.compat, e.extra = d.css, d.compat, d.extra
	if d.state != nil {
		e.state = d.state.clone()
	}
	if d.sheet != nil {
		e.sheet = d.sheet.Clone()
	}
	if d.shadow != nil {
		e.shadow = c.tree(d.shadow, x)
	}
	if d.frame != nil {
		e.frame = c.tree(d.frame, x)
	}
}

// Snapshot returns the page's tree as plain data, live state in Node.State; nil
// before the first Load. Loading it gives the same page. The tree shares
// strings, but nothing that changes, with the page.
func (p *Page) Snapshot() *Node {
	if p.root == nil {
		return nil
	}
	return p.root.plain(0)
}

// alone returns n as plain data, but for its live state and what is below it.
func (n *node) alone() *Node {
	x := &Node{ID: n.id, Kind: n.kind, IsCustom: n.flags.has(nodeCustom), IsStyle: n.flags.has(nodeStyle), NeedsBlock: n.flags.has(nodeBlock)}
	switch n.kind {
	case KindDocument:
	case KindDoctype:
		x.Name, x.PublicID, x.SystemID = n.Data, attrOf(n, "public"), attrOf(n, "system")
	case KindElement:
		x.Name, x.Namespace = n.Data, n.Namespace
		if len(n.Attr) > 0 {
			x.Attrs = make([]Attr, len(n.Attr))
			for i, a := range n.Attr {
				x.Attrs[i] = Attr{Name: a.Key, Value: a.Val}
			}
		}
	default:
		x.Text = n.Data
	}
	if d := n.more; d != nil {
		x.CompatMode, x.IsHost, x.Extra = d.compat, d.shadow != nil, slices.Clone(d.extra)
	}
	return x
}

// plain returns n and its subtree as plain data; root is the document n is in,
// 0 for the page's own.
func (n *node) plain(root NodeID) *Node {
	x := n.alone()
	if n.kind != KindDocument {
		x.RootID = root
	} else if n.host != nil {
		root = n.id
	}
	if n.more != nil && n.more.state != nil {
		x.State = n.more.state.clone()
	}
	captured := false
	if css, ok := n.captured(); ok {
		if x.State == nil {
			x.State = &State{}
		}
		x.State.CSS, captured = &css, true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		k := own(c).plain(root)
		if captured && k.Kind == KindText {
			k.Text = ""
		}
		x.Children = append(x.Children, k)
	}
	if d := n.more; d != nil {
		if d.shadow != nil {
			for c := d.shadow.FirstChild; c != nil; c = c.NextSibling {
				k := own(c).plain(root)
				k.IsShadow = true
				x.Children = append(x.Children, k)
			}
		}
		if d.frame != nil {
			x.Children = append(x.Children, d.frame.plain(root))
		}
	}
	return x
}

func attrOf(n *node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return n.Attr[i].Val
		}
	}
	return ""
}
